// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/testing/decoded_input.hpp>

#include <ostream>
#include <string_view>

namespace sluice::testing {

namespace {

// So that it can be read, whatever it holds, and is not endless.
std::string in_quotes(std::string_view text) {
    constexpr std::string_view digits = "0123456789abcdef";
    constexpr std::size_t most = 60;
    std::string result = "\"";
    for (const char c : text.substr(0, most)) {
        const auto value = static_cast<unsigned char>(c);
        if (value >= 0x20 && value < 0x7f)
            result += c;
        else
            result.append("\\x").append({digits[value / 16], digits[value % 16]});
    }
    result += '"';
    if (text.size() > most)
        result += "... (" + std::to_string(text.size()) + " bytes)";
    return result;
}

} // namespace

std::string to_string(const decoded_input& input) {
    constexpr std::size_t most = 20;
    std::string result;
    for (const decoded_input::frame& frame : input.frames) {
        if (&frame - input.frames.data() == most) {
            result += "... (" + std::to_string(input.frames.size()) + " frames) ";
            break;
        }
        result += in_quotes(frame.text) + " up to " + std::to_string(frame.end) + ", ";
    }
    if (input.endless)
        return result + "and so on without end";
    return result + input.end.message() + " at " + std::to_string(input.position);
}

std::ostream& operator<<(std::ostream& out, const decoded_input& input) {
    return out << to_string(input);
}

} // namespace sluice::testing
