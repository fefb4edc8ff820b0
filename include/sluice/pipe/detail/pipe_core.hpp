// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/detail/parked_operation.hpp>
#include <sluice/pipe/detail/pipe_state.hpp>
#include <sluice/pipe/detail/spare_block.hpp>

#include <boost/asio/execution_context.hpp>

#include <cstdint>
#include <mutex>
#include <type_traits>
#include <utility>

namespace sluice::detail {

class pipe_service;
class pipe_core;
struct wake_list;

enum class waiting { flush, drain, reader_completed };

// Told when an operation that waits is cancelled: for who fetches bytes, or takes them away, only
// while somebody waits for that.
class wait_observer {
public:
    virtual void wait_cancelled() = 0;

protected:
    ~wait_observer() = default;
};

// What the ends of a pipe, its batches and its operations share: the state, and who waits for it.
// A waiting read is handed over by a flag of the state alone; the rarer others are in lists.
class pipe_core {
public:
    pipe_core(boost::asio::execution_context& context, const pipe_options& options);
    pipe_core(const pipe_core&) = delete;
    pipe_core& operator=(const pipe_core&) = delete;

    void retain() noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
    void release() noexcept {
        if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1)
            delete this;
    }

    pipe_state state;

    // The memory of the last read, and of the last wait for the reader.
    spare_block& spare_of(bool read) noexcept { return spares_[read]; }

    // ---- reading
    void start_read(parked_operation* operation, const read_request& request);
    // For a read that is to look again.
    error_code finish_read(const read_request& request, read_result& result);
    void announce_read(parked_operation& operation) noexcept { operation.serial = ++last_read_; }
    void forget_read(const parked_operation& operation) noexcept {
        std::uint64_t mine = operation.serial;
        if (mine != 0)
            reading_.compare_exchange_strong(mine, 0, std::memory_order_acq_rel,
                                             std::memory_order_relaxed);
    }
    void abort_read(); // the one that waits
    void abort_read(std::uint64_t serial) {
        if (reading_.load(std::memory_order_acquire) == serial)
            abort_read();
    }
    // Completes the read that waits; false: none does.
    bool end_read(error_code ec);
    bool reading() const noexcept { return reading_.load(std::memory_order_acquire) != 0; }
    result<read_result> try_read() {
        result<read_result> delivered;
        if (reading() || !state.try_read(*delivered))
            return try_read({});
        return delivered;
    }
    result<read_result> try_read(const read_request& request) {
        if (reading())
            return error_code(errc::read_pending);
        read_result delivered;
        const error_code ec = state.poll_read(request, delivered);
        if (!ec)
            return delivered;
        if (ec == look_again)
            state.release_idle();
        return ec;
    }

    // ---- waiting for the reader
    // An error that it was refused with is what it completes with.
    void start_wait(waiting what, parked_operation* operation, error_code refused = {});
    void announce_wait(parked_operation& operation) noexcept {
        std::lock_guard lock(mutex_);
        operation.serial = ++last_wait_;
        starting_.push(&operation);
    }
    void forget_wait(const parked_operation& operation) noexcept {
        if (operation.serial == 0)
            return;
        std::lock_guard lock(mutex_);
        starting_.remove(operation.serial);
    }
    void abort_wait(waiting what, std::uint64_t serial);
    error_code publish() {
        if (state.writer_done())
            return errc::already_completed;
        wake(state.publish());
        return {};
    }
    // Behind what `before` writes, unless that fails.
    error_code publish_behind(error_code (*before)(void*), void* what);
    result<void> try_flush(wake_set published) {
        if (published == wake_nobody && state.flush_ready())
            return {};
        return poll_flush(published);
    }
    void end_waits(waiting what, error_code ec);
    bool has_waits(waiting what) {
        std::lock_guard lock(mutex_);
        return !list_of(what).empty();
    }

    // Null: nobody. It is called where the cancellation was asked for.
    void observe(wait_observer* observer) noexcept { observer_ = observer; }

    // Resumes those that an event has made ready. The pipe may be gone when it returns.
    void wake(wake_set who) {
        if (who != wake_nobody)
            wake_some(who);
    }

