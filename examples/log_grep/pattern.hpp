// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstring>
#include <string>
#include <string_view>
#include <vector>

/// Literal text to look for in lines.
class pattern {
public:
    pattern(std::string_view text, bool ignore_case);

    bool found_in(std::string_view line) const {
        return ignore_case_ ? find_folded(line) : find(line);
    }

private:
    // Looks for its rarest byte, and compares the rest where that stands.
    bool find(std::string_view line) const {
        if (text_.empty() || line.size() < text_.size())
            return text_.empty();
        const char* at = line.data() + rarest_;
        const char* const end = at + (line.size() - text_.size() + 1);
        for (; (at = next(at, end, text_[rarest_])) != nullptr; ++at)
            if (std::memcmp(at - rarest_, text_.data(), text_.size()) == 0)
                return true;
        return false;
    }
    bool find_folded(std::string_view line) const;

    static const char* next(const char* from, const char* end, char wanted) {
        return static_cast<const char*>(
            std::memchr(from, wanted, static_cast<std::size_t>(end - from)));
    }

    std::string text_;
    std::size_t rarest_ = 0;
    bool ignore_case_;
};

/// Several of them, of which any will do: one on each line.
class patterns {
public:
    patterns(std::string_view lines, bool ignore_case);

    bool found_in(std::string_view line) const {
        for (const pattern& one : all_)
            if (one.found_in(line))
                return true;
        return false;
    }

private:
    std::vector<pattern> all_;
};
