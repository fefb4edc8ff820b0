// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/detail/throw_error.hpp>
#include <sluice/stream/detail/file_operation.hpp>
#include <sluice/stream/detail/send_file.hpp>
#include <sluice/stream/file_path.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/compose.hpp>

#include <algorithm>
#include <limits>
#include <utility>

namespace sluice {

/// A file as an Asio stream: from a position on, to its end or a limit.
///
/// It models *AsyncReadStream* and *AsyncWriteStream*, so that `async_pump` moves files into pipes
/// and sockets, and back. Reads and writes are positional, and the thread of the `io_context` never
/// waits for a device: what the system has in memory is read at once, and the rest waits on two
/// threads of the execution context, or in an io_uring where the library was built with one and the
/// system allows it. Handlers run where handlers always run.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe; one operation at a time.
///
/// \snippet test/doc/reference_test.cpp file_stream
template <class Executor = boost::asio::any_io_executor>
class basic_file_stream {
public:
    /// Where handlers run that name no other executor.
    using executor_type = Executor;
    /// A descriptor of the C library, on Windows too.
    using native_handle_type = int;
    /// The same class for another executor, as default tokens need it.
    template <class OtherExecutor>
    struct rebind_executor {
        using other = basic_file_stream<OtherExecutor>; ///< that class
    };
    /// For `seek`: up to the end of the file.
    static constexpr std::uint64_t no_limit = std::numeric_limits<std::uint64_t>::max();

    /// Opens nothing.
    /// @{
    explicit basic_file_stream(const Executor& executor) : executor_(executor) {}
    template <class ExecutionContext>
    requires std::is_convertible_v<ExecutionContext&, boost::asio::execution_context&>
    explicit basic_file_stream(ExecutionContext& context) : executor_(context.get_executor()) {}
    /// @}

    /// Only while nothing is outstanding. What was moved from is closed, and may be opened again.
    /// @{
    basic_file_stream(basic_file_stream&& other) noexcept
        : executor_(other.executor_)
        , file_(std::move(other.file_))
        , position_(other.position_)
        , end_(other.end_)
        , appending_(other.appending_) {}
    basic_file_stream& operator=(basic_file_stream&& other) noexcept {
        executor_ = other.executor_;
        file_ = std::move(other.file_);
        position_ = other.position_;
        end_ = other.end_;
        appending_ = other.appending_;
        return *this;
    }
    /// @}

    /// Where handlers run that name no other executor.
    executor_type get_executor() const noexcept { return executor_; }

    /// Opens a file: for reading; for writing, made if it is not there, and emptied if it is; for
    /// writing behind what it holds; for writing over what it holds. The position is 0. Errors are
    /// those of the system.
    /// @{
    void open_for_reading(const file_path& path, error_code& ec) {
        open(path, detail::native_file::mode::read, ec);
    }
    void open_for_writing(const file_path& path, error_code& ec) {
        open(path, detail::native_file::mode::write, ec);
    }
    void open_for_appending(const file_path& path, error_code& ec) {
        open(path, detail::native_file::mode::append, ec);
    }
    void open_for_updating(const file_path& path, error_code& ec) {
        open(path, detail::native_file::mode::update, ec);
    }
    /// @}

    /// The same, throwing `boost::system::system_error`.
    /// @{
    void open_for_reading(const file_path& path) {
        throwing([&](error_code& ec) { open_for_reading(path, ec); });
    }
    void open_for_writing(const file_path& path) {
        throwing([&](error_code& ec) { open_for_writing(path, ec); });
    }
    void open_for_appending(const file_path& path) {
        throwing([&](error_code& ec) { open_for_appending(path, ec); });
    }
    void open_for_updating(const file_path& path) {
        throwing([&](error_code& ec) { open_for_updating(path, ec); });
    }
    /// @}

    /// Takes over an open descriptor of a file, which is `appended` to where its own position is,
    /// or at the end if it was opened so; otherwise writes are positional, as reads are.
    void assign(native_handle_type descriptor, bool appended = false) {
        file_ = detail::native_file(descriptor);
        rewind_to_start(appended);
    }

