// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/memory/pool_state.hpp>
#include <sluice/pipe/pipe_reader.hpp>
#include <sluice/stream/detail/stream_traits.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>

#include <algorithm>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace sluice::detail {

// A stream that empties a pipe as far as somebody waits for it. What is under way keeps the sink; a
// flush that is cancelled leaves alone what cannot be ended without a loss.
//
// Whoever waits for the last byte may go on in another thread: nothing is touched after it was
// consumed.
template <class Stream>
class stream_sink final : public wait_observer,
                          public std::enable_shared_from_this<stream_sink<Stream>> {
public:
    using stream_type = std::remove_reference_t<Stream>;
    using reader_type = basic_pipe_reader<typename stream_type::executor_type>;

    stream_sink(Stream&& stream, reader_type&& from) noexcept
        : stream_(std::forward<Stream>(stream))
        , from_(std::move(from))
        , core_(pipe_access::core(from_)) {
        core_.observe(this);
    }
    ~stream_sink() { release_record(); }

    stream_type& stream() noexcept { return stream_; }

    // Writes what goes without a wait. would_block: something is left.
    result<void> send() {
        if (!busy_ && !ended_ && from_.buffered() != 0) {
            busy_ = true; // writing may run the peer inside, and the peer this writer
            if (!send_some()) {
                busy_ = false;
                if (is_wanted())
                    send_later();
            }
        }
        if (error_)
            return error_;
        if (ended_ || from_.buffered() == 0)
            return {};
        return error_code(boost::asio::error::would_block);
    }
    // For a flush that will wait anyway: not to streams that may run their peer inside.
    void send_if_socket() {
        if (can_wait && !busy_ && !ended_)
            send_some();
    }
    // Something is left to be written, and nothing is under way that will do it.
    bool lacks_a_wait() const noexcept { return !busy_ && !ended_ && from_.buffered() != 0; }
    // For a flush that may wait: goes on until everything is written.
    void send_later() {
        if (lacks_a_wait())
            wait();
    }

    // The writer has completed: what is left is written, whoever waits, and an orderly end goes to
    // the stream.
    void finish(bool orderly) {
        if (std::exchange(finishing_, true) || ended_)
            return;
        orderly_ = orderly;
        if (busy_)
            return;
        if (from_.buffered() == 0)
            return end();
        send_if_socket();
        send_later();
    }

    // A flush was cancelled. What can end without a loss is ended, if nobody else wants it.
    void wait_cancelled() override {
        if (!busy_ || is_wanted())
            return;
        cancelling_ = true;
        signal_.emit(boost::asio::cancellation_type::total);
    }

    // Ends what is under way, and uses the stream no more.
    void stop() {
        ended_ = true;
        core_.observe(nullptr);
        if (busy_)
            signal_.emit(boost::asio::cancellation_type::terminal);
    }

private:
    static constexpr bool can_wait = waitable_stream<stream_type>;
    static constexpr std::size_t max_record = 16 * 1024; // of TLS
    static constexpr unsigned max_writes_in_a_row = 16;

    // What is outstanding on the stream. At a context's end it goes without a call.
    struct departure {
        explicit departure(stream_sink& owner) : sink(owner.shared_from_this()) {
            sink->busy_ = true;
        }
        departure(departure&&) noexcept = default;
        ~departure() {
            if (sink)
                sink->busy_ = false;
        }

        using cancellation_slot_type = boost::asio::cancellation_slot;
        cancellation_slot_type get_cancellation_slot() const noexcept {
            return sink->signal_.slot();
        }
        void operator()(error_code ec, std::size_t n = 0) {
            const std::shared_ptr<stream_sink> kept = std::move(sink);
            if (auto slot = kept->signal_.slot(); slot.has_handler())
                slot.assign([](auto) {}); // keeps the memory, as clear() does not
            kept->departed(ec, n);
        }

        std::shared_ptr<stream_sink> sink;
    };

    bool is_wanted() { return finishing_ || core_.has_waits(waiting::flush); }

    // True when nothing is left to do here, and all may be over. What the handlers that it resumes
    // publish while busy_, it writes, too.
    bool send_some() {
        if constexpr (triable_sink<stream_type>) {
            if (const error_code ec = make_non_blocking(stream_))
                return over(ec);
            for (unsigned i = 0; i != max_writes_in_a_row && from_.buffered() != 0; ++i) {
                const result<read_result> shown = from_.try_read();
                const readable_buffer& buffer = shown->buffer;
                error_code ec;
                const std::size_t n = buffer.is_contiguous() // takes a cheaper system call
                                          ? stream_.write_some(buffer.front(), ec)
                                          : stream_.write_some(buffer, ec);
                if (ended_) // by the peer, which ran inside
                    return true;
                if (ec && !is_would_block(ec))
                    return over(ec);
                if (written(n))
                    return true;
                if (ec)
                    break;
            }
        }
        return false;
    }

    // True when that was all.
    bool written(std::size_t n) {
        if (from_.buffered() != n) {
            from_.consume(n);
            return false;
        }
        busy_ = false;
        const bool last = finishing_;
        const wake_set ready = core_.state.consume(n);
        core_.state.release_idle();
        core_.wake(ready);
        if (last && !ended_)
            end();
        return true;
    }

    void wait() {
        bool shows = false;
        try {
            departure handler(*this);
            if constexpr (can_wait) {
                stream_.async_wait(stream_type::wait_write, std::move(handler));
            } else {
                const result<read_result> shown = from_.try_read();
                shows = true;
                if constexpr (triable_sink<stream_type>)
                    stream_.async_write_some(shown->buffer, std::move(handler));
                else
                    stream_.async_write_some(record_of(shown->buffer), std::move(handler));
            }
        } catch (const std::bad_alloc&) {
            release_record();
            if (shows)
                from_.consume(0);
            give_up(make_error_code(boost::system::errc::not_enough_memory));
        }
    }

    void departed(error_code ec, std::size_t n) {
        const bool cancelled = std::exchange(cancelling_, false);
        release_record();
        if (ended_) {
            busy_ = false;
        } else if (ending_ || (ec && ec != boost::asio::error::operation_aborted)) {
            over(ec);
        } else if (can_wait || !written(n)) {
            const bool wanted = is_wanted();
            if (ec && !cancelled) {
                busy_ = false;
                give_up(ec);
            } else if (!wanted || ec || !can_wait || !send_some()) {
                busy_ = false;
                if (wanted)
                    wait();
            }
        }
    }

    // Nothing is written for now.
    void give_up(error_code ec) {
        if (finishing_)
            over(ec);
        else
            core_.end_waits(waiting::flush, ec);
    }

    // All is written, and the writer has completed.
    void end() {
        error_code ec;
        if constexpr (async_half_closable<stream_type>) {
            if (orderly_)
                return shut_down_later();
        } else if constexpr (half_closable<stream_type>) {
            if (orderly_)
                stream_.shutdown(boost::asio::socket_base::shutdown_send, ec);
            if (ec == boost::asio::error::not_connected) // the peer was quicker
                ec = {};
        }
        over(ec);
    }
    void shut_down_later() {
        try {
            ending_ = true;
            stream_.async_shutdown_send(departure(*this));
        } catch (const std::bad_alloc&) {
            over(make_error_code(boost::system::errc::not_enough_memory));
        }
    }

    bool over(error_code ec) {
        busy_ = false;
        ended_ = true;
        error_ = ec;
        core_.complete_reader(ec, true); // what is told of it may destroy the writer, which flushes
        return true;
    }

    // One piece for streams that may take one at a time: TLS makes a record of each.
    boost::asio::const_buffer record_of(const readable_buffer& buffer) {
        const boost::asio::const_buffer front = buffer.front();
        if (buffer.is_contiguous() || front.size() >= max_record)
            return front;
        const std::size_t size = std::min(buffer.size(), max_record);
        try {
            record_ = core_.state.options().pool.state().acquire(size);
        } catch (const std::bad_alloc&) {
            return front;
        }
        return {record_->payload(), buffer.copy_to({record_->payload(), size})};
    }
    void release_record() noexcept {
        if (record_ != nullptr)
            std::exchange(record_, nullptr)->release();
    }

    Stream stream_;
    reader_type from_;
    pipe_core& core_; // kept by from_
    boost::asio::cancellation_signal signal_;
    memory_block* record_ = nullptr;
    error_code error_;
    bool busy_ = false; // with the stream: a wait or a write is outstanding, or it is written to
    bool cancelling_ = false;
    bool finishing_ = false; // the writer has completed
    bool orderly_ = false;   // without an error
    bool ending_ = false;    // the end is being sent
    bool ended_ = false;     // the stream takes no more
};

} // namespace sluice::detail
