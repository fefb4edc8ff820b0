// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "conditions.hpp"

#include "http_date.hpp"

#include <algorithm>
#include <cstdio>
#include <string_view>

namespace file_server {

namespace http = boost::beast::http;

namespace {

enum class comparison { weak, strong };

// Whether a list of entity tags, or "*", has the given strong tag.
bool lists(std::string_view list, std::string_view tag, comparison how) {
    while (true) {
        list.remove_prefix(std::min(list.find_first_not_of(" \t,"), list.size()));
        if (list.empty())
            return false;
        if (list.front() == '*')
            return true;
        const bool weak = list.substr(0, 2) == "W/";
        if (weak)
            list.remove_prefix(2);
        if (list.empty() || list.front() != '"')
            return false;
        const auto close = list.find('"', 1);
        if (close == list.npos)
            return false;
        if (list.substr(0, close + 1) == tag && !(weak && how == comparison::strong))
            return true;
        list.remove_prefix(close + 1);
    }
}

bool any_field_lists(const http::fields& request, http::field name, std::string_view tag,
                     comparison how) {
    const auto [first, last] = request.equal_range(name);
    return std::any_of(first, last,
                       [&](const auto& field) { return lists(field.value(), tag, how); });
}

} // namespace

validators validators_of(const struct stat& status) {
    char tag[80];
    std::snprintf(tag, sizeof(tag), "\"%llx-%llx%08lx-%llx\"",
                  static_cast<unsigned long long>(status.st_ino),
                  static_cast<unsigned long long>(status.st_mtim.tv_sec),
                  static_cast<unsigned long>(status.st_mtim.tv_nsec),
                  static_cast<unsigned long long>(status.st_size));
    return {tag, std::min(status.st_mtim.tv_sec, std::time(nullptr))};
}

verdict evaluate_conditions(const http::fields& request, const validators& current) {
    if (request.count(http::field::if_match) != 0) {
        if (!any_field_lists(request, http::field::if_match, current.etag, comparison::strong))
            return verdict::precondition_failed;
    } else if (const auto since = parse_http_date(request[http::field::if_unmodified_since])) {
        if (current.last_modified > *since)
            return verdict::precondition_failed;
    }
    if (request.count(http::field::if_none_match) != 0) {
        if (any_field_lists(request, http::field::if_none_match, current.etag, comparison::weak))
            return verdict::not_modified;
    } else if (const auto since = parse_http_date(request[http::field::if_modified_since])) {
        if (current.last_modified <= *since)
            return verdict::not_modified;
    }
    return verdict::proceed;
}

bool range_applies(const http::fields& request, const validators& current) {
    const auto field = request.find(http::field::if_range);
    if (field == request.end())
        return true;
    if (const auto date = parse_http_date(field->value()))
        return *date == current.last_modified;
    return field->value() == current.etag;
}

} // namespace file_server
