// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/read_result.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>

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
            return self.complete(ec_, std::move(frame_));
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        if (!look())
            return read(self);
        boost::asio::post(frames_.reader_.get_executor(), std::move(self));
    }

    template <class Self>
    void operator()(Self& self, error_code ec, const read_result& delivered) {
        ec_ = frames_.accept(ec, delivered);
        if (ec_ || look())
            return self.complete(ec_, std::move(frame_));
        if (self.cancelled() != boost::asio::cancellation_type::none) // perhaps by the writer
            return self.complete(boost::asio::error::operation_aborted, frame_type());
        read(self);
    }

private:
    // True when there is something to complete with.
    bool look() {
        result<frame_type> frame = frames_.try_next();
        if (frame)
            frame_ = std::move(*frame);
        else
            ec_ = frame.error();
        if (ec_ != boost::asio::error::would_block)
            return true;
        ec_ = {};
        return false;
    }

    template <class Self>
    void read(Self& self) {
        if (const std::size_t needed = std::exchange(frames_.needed_, 0))
            frames_.reader_.async_read_at_least(needed, std::move(self));
        else
            frames_.reader_.async_read(std::move(self));
    }

    Frames& frames_;
    frame_type frame_{};
    error_code ec_;
    bool started_ = false;
};

} // namespace sluice::detail
