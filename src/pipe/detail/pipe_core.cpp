// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/detail/throw_error.hpp>
#include <sluice/pipe/detail/pipe_core.hpp>
#include <sluice/pipe/detail/pipe_service.hpp>
#include <sluice/pipe/detail/resume.hpp>

#include <boost/assert.hpp>

#include <new>

namespace sluice::detail {

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
    } else if (state.must_advance()) {
        operation->resume(resumption::post, errc::advance_required);
    } else {
        if (operation->serial == 0)
            announce_read(*operation);
        reading_.store(operation->serial, std::memory_order_release);
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

error_code pipe_core::finish_read(const read_request& request, read_result& result) {
    error_code ec;
    if (request.at_least || !state.try_read(result))
        ec = state.poll_read(request, result);
    BOOST_ASSERT(ec != look_again);
    reading_.store(0, std::memory_order_release);
    return ec == errc::already_completed ? error_code(boost::asio::error::operation_aborted) : ec;
}

void pipe_core::abort_read() {
    const core_pointer alive = (retain(), core_pointer(this)); // the handler may end all elsewhere
    if (!state.claim_read_or_abort())
        return;
    end_claimed_read(boost::asio::error::operation_aborted);
    notify_observer();
}

bool pipe_core::end_read(error_code ec) {
    if (!state.claim_read())
        return false;
    end_claimed_read(ec);
    return true;
}

void pipe_core::end_claimed_read(error_code ec) {
    parked_operation* operation = take_reader();
    reading_.store(0, std::memory_order_release);
    operation->resume(resumption::post, ec);
}

// ---- waiting for the reader

error_code pipe_core::poll(waiting what) noexcept {
    if (what == waiting::flush)
        return state.poll_flush();
    return what == waiting::drain ? state.poll_drained() : state.poll_reader_completed();
}

bool pipe_core::claim(waiting what) noexcept {
    if (what == waiting::flush)
        return state.claim_flush();
    return what != waiting::drain || state.claim_drain();
}

void pipe_core::start_wait(waiting what, parked_operation* operation, error_code refused) {
    const core_pointer alive = (retain(), core_pointer(this));
    const error_code ec = refused ? refused : poll(what);
    if (ec != look_again) {
        forget_wait(*operation);
        operation->resume(resumption::post, ec);
        return;
    }
    {
        std::unique_lock lock(mutex_);
        starting_.remove(operation->serial);
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

void pipe_core::abort_wait(waiting what, std::uint64_t serial) {
    const core_pointer alive = (retain(), core_pointer(this));
    parked_operation* operation = nullptr;
    {
        std::lock_guard lock(mutex_);
        operation = list_of(what).remove(serial);
        if (parked_operation* starting = starting_.remove(serial))
            starting->abort_requested = true;
    }
    if (operation == nullptr)
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
    const pipe_options& chosen = state.options();
    sluice::detail::resume_all(this, ready, post ? resumption::post : chosen.reader_resumption,
                               post ? resumption::post : chosen.writer_resumption);
}

void pipe_core::wake_some(wake_set who) {
    if (who == wake_reader)
        return resume(this, take_reader(), state.options().reader_resumption, look_again);
    if (who & wake_aborted_reader)
        end_claimed_read(boost::asio::error::operation_aborted);
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

error_code pipe_core::publish_behind(error_code (*before)(void*), void* what) {
    if (!state.writer_done())
        if (const error_code ec = before(what))
            return ec;
    return publish();
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

void pipe_core::complete_reader(error_code ec, bool post) {
    end_read(boost::asio::error::operation_aborted);
    if (const wake_set who = state.complete_reader(ec); post && who != wake_nobody)
        wake_slowly(who, true);
    else
        wake(who);
}

void pipe_core::complete_writer(error_code ec) {
    wake(state.complete_writer(ec));
}

namespace {

// In a destructor: what could not be resumed was destroyed, and there is nobody to tell.
template <class Function>
void without_telling(Function f) noexcept {
    try {
        f();
    } catch (const std::bad_alloc&) {
    }
}

} // namespace

void pipe_core::destroy_reader() noexcept {
    without_telling([&] { end_read(boost::asio::error::operation_aborted); });
    const wake_set who = state.complete_reader(errc::reader_abandoned);
    if (who != wake_nobody)
        without_telling([&] { wake_slowly(who, true); });
}

void pipe_core::destroy_writer() noexcept {
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
    without_telling([&] { resume_all(cancelled, true); });
}

void pipe_core::reset() {
    if (!state.reader_done() || !state.writer_done() || reading())
        throw_error(errc::not_completed, "sluice::pipe::reset");
    state.reset();
}

void pipe_core::shut_down(operation_list& abandoned) noexcept {
    std::lock_guard lock(mutex_);
    shut_down_ = true;
    if (state.claim_read()) {
        abandoned.push(take_reader());
        reading_.store(0, std::memory_order_release);
    }
    for (operation_list& list : lists_)
        abandoned.append(list);
}

} // namespace sluice::detail
