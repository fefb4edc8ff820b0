// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/test_pipe.hpp"
#include <sluice/testing/every_split.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::test {

// "a|b|: what ended it at 7"
inline std::string ending(std::string_view frames, error_code ec, std::uint64_t position) {
    return std::string(frames) + ": " + ec.message() + " at " + std::to_string(position);
}
inline std::string ending(std::string_view frames, errc ec, std::uint64_t position) {
    return ending(frames, make_error_code(ec), position);
}
inline std::string whole(std::string_view frames, std::uint64_t size) {
    return ending(frames, asio::error::eof, size);
}

// The frames and what ended them; the same however the input arrives, which is checked, and no
// frame later than with the last of the bytes it needs.
template <class D>
std::string frames_of(std::string_view input, const D& decoder, std::size_t lookahead = 0) {
    const testing::split_report report = testing::every_split(input, decoder);
    CHECK_MESSAGE(report, report);
    CHECK(report.lookahead <= lookahead);
    std::string frames;
    for (const testing::decoded_input::frame& frame : report.whole.frames)
        frames += frame.text + '|';
    return ending(frames, report.whole.end, report.whole.position);
}

// What the encoder writes; nothing with an error, which is checked.
template <class E, class Message>
std::string encoded(const E& encoder, const Message& message) {
    test_pipe pipe;
    const error_code ec = encoder.encode(message, pipe.writer);
    CHECK((pipe.writer.unflushed() != 0) == !ec);
    if (ec)
        return ec.message();
    (void)pipe.writer.try_flush();
    return pipe.take();
}

// What the decoder finds in what the encoder writes, both with the same options.
template <class E, class D>
void check_round_trip(const E& encoder, const D& decoder,
                      std::initializer_list<std::string_view> messages) {
    std::string text, frames;
    for (const std::string_view message : messages) {
        text += encoded(encoder, message);
        frames.append(message).append("|");
    }
    CHECK(frames_of(text, decoder) == whole(frames, text.size()));
}

} // namespace sluice::test
