// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/pipe/read_result.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <new>
#include <utility>

namespace sluice::detail {

// framed_reader::async_next as a composed operation.
template <class Frames>
class next_frame {
    using frame_type = typename Frames::frame_type;

public:
    explicit next_frame(Frames& frames) noexcept : frames_(frames) {}

    template <class Self>
    void operator()(Self& self) {
        if (std::exchange(started_, true))
            return go_on(self);
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        if (frames_.must_read())
            return read(self);
        // It may throw, for want of memory, and what was taken before would be lost.
        boost::asio::post(frames_.reader_.get_executor(), std::move(self));
    }

    template <class Self>
    void operator()(Self& self, error_code ec, const read_result& delivered) {
        if (const error_code refused = frames_.accept(ec, delivered))
            return self.complete(refused, frame_type{});
        go_on(self);
    }

private:
    template <class Self>
    void go_on(Self& self) {
        if (look(self))
            self.complete(ec_, std::move(frame_));
        else
            read(self);
    }

    // True when there is something to complete with.
    template <class Self>
    bool look(Self& self) {
        try {
            result<frame_type> frame = frames_.try_next();
            if (frame)
                frame_ = std::move(*frame);
            else
                ec_ = frame.error();
        } catch (const std::bad_alloc&) {
            ec_ = make_error_code(boost::system::errc::not_enough_memory);
        }
        if (ec_ != boost::asio::error::would_block)
            return true;
        ec_ = {};
        if (self.cancelled() != boost::asio::cancellation_type::none) // perhaps by the writer
            ec_ = boost::asio::error::operation_aborted;
        return ec_.failed();
    }

    template <class Self>
    void read(Self& self) {
        if (const std::size_t wanted = frames_.wanted_)
            frames_.reader_.async_read_at_least(wanted, std::move(self));
        else
            frames_.reader_.async_read(std::move(self));
    }

    Frames& frames_;
    frame_type frame_{};
    error_code ec_;
    bool started_ = false;
};

} // namespace sluice::detail
