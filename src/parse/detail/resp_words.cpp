// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/detail/resp_words.hpp>

#include <charconv>

namespace sluice::detail {

namespace {

constexpr std::string_view space("\t\n\v\f\r \0", 7);

} // namespace

resp_words::outcome resp_words::next(std::string& words) {
    rest_.remove_prefix(std::min(rest_.find_first_not_of(space), rest_.size()));
    if (rest_.empty())
        return outcome::end;
    while (!rest_.empty() && space.find(rest_.front()) == space.npos) {
        const char c = rest_.front();
        rest_.remove_prefix(1);
        if (c != '"' && c != '\'')
            words += c;
        else if (!quoted(c, words))
            return outcome::unbalanced;
    }
    return outcome::word;
}

// Behind the first quote. The last one ends the word.
bool resp_words::quoted(char quote, std::string& words) {
    while (!rest_.empty()) {
        const char c = rest_.front();
        if (c == quote) {
            rest_.remove_prefix(1);
            return rest_.empty() || space.find(rest_.front()) != space.npos;
        }
        if (c == '\\' && quote == '"' && rest_.size() > 1) {
            escaped(words);
        } else if (c == '\\' && rest_.starts_with("\\'") && quote == '\'') {
            words += '\'';
            rest_.remove_prefix(2);
        } else {
            words += c;
            rest_.remove_prefix(1);
        }
    }
    return false;
}

void resp_words::escaped(std::string& words) {
    const char c = rest_[1];
    if (c == 'x' && rest_.size() >= 4) {
        unsigned value = 0;
        const char* const last = rest_.data() + 4;
        if (std::from_chars(rest_.data() + 2, last, value, 16).ptr == last) {
            words += static_cast<char>(value);
            return rest_.remove_prefix(4);
        }
    }
    constexpr std::string_view letters = "nrtab", meant = "\n\r\t\a\b";
    const std::size_t which = letters.find(c);
    words += which == letters.npos ? c : meant[which];
    rest_.remove_prefix(2);
}

} // namespace sluice::detail
