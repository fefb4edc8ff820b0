// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/pipe/detail/certain_completion.hpp>
#include <sluice/stream/detail/stream_traits.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace sluice::detail {

// How much is written before the next flush.
inline constexpr std::size_t write_window = 64 * 1024;

// Writes what a source gives, window by window, and waits between them while the reader lags
// behind: so the memory is bounded. `Source` has `error_code write(Writer&, std::size_t& total)`,
// which writes a window, adds what it wrote also before an error or an exception, and `is_done()`.
template <class Writer, class Source>
class write_windows {
    struct start {};

public:
    write_windows(Writer& writer, Source source) : writer_(writer), source_(std::move(source)) {}

    // What starts it may throw, for want of memory: nothing is written before.
    template <class Self>
    void operator()(Self& self) {
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        const auto executor = writer_.get_executor();
        core_pointer pipe;
        if constexpr (requires { pipe_access::share(writer_); })
            pipe = pipe_access::share(writer_);
        certain_completion<start, Self, std::decay_t<decltype(executor)>>(self, executor, pipe)
            .complete_later();
    }

    template <class Self>
    void operator()(Self& self, start) {
        go_on(self);
    }

    template <class Self>
    void operator()(Self& self, error_code ec) {
        if (ec || error_ || source_.is_done())
            self.complete(error_ ? error_ : ec, total_);
        else
            go_on(self);
    }

private:
    template <class Self>
    void go_on(Self& self) {
        error_code ec;
        while (!is_cancelled(self)) {
            write();
            if (const result<void> flushed = writer_.try_flush(); flushed.has_error())
                ec = flushed.error();
            if (is_would_block(ec))
                return writer_.flush(std::move(self));
            if (ec || error_ || source_.is_done())
                break;
        }
        self.complete(error_ ? error_ : ec, total_);
    }

    template <class Self>
    bool is_cancelled(const Self& self) { // perhaps by the reader
        if (self.cancelled() == boost::asio::cancellation_type::none)
            return false;
        error_ = boost::asio::error::operation_aborted;
        return true;
    }

    void write() {
        try {
            error_ = source_.write(writer_, total_);
        } catch (const std::bad_alloc&) {
            error_ = make_error_code(boost::system::errc::not_enough_memory);
        } catch (const boost::system::system_error& error) {
            error_ = error.code();
        }
    }

    Writer& writer_;
    Source source_;
    std::size_t total_ = 0;
    error_code error_;
};

} // namespace sluice::detail
