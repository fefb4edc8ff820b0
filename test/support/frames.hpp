// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/test_pipe.hpp"
#include <sluice/parse/decoder.hpp>
#include <sluice/parse/framed_reader.hpp>

#include <cstddef>
#include <string>

namespace sluice::test {

// Frames are a digit and as many bytes; 9 is too many, and nothing else is a digit.
struct digit_decoder {
    using frame_type = readable_buffer;

    decoded<readable_buffer> decode(byte_reader& in) {
        ++calls;
        const char digit = static_cast<char>(*in.peek());
        if (digit == '9')
            return errc::frame_too_large;
        if (digit < '0' || digit > '9')
            return errc::malformed_frame;
        const auto size = static_cast<std::size_t>(digit - '0');
        (void)in.read();
        if (in.remaining() < size)
            return need_more{size + 1};
        return *in.read_view(size);
    }

    int calls = 0;
};

// Frames are two bytes. It looks five bytes ahead, and at the end it gives what is left, and a full
// stop.
struct pair_decoder {
    using frame_type = readable_buffer;

    decoded<readable_buffer> decode(byte_reader& in) {
        if (in.remaining() < 5)
            return need_more{5};
        return *in.read_view(2);
    }
    decoded<readable_buffer> decode_end(byte_reader& in) {
        if (in.remaining() >= 2)
            return *in.read_view(2);
        if (!in.empty() || stopped)
            return need_more{};
        stopped = true;
        return readable_buffer::over({".", 1});
    }

    bool stopped = false;
};

using digit_frames = framed_reader<pipe_reader&, digit_decoder>;
using pair_frames = framed_reader<pipe_reader&, pair_decoder>;

// What a wait for a frame delivered, and how often it did. It outlives the operation.
struct frame_outcome {
    auto handler() {
        return [this](error_code e, readable_buffer frame) {
            ++calls;
            ec = e;
            text = frame.to_string();
        };
    }
    bool pending() const { return calls == 0; }
    bool failed(error_code with) const { return calls == 1 && ec == with; }
    bool got(std::string_view expected) const { return calls == 1 && !ec && text == expected; }

    int calls = 0;
    error_code ec;
    std::string text;
};

// Every frame that is there, and then why there is no more: "a|b|: would block".
template <class Frames>
std::string take_all(Frames& frames) {
    std::string taken;
    for (;;) {
        const auto frame = frames.try_next();
        if (!frame)
            return taken + ": " +
                   (frame.error() == asio::error::would_block ? "would block"
                                                              : frame.error().message());
        taken += frame->to_string() + "|";
    }
}

inline std::string ending(std::string_view frames, error_code ec) {
    return std::string(frames) + ": " + ec.message();
}

} // namespace sluice::test
