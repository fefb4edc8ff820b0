// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "network.hpp"
#include "options.hpp"
#include <sluice/pipe/pipe.hpp>

#include <cstdint>
#include <initializer_list>
#include <list>
#include <string>
#include <string_view>

namespace line_chat {

class session;

/// Everybody who is here. One thread uses it.
///
/// What is said is put into memory once, and everybody's output shares that.
class room {
public:
    room(const executor& on, const options& given) : settings(given), scratch_(on) {}

    using place = std::list<session*>::iterator;
    /// The newcomer is given a name, and the others are told.
    place join(session& newcomer);
    /// The others are told why, if it is anything.
    void leave(place who, std::string_view why);

    /// Says a line, made of these parts, to all but one.
    void say(std::initializer_list<sluice::readable_buffer> parts, const session* but = nullptr);
    /// Adds what was said to the outputs. It is sent with the next flush.
    void deliver();
    /// Delivers and sends. Whoever is too slow for that is let go.
    void flush();

    bool is_taken(std::string_view name) const;
    std::string names() const;

    const options& settings;

private:
    std::list<session*> members_;
    sluice::basic_pipe<executor> scratch_; // what is said and not delivered
    const session* but_ = nullptr;         // it is not for this one
    std::uint64_t guests_ = 0;
};

/// Text, as a part of a line.
inline sluice::readable_buffer text(std::string_view words) noexcept {
    return sluice::readable_buffer::over({words.data(), words.size()});
}

} // namespace line_chat
