// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "glob.hpp"

#include <algorithm>

namespace resp_server {

namespace {

// One of the characters at the beginning of `pattern`, behind the bracket, which is taken away with
// the closing one.
bool is_in_class(std::string_view& pattern, char c) noexcept {
    const bool inverted = pattern.starts_with('^');
    pattern.remove_prefix(inverted ? 1 : 0);
    bool found = false;
    const auto take = [&] {
        if (pattern.front() == '\\' && pattern.size() > 1)
            pattern.remove_prefix(1);
        const char taken = pattern.front();
        pattern.remove_prefix(1);
        return static_cast<unsigned char>(taken);
    };
    while (!pattern.empty() && pattern.front() != ']') {
        unsigned char low = take(), high = low;
        if (pattern.size() > 1 && pattern.front() == '-' && pattern[1] != ']') {
            pattern.remove_prefix(1);
            high = take();
            if (high < low)
                std::swap(low, high);
        }
        const auto value = static_cast<unsigned char>(c);
        found = found || (low <= value && value <= high);
    }
    pattern.remove_prefix(pattern.empty() ? 0 : 1);
    return found != inverted;
}

// One element of the pattern, which is no star, against one character.
bool matches_one(std::string_view& pattern, char c) noexcept {
    const char element = pattern.front();
    pattern.remove_prefix(1);
    if (element == '?')
        return true;
    if (element == '[')
        return is_in_class(pattern, c);
    if (element == '\\' && !pattern.empty()) {
        const char meant = pattern.front();
        pattern.remove_prefix(1);
        return meant == c;
    }
    return element == c;
}

} // namespace

bool matches(std::string_view pattern, std::string_view text) noexcept {
    // What the last star stands for grows until the rest matches.
    bool starred = false;
    std::string_view behind_star, left;
    for (;;) {
        if (pattern.starts_with('*')) {
            pattern.remove_prefix(1);
            starred = true;
            behind_star = pattern;
            left = text;
            continue;
        }
        if (text.empty() && pattern.empty())
            return true;
        if (!text.empty() && !pattern.empty() && matches_one(pattern, text.front())) {
            text.remove_prefix(1);
            continue;
        }
        if (!starred || left.empty())
            return false;
        left.remove_prefix(1);
        text = left;
        pattern = behind_star;
    }
}

} // namespace resp_server
