// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "request_target.hpp"

#include <algorithm>
#include <cctype>
#include <vector>

namespace file_server {

namespace {

int hex_digit(char c) {
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

std::optional<std::string> percent_decoded(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '%') {
            if (text.size() - i < 3)
                return std::nullopt;
            const int high = hex_digit(text[i + 1]);
            const int low = hex_digit(text[i + 2]);
            if (high < 0 || low < 0)
                return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        }
        if (c == '\0')
            return std::nullopt;
        decoded += c;
    }
    return decoded;
}

bool has_prefix_ignoring_case(std::string_view text, std::string_view prefix) {
    return text.size() >= prefix.size() &&
           std::equal(prefix.begin(), prefix.end(), text.begin(), [](char p, char t) {
               return p == std::tolower(static_cast<unsigned char>(t));
           });
}

} // namespace

std::optional<request_target> parse_target(std::string_view target) {
    for (std::string_view scheme : {"http://", "https://"}) {
        if (has_prefix_ignoring_case(target, scheme)) {
            target.remove_prefix(scheme.size());
            target.remove_prefix(std::min(target.find_first_of("/?#"), target.size()));
            if (target.empty() || target.front() != '/')
                target = target.empty() ? "/" : std::string_view();
            break;
        }
    }
    if (target.empty() || target.front() != '/')
        return std::nullopt;

    request_target result;
    target = target.substr(0, target.find('#'));
    if (const auto question = target.find('?'); question != target.npos) {
        result.query = target.substr(question);
        target = target.substr(0, question);
    }
    const auto decoded = percent_decoded(target);
    if (!decoded)
        return std::nullopt;

    std::vector<std::string_view> segments;
    std::string_view rest = *decoded;
    while (!rest.empty()) {
        rest.remove_prefix(1); // the slash
        const std::string_view segment = rest.substr(0, rest.find('/'));
        rest.remove_prefix(segment.size());
        result.names_directory = segment.empty() || segment == "." || segment == "..";
        if (segment == "..") {
            if (segments.empty())
                return std::nullopt;
            segments.pop_back();
        } else if (!result.names_directory) {
            segments.push_back(segment);
        }
    }
    for (std::string_view segment : segments) {
        if (!result.path.empty())
            result.path += '/';
        result.path += segment;
    }
    return result;
}

} // namespace file_server
