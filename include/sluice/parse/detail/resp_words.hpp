// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace sluice::detail {

// Takes the words of an inline command out of a line, one after the other. A word may be quoted, as
// a whole or in part: "with \n, \r, \t, \a, \b, \x0a, \" and \\", or 'with nothing but \''.
class resp_words {
public:
    explicit resp_words(std::string_view line) noexcept : rest_(line) {}

    enum class outcome { word, end, unbalanced };
    // Appends a word.
    outcome next(std::string& words);

private:
    bool quoted(char quote, std::string& words);
    void escaped(std::string& words);

    std::string_view rest_;
};

} // namespace sluice::detail
