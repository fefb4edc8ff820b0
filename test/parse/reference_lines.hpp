// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/parse/line_options.hpp>

#include <boost/asio/error.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::test {

// The lines of a text, what ended them, and where an error was found.
struct lines_found {
    std::vector<std::string> lines;
    error_code end;
    std::uint64_t error_position = 0;

    friend bool operator==(const lines_found&, const lines_found&) = default;
};

// What the lines of a whole text are, in the plainest words.
inline lines_found reference_lines(std::string_view text, const line_options& options) {
    lines_found found;
    const std::string_view end = options.end == line_end::crlf ? "\r\n" : "\n";
    const std::size_t all = text.size();
    const auto fail = [&](errc error, std::size_t further) {
        found.end = error;
        found.error_position = all - text.size() + further;
        return found;
    };
    while (!text.empty()) {
        const std::size_t at = text.find(end);
        std::string_view line = text.substr(0, at);
        if (at == text.npos) {
            const bool perhaps_ends = options.end != line_end::lf && line.back() == '\r';
            const std::size_t spared = !options.allow_unterminated && perhaps_ends;
            if (line.size() > options.max_size + spared)
                return fail(errc::frame_too_large, options.max_size);
            if (!options.allow_unterminated)
                return fail(errc::truncated_frame, line.size());
            text = {};
        } else {
            if (options.end == line_end::either && line.ends_with('\r'))
                line.remove_suffix(1);
            if (line.size() > options.max_size)
                return fail(errc::frame_too_large, options.max_size);
            text.remove_prefix(at + end.size());
        }
        found.lines.emplace_back(line);
    }
    found.end = boost::asio::error::eof;
    return found;
}

inline constexpr line_end line_ends[] = {line_end::lf, line_end::crlf, line_end::either};

} // namespace sluice::test
