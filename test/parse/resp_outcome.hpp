// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/test_pipe.hpp"
#include <sluice/parse/resp_command_decoder.hpp>
#include <sluice/parse/resp_decoder.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace sluice::test {

// A value in a form that one can read: `*[:1 $"a" %{+"k" => #t}]`.
inline std::string describe(const resp_value& value) {
    const std::string type(1, static_cast<char>(value.type()));
    std::string text;
    if (!value.attributes().empty()) {
        text += "|{";
        bool is_key = true;
        for (const resp_value& one : value.attributes()) {
            text += describe(one) + (is_key ? "=>" : " ");
            is_key = !is_key;
        }
        text += "}";
    }
    switch (value.type()) {
    case resp_type::null:
        return text + "_";
    case resp_type::integer:
        return text + ":" + std::to_string(*value.integer());
    case resp_type::boolean:
        return text + (*value.boolean() ? "#t" : "#f");
    case resp_type::number:
        return text + "," + std::to_string(*value.number());
    case resp_type::verbatim_string:
        return text + "=" + value.format().to_string() + "\"" + value.text().to_string() + "\"";
    case resp_type::array:
    case resp_type::map:
    case resp_type::set:
    case resp_type::push:
    case resp_type::streamed_string: {
        text += type + "[";
        std::size_t count = 0;
        for (const resp_value& one : value.elements())
            text += (count++ == 0 ? "" : " ") + describe(one);
        CHECK(count == value.elements().size());
        return text + "]";
    }
    default:
        return text + type + "\"" + value.text().to_string() + "\"";
    }
}

inline std::string describe(const resp_command& command) {
    std::string text = "(";
    for (const readable_buffer& word : command)
        text += (text.size() == 1 ? "" : " ") + word.to_string();
    return text + ")";
}

// All that a decoder makes of bytes that arrive in these pieces: the frames, and the error with the
// place where it was found, and its fault; or how many bytes are left over.
template <class D>
std::string outcome_of(D decoder, const std::vector<std::string_view>& arrivals,
                       std::size_t segment_size = 0) {
    test_pipe pipe(with_segments(segment_size));
    std::string text;
    std::size_t needed = 0;
    for (const std::string_view arrival : arrivals) {
        if (!arrival.empty())
            (void)pipe.publish(arrival);
        const auto read = pipe.reader.try_read();
        if (!read)
            continue;
        byte_reader in(read->buffer);
        while (!in.empty()) {
            in.discard_read();
            byte_reader at = in;
            const auto frame = decoder.decode(at);
            if (frame.error())
                return text + "! " + frame.error().message() + " at " +
                       std::to_string(at.consumed().position()) + ": " + decoder.fault().text();
            if (!frame) {
                needed = frame.needed();
                CHECK((needed == 0 || needed > in.remaining()));
                break;
            }
            CHECK(at.position() >= needed);
            needed = 0;
            text += describe(*frame) + "\n";
            in = at;
        }
        pipe.reader.advance(in.consumed(), read->buffer.finish());
    }
    return text + std::to_string(pipe.reader.buffered()) + " left";
}

template <class D>
std::string outcome_of(const D& decoder, std::string_view text) {
    return outcome_of(decoder, std::vector<std::string_view>{text});
}

inline std::string value_of(std::string_view text, const resp_options& options = {}) {
    return outcome_of(resp_decoder(options), text);
}
inline std::string commands_of(std::string_view text, const resp_options& options = {}) {
    return outcome_of(resp_command_decoder(options), text);
}

} // namespace sluice::test