    // ---- the ends
    // With `post` nobody who waits for that runs inside.
    void complete_reader(error_code ec, bool post = false);
    void complete_writer(error_code ec);
    void destroy_reader() noexcept;
    void destroy_writer() noexcept;
    void reset(); // throws errc::not_completed

    // The context is shutting down: gives up what waits, without an upcall.
    void shut_down(operation_list& abandoned) noexcept;

private:
    friend class pipe_service;

    ~pipe_core();
    result<void> poll_flush(wake_set published);
    void park_read(parked_operation* operation, const read_request& request);
    void end_claimed_read(error_code ec);
    void notify_observer() {
        if (observer_ != nullptr)
            observer_->wait_cancelled();
    }
    parked_operation* take_reader() noexcept {
        parked_operation* operation = reader_.load(std::memory_order_relaxed);
        reader_.store(nullptr, std::memory_order_relaxed);
        return operation;
    }
    error_code poll(waiting what) noexcept;
    bool claim(waiting what) noexcept;
    void collect(waiting what, wake_list& ready);
    void resume_all(wake_list& ready, bool post);
    void wake_some(wake_set who);
    void wake_slowly(wake_set who, bool post);
    operation_list& list_of(waiting what) noexcept { return lists_[static_cast<int>(what)]; }

    std::atomic<std::size_t> references_{1};
    std::atomic<parked_operation*> reader_{nullptr}; // belongs to who claimed the read's flag
    std::atomic<std::uint64_t> reading_{0}; // a read's serial, from its start to its completion
    std::uint64_t last_read_ = 0;           // the reader's own
    std::atomic<bool> writer_destroyed_{false};
    std::atomic<bool> shut_down_{false};
    spare_block spares_[2];
    std::mutex mutex_;
    operation_list lists_[3];
    operation_list starting_; // what can be cancelled, and is not parked yet
    std::uint64_t last_wait_ = 0;
    wait_observer* observer_ = nullptr;

    pipe_service* service_; // it, and the links of its list, belong to its lock
    pipe_core* next_ = nullptr;
    pipe_core* previous_ = nullptr;
};

// A counted pointer to a core.
class core_pointer {
public:
    core_pointer() noexcept = default;
    explicit core_pointer(pipe_core* owned) noexcept : core_(owned) {}
    core_pointer(const core_pointer& other) noexcept : core_(other.core_) {
        if (core_ != nullptr)
            core_->retain();
    }
    core_pointer(core_pointer&& other) noexcept : core_(other.core_) { other.core_ = nullptr; }
    core_pointer& operator=(core_pointer other) noexcept {
        std::swap(core_, other.core_);
        return *this;
    }
    ~core_pointer() {
        if (core_ != nullptr)
            core_->release();
    }

    pipe_core* get() const noexcept { return core_; }
    pipe_core* operator->() const noexcept { return core_; }
    pipe_core& operator*() const noexcept { return *core_; }
    explicit operator bool() const noexcept { return core_ != nullptr; }

private:
    pipe_core* core_ = nullptr;
};

// What the ends share, for those who build on them.
struct pipe_access {
    template <class End>
    static pipe_core& core(const End& end) noexcept {
        return *end.core_;
    }
    // Null of an end that was moved from.
    template <class End>
    requires requires(const End& end) { end.core_; }
    static core_pointer share(const End& end) noexcept { return end.core_; }
    // Of a stream_writer.
    template <class End>
    requires requires(const End& end) { end.writer_.core_; }
    static core_pointer share(const End& end) noexcept { return end.writer_.core_; }
    // A flush behind what `before` writes, once the flush itself can no longer fail to start.
    // `before` returns an error for which it does not take place. Not of a writer that somebody
    // has derived, who may have another flush.
    template <class CompletionToken, class Writer, class Before>
    requires std::is_same_v<typename Writer::with_own_flush, Writer>
    static auto flush_behind(Writer& writer, Before before, CompletionToken& token) {
        return writer.template flush_behind<CompletionToken>(std::move(before), token);
    }
};

} // namespace sluice::detail