    /// Whether there is a file.
    bool is_open() const noexcept { return file_.is_open(); }
    /// The descriptor, which stays that of this object.
    native_handle_type native_handle() const noexcept { return file_.descriptor(); }
    /// Gives the descriptor to the caller.
    native_handle_type release() noexcept { return file_.release(); }
    /// While nothing is outstanding. Some file systems report only here that a write has failed.
    /// Without an error_code it throws `boost::system::system_error`.
    /// @{
    void close(error_code& ec) noexcept { ec = file_.close(); }
    void close() {
        throwing([this](error_code& ec) { close(ec); });
    }
    /// @}

    /// The bytes of the file. Without an error_code it throws `boost::system::system_error`.
    /// @{
    std::uint64_t size(error_code& ec) const noexcept { return file_.size(ec); }
    std::uint64_t size() const {
        error_code ec;
        const std::uint64_t bytes = size(ec);
        if (ec)
            detail::throw_error(ec, "sluice::file_stream::size");
        return bytes;
    }
    /// @}

    /// Where the next read or write begins; it moves with each. Files opened for appending are
    /// written at their end.
    std::uint64_t position() const noexcept { return position_; }
    /// Goes to a position, and ends `limit` bytes behind it: reads find the end there, writes fail
    /// with `file_too_large`.
    void seek(std::uint64_t position, std::uint64_t limit = no_limit) noexcept {
        position_ = position;
        end_ = limit > no_limit - position ? no_limit : position + limit;
    }
    /// How many bytes lie between the position and that end.
    std::uint64_t limit() const noexcept { return end_ - std::min(end_, position_); }

    /// Reads at least one byte, unless there is none.
    ///
    /// *Completes when* the system has read what it had at hand, or what it fetched. *Completion
    /// signature.* `void(error_code, std::size_t)`
    ///
    /// *Errors.* `asio::error::eof` at the end of the file, or at the limit; those of the system.
    ///
    /// *Outstanding.* One operation.
    ///
    /// *Cancellation.* None: what has begun ends by itself.
    ///
    /// *Lifetimes.* The stream stays where it is, and the memory of the buffers valid, until it
    /// completes.
    template <class MutableBufferSequence,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, std::size_t))
                  CompletionToken = detail::default_token_t<Executor>>
    auto async_read_some(const MutableBufferSequence& buffers,
                         CompletionToken&& token = CompletionToken()) {
        return start(detail::file_action::read, buffers, token);
    }

    /// Writes at least one byte. Otherwise like `async_read_some`; errors are those of the system,
    /// `no_space_on_device` and `io_error` among them.
    template <class ConstBufferSequence,
              BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, std::size_t))
                  CompletionToken = detail::default_token_t<Executor>>
    auto async_write_some(const ConstBufferSequence& buffers,
                          CompletionToken&& token = CompletionToken()) {
        return start(appending_ ? detail::file_action::append : detail::file_action::write, buffers,
                     token);
    }

    /// Waits until everything that was written is on the device (`fdatasync`). Otherwise like
    /// `async_write_some`; the signature has a number of bytes, too: 0.
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, std::size_t))
                  CompletionToken = detail::default_token_t<Executor>>
    auto async_sync(CompletionToken&& token = CompletionToken()) {
        return start(detail::file_action::sync, boost::asio::const_buffer(), token);
    }

private:
    template <class, class>
    friend class detail::file_operation;
    template <class, class, class>
    friend class detail::send_file;

    void open(const file_path& path, detail::native_file::mode mode, error_code& ec) {
        file_ = detail::native_file::open(path, mode, ec);
        rewind_to_start(mode == detail::native_file::mode::append);
    }
    void rewind_to_start(bool appending) noexcept {
        seek(0);
        appending_ = appending;
    }
    template <class Call>
    static void throwing(Call call) {
        error_code ec;
        call(ec);
        if (ec)
            detail::throw_error(ec, "sluice::file_stream");
    }

    template <class Buffers, class CompletionToken>
    auto start(detail::file_action what, const Buffers& buffers, CompletionToken& token) {
        return boost::asio::async_compose<CompletionToken, void(error_code, std::size_t)>(
            detail::file_operation<basic_file_stream, Buffers>(*this, what, buffers), token,
            executor_);
    }

    Executor executor_;
    detail::native_file file_;
    std::uint64_t position_ = 0;
    std::uint64_t end_ = no_limit;
    bool appending_ = false;
};

/// With an executor of any type, as Asio has it.
using file_stream = basic_file_stream<>;

} // namespace sluice
