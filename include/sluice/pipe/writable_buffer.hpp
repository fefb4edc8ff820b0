// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/detail/throw_error.hpp>
#include <sluice/fwd.hpp>
#include <sluice/pipe/detail/initiate_wait.hpp>

#include <new>
#include <optional>

namespace sluice {

/// A batch: bytes that are gathered privately, and become part of the stream whole, contiguous and
/// in commit order. Made by `pipe_writer::alloc`.
///
/// It grows without limit, since it is not part of the pipe before it is committed. After `commit`
/// or a flush it is empty and may be filled again. Destroyed without a commit it leaves no trace.
///
/// *Thread safety.* Distinct batches of one pipe: safe, also together with the pipe's writer. One
/// batch: one thread at a time.
///
/// \snippet test/doc/concepts_test.cpp record
template <class Executor>
class basic_writable_buffer {
public:
    /// Where handlers run that name no other executor.
    using executor_type = Executor;

    /// Takes over a batch with its bytes; one that was here is dropped.
    /// @{
    basic_writable_buffer(basic_writable_buffer&& other) noexcept
        : core_(std::move(other.core_))
        , executor_(other.executor_)
        , generation_(other.generation_)
        , bytes_(std::move(other.bytes_)) {}
    basic_writable_buffer& operator=(basic_writable_buffer&& other) noexcept {
        if (this != &other) {
            bytes_.reset(); // while its pool is sure to exist
            core_ = std::move(other.core_);
            executor_ = other.executor_;
            generation_ = other.generation_;
            bytes_ = std::move(other.bytes_);
        }
        return *this;
    }
    /// @}

    /// Where handlers run that name no other executor.
    executor_type get_executor() const noexcept { return executor_; }

    /// The memory that `ensure` got and `advance` did not yet pass. Empty before the first
    /// `ensure`.
    boost::asio::mutable_buffer memory() const noexcept {
        return bytes_ ? bytes_->memory() : boost::asio::mutable_buffer();
    }

    /// Makes `memory()` at least `minimum` bytes long, and at least one. Throws `std::bad_alloc`;
    /// then nothing has changed.
    void ensure(std::size_t minimum = 0) { bytes("ensure").ensure(minimum); }

    /// The first `n` bytes of `memory()` are written. Throws `errc::commit_exceeds_prepared` for
    /// more than there are, and changes nothing then.
    void advance(std::size_t n) { bytes("advance").advance(n); }

    /// `ensure` and `memory`, and `advance`, by the names of a `BufferWriter`.
    /// @{
    boost::asio::mutable_buffer prepare(std::size_t minimum = 0) {
        ensure(minimum);
        return memory();
    }
    void commit(std::size_t n) { advance(n); }
    /// @}

    /// Copies all bytes. Throws `std::bad_alloc`: all or nothing.
    template <class ConstBufferSequence>
    void write(const ConstBufferSequence& buffers) {
        const std::size_t total = boost::asio::buffer_size(buffers);
        if (total == 0)
            return;
        detail::chain_builder& batch = bytes("write");
        batch.ensure(total);
        boost::asio::buffer_copy(batch.memory(), buffers);
        batch.advance(total);
    }

    /// Adds preserved bytes without a copy: their memory is shared. Throws `std::bad_alloc`.
    void append(const preserved_buffer& more) { bytes("append").append(more); }

    /// `n` contiguous bytes to be filled in before the commit: a length that is known only later.
    /// Throws `std::bad_alloc`.
    boost::asio::mutable_buffer reserve(std::size_t n) { return bytes("reserve").reserve(n); }

    /// What the batch holds so far. Valid until the commit.
    readable_buffer written() const noexcept { return bytes_ ? bytes_->view() : readable_buffer(); }

    /// How many bytes that is.
    std::size_t size() const noexcept {
        return bytes_ ? static_cast<std::size_t>(bytes_->size()) : 0;
    }

    /// Makes the batch part of the stream, unseen until the next flush of the writer or of any
    /// batch. Throws `errc::already_completed` when the writer has completed, and `std::bad_alloc`;
    /// the batch is as it was then. When the reader has completed, the bytes are dropped.
    void commit() {
        bytes("commit");
        splice(false);
    }

    /// Commits, publishes all that is committed, and waits like `pipe_writer::flush`, with the same
    /// errors; also `not_enough_memory`, with the batch as it was.
    ///
    /// *Lifetimes.* The batch stays until the operation was started.
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code))
                  CompletionToken = detail::default_token_t<Executor>>
    auto flush(CompletionToken&& token = CompletionToken()) {
        return detail::initiate_wait<detail::waiting::flush, CompletionToken>(
            *this,
            [batch = this](const detail::core_pointer& core) {
                detail::wake_set ready = detail::wake_nobody;
                const error_code ec = batch->publish(ready);
                core->wake(ready);
                return ec;
            },
            token);
    }

    /// Commits and publishes without waiting, like `pipe_writer::try_flush`.
    result<void> try_flush() {
        if (!core_)
            return error_code(errc::already_completed);
        detail::wake_set ready = detail::wake_nobody;
        if (const error_code ec = publish(ready))
            return ec;
        return core_->try_flush(ready);
    }

private:
    template <class>
    friend class basic_pipe_writer;
    template <detail::waiting, class, class>
    friend struct detail::wait_initiation;

    basic_writable_buffer(const detail::core_pointer& core, const Executor& executor,
                          std::size_t minimum)
        : core_(core)
        , executor_(executor)
        , generation_(core->state.generation()) {
        const pipe_options& options = core->state.options();
        bytes_.emplace(options.pool.state(), options.minimum_segment_size);
        bytes_->adopt(core->state.take_batch_room());
        if (minimum != 0)
            bytes_->ensure(minimum);
    }

    detail::chain_builder& bytes(const char* what) {
        if (!core_)
            detail::throw_error(errc::already_completed, what);
        return *bytes_;
    }

    detail::wake_set splice(bool publish) {
        return core_->state.splice(*bytes_, generation_, publish);
    }

    error_code publish(detail::wake_set& ready) {
        try {
            ready = splice(true);
        } catch (const std::bad_alloc&) {
            return boost::system::errc::make_error_code(boost::system::errc::not_enough_memory);
        } catch (const boost::system::system_error& error) {
            return error.code();
        }
        return {};
    }

    detail::core_pointer core_;
    Executor executor_;
    std::uint64_t generation_;
    std::optional<detail::chain_builder> bytes_; // after core_: it needs the pool
};

} // namespace sluice
