// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/detail/throw_error.hpp>
#include <sluice/pipe/detail/pipe_core.hpp>
#include <sluice/pipe/detail/pipe_service.hpp>
#include <sluice/pipe/detail/resume.hpp>

namespace sluice::detail {

struct pipe_core::wake_list {
    parked_operation* reader = nullptr;
    operation_list operations[3];
    error_code results[3];
};

pipe_core::pipe_core(boost::asio::execution_context& context, const pipe_options& options)
    : state(options)
    , service_(nullptr) {
    boost::asio::use_service<pipe_service>(context).add(*this);
}

pipe_core::~pipe_core() {
    pipe_service::remove(*this);
}

// ---- reading

void pipe_core::start_read(parked_operation* operation, const read_request& request) {
    if (reading()) {
        operation->resume(resumption::post, errc::read_pending);
    } else if (state.reader_done()) {
        operation->resume(resumption::post, errc::already_completed);
    } else {
        reading_.store(true, std::memory_order_release);
        state.begin_read();
        if (state.read_ready(request))
            operation->resume(resumption::post, look_again);
        else
            park_read(operation, request);
    }
}

void pipe_core::park_read(parked_operation* operation, const read_request& request) {
    if (shut_down_.load(std::memory_order_acquire)) {
        operation->destroy();
        return;
    }
    state.release_idle();
    const core_pointer alive = (retain(), core_pointer(this)); // once parked, all may end elsewhere
    reader_.store(operation, std::memory_order_relaxed);
    const wake_set ready = state.park_read(request);
    if (ready & wake_reader)
        take_reader()->resume(resumption::post, look_again);
    wake(ready & ~wake_reader);
}

error_code pipe_core::finish_read(parked_operation* operation, const read_request& request,
                                  read_result& result) {
    if (!request.at_least && state.try_read(result)) {
        reading_.store(false, std::memory_order_release);
        return {};
    }
    const error_code ec = state.poll_read(request, result);
    if (ec == look_again) {
        park_read(operation, request);
        return ec;
    }
    reading_.store(false, std::memory_order_release);
    return ec == errc::already_completed ? error_code(boost::asio::error::operation_aborted) : ec;
}

void pipe_core::abort_read(parked_operation* operation) {
    if (reader_.load(std::memory_order_relaxed) != operation)
        return;
    const core_pointer alive = (retain(), core_pointer(this)); // the handler may end all elsewhere
    end_read(boost::asio::error::operation_aborted);
    notify_observer();
}

void pipe_core::end_read(error_code ec) {
    if (!state.claim_read())
        return;
    parked_operation* operation = take_reader();
    reading_.store(false, std::memory_order_release);
    operation->resume(resumption::post, ec);
}

result<read_result> pipe_core::try_read(const read_request& request) {
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

error_code pipe_core::poll(waiting what) noexcept {
    switch (what) {
    case waiting::flush:
        return state.poll_flush();
    case waiting::drain:
        return state.poll_drained();
    case waiting::reader_completed:
        break;
    }
    return state.poll_reader_completed();
}

bool pipe_core::claim(waiting what) noexcept {
    switch (what) {
    case waiting::flush:
        return state.claim_flush();
    case waiting::drain:
        return state.claim_drain();
    case waiting::reader_completed:
        break;
    }
    return true;
}

void pipe_core::start_wait(waiting what, parked_operation* operation) {
    const core_pointer alive = (retain(), core_pointer(this));
    error_code ec = poll(what);
    if (ec != look_again) {
        operation->resume(resumption::post, ec);
        return;
    }
    {
        std::unique_lock lock(mutex_);
        if (shut_down_.load(std::memory_order_relaxed)) {
            lock.unlock();
            operation->destroy();
            return;
        }
        if (writer_destroyed_ || operation->abort_requested) {
            lock.unlock();
            operation->resume(resumption::post, boost::asio::error::operation_aborted);
            return;
        }
        list_of(what).push(operation);
    }
    if (what == waiting::flush)
        state.park_flush();
    else if (what == waiting::drain)
        state.park_drain();
    if (poll(what) != look_again && claim(what)) {
        wake_list ready;
        collect(what, ready);
        resume_all(ready, true);
    }
}

void pipe_core::abort_wait(waiting what, parked_operation* operation) {
    const core_pointer alive = (retain(), core_pointer(this));
    bool found = false;
    {
        std::lock_guard lock(mutex_);
        found = list_of(what).remove(operation);
        operation->abort_requested = true;
    }
    if (!found)
        return;
    operation->resume(resumption::post, boost::asio::error::operation_aborted);
    notify_observer();
}

// The flag of these was claimed by the caller.
void pipe_core::collect(waiting what, wake_list& ready) {
    error_code ec = poll(what);
    while (ec == look_again) {
        if (what == waiting::flush)
            state.park_flush();
        else
            state.park_drain();
        ec = poll(what);
        if (ec == look_again || !claim(what))
            return;
    }
    std::lock_guard lock(mutex_);
    ready.operations[static_cast<int>(what)].append(list_of(what));
    ready.results[static_cast<int>(what)] = ec;
}

void pipe_core::resume_all(wake_list& ready, bool post) {
    const resumption reader = post ? resumption::post : state.options().reader_resumption;
    const resumption writer = post ? resumption::post : state.options().writer_resumption;
    if (ready.reader != nullptr)
        resume(this, ready.reader, reader, look_again);
    for (int i = 0; i != 3; ++i)
        while (parked_operation* operation = ready.operations[i].pop())
            resume(this, operation, writer, ready.results[i]);
}

void pipe_core::wake_some(wake_set who) {
    if (who == wake_reader)
        resume(this, take_reader(), state.options().reader_resumption, look_again);
    else
        wake_slowly(who, false);
}

void pipe_core::wake_slowly(wake_set who, bool post) {
    wake_list ready;
    if (who & wake_flushes)
        collect(waiting::flush, ready);
    if (who & wake_drained)
        collect(waiting::drain, ready);
    if (who & wake_watchers)
        collect(waiting::reader_completed, ready);
    resume_all(ready, post);
}

result<void> pipe_core::poll_flush(wake_set published) {
    if (state.flush_ready()) {
        wake(published);
        return {};
    }
    error_code ec = state.poll_flush();
    if (ec == look_again && published != wake_nobody) {
        const core_pointer alive = (retain(), core_pointer(this));
        wake(published);
        ec = state.poll_flush(); // the reader may have run inside
    } else {
        wake(published);
    }
    if (ec)
        return ec;
    return {};
}

void pipe_core::end_waits(waiting what, error_code ec) {
    wake_list ended;
    ended.results[static_cast<int>(what)] = ec;
    {
        std::lock_guard lock(mutex_);
        ended.operations[static_cast<int>(what)].append(list_of(what));
    }
    resume_all(ended, true);
}

// ---- the ends

void pipe_core::complete_reader(error_code ec) {
    end_read(boost::asio::error::operation_aborted);
    wake(state.complete_reader(ec));
}

void pipe_core::complete_writer(error_code ec) {
    wake(state.complete_writer(ec));
}

void pipe_core::destroy_reader() {
    end_read(boost::asio::error::operation_aborted);
    const wake_set who = state.complete_reader(errc::reader_abandoned);
    if (who != wake_nobody)
        wake_slowly(who, true);
}

void pipe_core::destroy_writer() {
    wake_list cancelled;
    {
        std::lock_guard lock(mutex_);
        writer_destroyed_ = true;
        for (int i = 0; i != 3; ++i) {
            cancelled.operations[i].append(lists_[i]);
            cancelled.results[i] = boost::asio::error::operation_aborted;
        }
    }
    if (state.complete_writer(errc::writer_abandoned) & wake_reader)
        cancelled.reader = take_reader();
    resume_all(cancelled, true);
}

void pipe_core::reset() {
    if (!state.reader_done() || !state.writer_done() || reading())
        throw_error(errc::not_completed, "sluice::pipe::reset");
    state.reset();
}

void pipe_core::shut_down(operation_list& abandoned) noexcept {
    std::lock_guard lock(mutex_);
    shut_down_ = true;
    if (state.claim_read())
        abandoned.push(take_reader());
    for (operation_list& list : lists_)
        abandoned.append(list);
}

} // namespace sluice::detail
