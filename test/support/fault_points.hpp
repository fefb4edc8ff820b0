// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/asio/error.hpp>
#include <boost/system/error_code.hpp>
#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace sluice::test {

using boost::system::error_code;

// What goes wrong among the streams of a scenario: one of all their calls fails.
struct fault {
    std::size_t at; // which call, from 0
    error_code ec;
    bool with_bytes; // a transfer that can moves some bytes all the same

    std::size_t calls = 0;
    std::string met = {};   // the call that failed, and whose; empty: none yet
    bool came_late = false; // with bytes

    bool strikes(std::string_view stream, std::string_view call) {
        if (calls++ != at)
            return false;
        met = std::string(call) + " of the " + std::string(stream);
        return true;
    }
    bool has_struck(std::string_view part = {}) const noexcept {
        return !met.empty() && met.find(part) != std::string::npos;
    }
    // Whether the stream goes on failing.
    bool stays() const noexcept {
        return ec == boost::asio::error::eof || ec == boost::asio::error::connection_reset ||
               ec == boost::asio::error::broken_pipe;
    }
};

// Notes a point that was tried. All of them are written to fault_points.txt beside the program, and
// their number is told, when it ends. Row 4 of the reliability programme.
void note_fault_point(std::string text);

// Plays a scenario, `play(fault&)`, with each fault at each of its calls, until no call is left.
template <class Play>
void play_faults(const std::string& scenario, Play play) {
    namespace error = boost::asio::error;
    struct {
        const char* name;
        error_code ec;
    } const kinds[] = {{"eof", error::eof},
                       {"reset", error::connection_reset},
                       {"broken pipe", error::broken_pipe},
                       {"aborted", error::operation_aborted},
                       {"timed out", error::timed_out},
                       {"no buffer space", error::no_buffer_space}};
    for (const auto& [name, ec] : kinds)
        for (const bool with_bytes : {false, true})
            for (std::size_t at = 0;; ++at) {
                fault one{at, ec, with_bytes};
                const std::string point = scenario + ", call " + std::to_string(at) + ": " + name +
                                          (with_bytes ? " behind bytes" : "");
                CAPTURE(point);
                play(one);
                if (!one.has_struck()) {
                    CHECK(at > 5); // all went well once, and not because nothing was done
                    break;
                }
                if (one.came_late == with_bytes)
                    note_fault_point(point + ", " + one.met);
            }
}

} // namespace sluice::test
