// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "pattern.hpp"

#include <algorithm>

namespace {

char folded(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

char unfolded(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

// The place of a byte among those that are frequent in logs; what is not among them is rare.
std::size_t frequency(char c) {
    constexpr std::string_view frequent = "zqjxkvbwygpfmcudlhrsnioate/=\"-.:,9876543210 ";
    const std::size_t place = frequent.find(folded(c));
    return place == frequent.npos ? 0 : place + 1;
}

} // namespace

pattern::pattern(std::string_view text, bool ignore_case) : text_(text), ignore_case_(ignore_case) {
    if (ignore_case)
        std::transform(text_.begin(), text_.end(), text_.begin(), folded);
    const auto rarer = [](char a, char b) { return frequency(a) < frequency(b); };
    rarest_ = static_cast<std::size_t>(std::min_element(text_.begin(), text_.end(), rarer) -
                                       text_.begin());
}

bool pattern::find_folded(std::string_view line) const {
    if (text_.empty() || line.size() < text_.size())
        return text_.empty();
    const char lower = text_[rarest_], upper = unfolded(lower);
    const char* at = line.data() + rarest_;
    const char* const end = at + (line.size() - text_.size() + 1);
    const char* next_lower = next(at, end, lower);
    const char* next_upper = upper == lower ? nullptr : next(at, end, upper);
    while (next_lower != nullptr || next_upper != nullptr) {
        const bool take_lower =
            next_upper == nullptr || (next_lower != nullptr && next_lower < next_upper);
        at = take_lower ? next_lower : next_upper;
        if (std::equal(text_.begin(), text_.end(), at - rarest_,
                       [](char wanted, char c) { return wanted == folded(c); }))
            return true;
        if (take_lower)
            next_lower = next(at + 1, end, lower);
        else
            next_upper = next(at + 1, end, upper);
    }
    return false;
}

patterns::patterns(std::string_view lines, bool ignore_case) {
    for (;;) {
        const std::size_t end = lines.find('\n');
        all_.emplace_back(lines.substr(0, end), ignore_case);
        if (end == lines.npos)
            return;
        lines.remove_prefix(end + 1);
    }
}
