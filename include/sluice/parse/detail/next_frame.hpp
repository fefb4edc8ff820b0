// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/pipe/detail/certain_completion.hpp>
#include <sluice/pipe/read_result.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace sluice::detail {

// framed_reader::async_next as a composed operation.
template <class Frames>
class next_frame {
    using frame_type = typename Frames::frame_type;

    struct found {
        error_code ec;
        frame_type frame{};
    };

public:
    explicit next_frame(Frames& frames) noexcept : frames_(frames) {}

    template <class Self>
    void operator()(Self& self) {
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        Frames& frames = frames_; // this object moves away with the operation
        if (frames.must_read())
            return read(frames, self);
        const auto executor = frames.reader_.get_executor();
        certain_completion<found, Self, std::decay_t<decltype(executor)>> completion(self,
                                                                                     executor);
        if (look(frames, completion.self(), completion.result()))
            return completion.complete_later();
        Self still = completion.take_back();
        read(frames, still);
    }

    template <class Self>
    void operator()(Self& self, found&& what) {
        self.complete(what.ec, std::move(what.frame));
    }

    template <class Self>
    void operator()(Self& self, error_code ec, const read_result& delivered) {
        found what{frames_.accept(ec, delivered)};
        if (what.ec || look(frames_, self, what))
            self.complete(what.ec, std::move(what.frame));
        else
            read(frames_, self);
    }

private:
    // True when there is something to complete with.
    template <class Self>
    static bool look(Frames& frames, const Self& self, found& what) {
        try {
            result<frame_type> frame = frames.try_next();
            if (frame)
                what.frame = std::move(*frame);
            else
                what.ec = frame.error();
        } catch (const std::bad_alloc&) {
            what.ec = make_error_code(boost::system::errc::not_enough_memory);
        }
        if (what.ec != boost::asio::error::would_block)
            return true;
        what.ec = {};
        if (self.cancelled() != boost::asio::cancellation_type::none) // perhaps by the writer
            what.ec = boost::asio::error::operation_aborted;
        return what.ec.failed();
    }

    template <class Self>
    static void read(Frames& frames, Self& self) {
        if (const std::size_t wanted = frames.wanted_)
            frames.reader_.async_read_at_least(wanted, std::move(self));
        else
            frames.reader_.async_read(std::move(self));
    }

    Frames& frames_;
};

} // namespace sluice::detail
