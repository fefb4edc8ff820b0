// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/single_block.hpp>
#include <sluice/pipe/pipe_writer.hpp>
#include <sluice/stream/detail/stream_traits.hpp>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/recycling_allocator.hpp>

#include <algorithm>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace sluice::detail {

// A stream that fills a pipe as far as somebody waits for it, and no further. What is under way
// keeps the source; a read of the pipe that is cancelled leaves alone what cannot be ended without
// a loss, and the next read finds it there.
//
// Whoever gets bytes may go on in another thread: nothing is touched after they were passed on.
template <class Stream>
class stream_source final : public wait_observer,
                            public std::enable_shared_from_this<stream_source<Stream>> {
public:
    using stream_type = std::remove_reference_t<Stream>;
    using writer_type = basic_pipe_writer<typename stream_type::executor_type>;

    stream_source(Stream&& stream, writer_type&& to, std::size_t max_read_size) noexcept
        : stream_(std::forward<Stream>(stream))
        , to_(std::move(to))
        , core_(pipe_access::core(to_))
        , most_(std::max<std::size_t>(
              can_wait ? max_read_size : std::min(max_read_size, max_record), 1))
        , read_size_(std::min(most_, first_read_size)) {
        core_.observe(this);
    }

    stream_type& stream() noexcept { return stream_; }
    pipe_core& core() noexcept { return core_; }

    // Reads what is there, until the request can be met. An error: for want of memory.
    error_code fetch(const read_request& request) {
        request_ = request;
        if constexpr (can_wait)
            return fetch_some();
        if (busy_)
            return {};
        busy_ = true; // reading may run the peer inside, and the peer this reader
        const error_code ec = fetch_some();
        busy_ = false;
        if (!ec)
            fetch_later();
        return ec;
    }

    // The same for a read that will wait anyway: not where a short read has just shown the end, and
    // not from streams that may run their peer inside.
    error_code fetch_if_socket(const read_request& request) {
        if (can_wait && !drained_)
            return fetch(request);
        request_ = request;
        return {};
    }

    bool lacks_bytes() const noexcept { return !core_.state.read_ready(request_); }

    // For a read that may have been parked: goes on until there is enough for it.
    void fetch_later() {
        if (!busy_ && core_.reading() && lacks_bytes())
            wait();
    }

    // Nobody waits any more. What can end without a loss is ended.
    void wait_cancelled() override {
        if (!busy_)
            return;
        cancelling_ = true;
        signal_.emit(boost::asio::cancellation_type::total);
    }

    // Ends what is under way, and uses the stream no more.
    void stop() {
        stopped_ = true;
        core_.observe(nullptr);
        if (busy_)
            signal_.emit(boost::asio::cancellation_type::terminal);
    }

private:
    static constexpr bool can_wait = waitable_stream<stream_type>;
    using wait_memory = single_block<192, boost::asio::recycling_allocator<void>>;
    static constexpr std::size_t first_read_size = can_wait ? 16 * 1024 : 4 * 1024;
    static constexpr std::size_t least_read_size = can_wait ? 16 * 1024 : 1024;
    static constexpr std::size_t max_record = 16 * 1024; // of TLS
    static constexpr unsigned max_reads_in_a_row = 16;

    // What is outstanding on the stream. At a context's end it goes without a call.
    struct arrival {
        explicit arrival(stream_source& owner)
            : source(owner.shared_from_this())
            , memory(&owner.wait_memory_) {
            source->busy_ = true;
        }
        arrival(arrival&&) noexcept = default;
        ~arrival() {
            if (source)
                source->busy_ = false;
        }

        // Also of one that was moved from: Asio asks it when it cannot make what it moved it to.
        using allocator_type =
            std::conditional_t<can_wait, typename wait_memory::template allocator<void>,
                               boost::asio::recycling_allocator<void>>;
        allocator_type get_allocator() const noexcept {
            if constexpr (can_wait)
                return {*memory, boost::asio::recycling_allocator<void>()};
            else
                return {};
        }
        using cancellation_slot_type = boost::asio::cancellation_slot;
        cancellation_slot_type get_cancellation_slot() const noexcept {
            return source->signal_.slot();
        }
        void operator()(error_code ec, std::size_t n = 0) {
            const std::shared_ptr<stream_source> kept = std::move(source);
            if (auto slot = kept->signal_.slot(); slot.has_handler())
                slot.assign([](auto) {}); // keeps the memory, as clear() does not
            kept->busy_ = false;
            kept->arrived(ec, n);
        }

        std::shared_ptr<stream_source> source;
        wait_memory* memory;
    };

    static error_code no_memory() noexcept {
        return make_error_code(boost::system::errc::not_enough_memory);
    }

    std::size_t buffered() const noexcept {
        return static_cast<std::size_t>(core_.state.buffered());
    }
    // Once the limit is passed there are no reads that ask for more.
    std::size_t next_read_size() const noexcept {
        const std::size_t limit = core_.state.options().max_buffered;
        return limit == 0 ? read_size_ : std::min(read_size_, limit - buffered() + 1);
    }

    error_code fetch_some() {
        try {
            for (unsigned i = 0; i != max_reads_in_a_row && !stopped_ && lacks_bytes(); ++i)
                if (read_now() == progress::none || drained_)
                    break;
        } catch (const std::bad_alloc&) {
            give_back();
            return no_memory();
        }
        return {};
    }

    enum class progress { none, some, enough };

    progress read_now() {
        if constexpr (triable_source<stream_type>) {
            error_code ec = make_non_blocking(stream_);
            if (ec)
                return pass_on(ec, 0);
            const auto buffers = to_.prepare_sequence(next_read_size());
            const std::size_t n = buffers.count() == 1 // one buffer takes a cheaper system call
                                      ? stream_.read_some(*buffers.begin(), ec)
                                      : stream_.read_some(buffers, ec);
            if (stopped_) // by the peer, which ran inside
                return progress::none;
            drained_ = n < buffers.size();
            if (!is_would_block(ec))
                return pass_on(ec, n);
            give_back();
        }
        return progress::none;
    }

    progress pass_on(error_code ec, std::size_t n) {
        to_.commit(n);
        adapt(n);
        const bool enough = request_.at_least ? buffered() + n >= request_.count : n != 0;
        if (ec)
            to_.complete(is_end_of_stream(ec) ? error_code() : ec);
        else
            (void)to_.try_flush();
        return ec || enough ? progress::enough : progress::some;
    }

    // What was prepared and not committed.
    void give_back() { (void)to_.try_flush(); }

    void adapt(std::size_t n) noexcept {
        if (n >= read_size_)
            read_size_ = std::min(most_, read_size_ * 2);
        else if (n < read_size_ / 4)
            read_size_ = std::max(read_size_ / 2, std::min(most_, least_read_size));
    }

    void wait() {
        try {
            arrival handler(*this);
            if constexpr (can_wait) {
                stream_.async_wait(stream_type::wait_read, std::move(handler));
            } else {
                const std::size_t size = next_read_size();
                const std::size_t most = size < read_size_ ? size : most_;
                stream_.async_read_some(boost::asio::buffer(to_.prepare(size), most),
                                        std::move(handler));
            }
        } catch (const std::bad_alloc&) {
            give_back();
            core_.end_read(no_memory());
        }
    }

    void arrived(error_code ec, std::size_t n) {
        const bool cancelled = std::exchange(cancelling_, false);
        if (stopped_)
            return give_back();
        if (ec == boost::asio::error::operation_aborted) {
            ec = {};
            if (n == 0) {
                give_back();
                if (cancelled)
                    fetch_later();
                else
                    core_.end_read(boost::asio::error::operation_aborted);
                return;
            }
        }
        if (can_wait && !ec)
            return go_on();
        if (pass_on(ec, n) != progress::enough)
            fetch_later();
    }

    // After a wait.
    void go_on() {
        try {
            for (unsigned i = 0; i != max_reads_in_a_row && core_.reading(); ++i) {
                const progress made = read_now();
                if (made == progress::enough)
                    return;
                if (made == progress::none || drained_)
                    break;
            }
        } catch (const std::bad_alloc&) {
            give_back();
            core_.end_read(no_memory());
            return;
        }
        fetch_later();
    }

    Stream stream_;
    writer_type to_;
    pipe_core& core_; // kept by to_
    boost::asio::cancellation_signal signal_;
    wait_memory wait_memory_; // or Asio, with its two freed blocks a thread, would ask the heap
    const std::size_t most_;
    std::size_t read_size_;
    read_request request_;
    bool busy_ = false; // with the stream: a wait or a read is outstanding, or it is read just now
    bool cancelling_ = false;
    bool stopped_ = false;
    bool drained_ = false; // the last read was short
};

} // namespace sluice::detail
