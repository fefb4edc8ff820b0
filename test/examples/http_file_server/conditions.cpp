// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "conditions.hpp"

#include <doctest/doctest.h>

using namespace file_server;
using boost::beast::http::field;
using boost::beast::http::fields;

namespace {

const validators current{"\"tag\"", 784111777};
constexpr const char* same = "Sun, 06 Nov 1994 08:49:37 GMT";
constexpr const char* before = "Sun, 06 Nov 1994 08:49:36 GMT";

verdict evaluated(std::initializer_list<std::pair<field, const char*>> list) {
    fields request;
    for (const auto& [name, value] : list)
        request.insert(name, value);
    return evaluate_conditions(request, current);
}

} // namespace

TEST_CASE("conditions: entity tags") {
    CHECK(evaluated({}) == verdict::proceed);
    for (const char* list : {"\"tag\"", "W/\"tag\"", "*", "\"a\",\"tag\"", "\"a,b\" , W/\"tag\""})
        CHECK(evaluated({{field::if_none_match, list}}) == verdict::not_modified);
    for (const char* list : {"", "\"other\"", "tag", "\"tag", "w/\"tag\"", "\"\""})
        CHECK(evaluated({{field::if_none_match, list}}) == verdict::proceed);
    CHECK(evaluated({{field::if_match, "\"tag\""}}) == verdict::proceed);
    CHECK(evaluated({{field::if_match, "W/\"tag\""}}) == verdict::precondition_failed);
    CHECK(evaluated({{field::if_none_match, "\"a\""}, {field::if_none_match, "\"tag\""}}) ==
          verdict::not_modified);
}

TEST_CASE("conditions: dates count only without tags, and when they are dates") {
    CHECK(evaluated({{field::if_modified_since, same}}) == verdict::not_modified);
    CHECK(evaluated({{field::if_modified_since, before}}) == verdict::proceed);
    CHECK(evaluated({{field::if_modified_since, "then"}}) == verdict::proceed);
    CHECK(evaluated({{field::if_unmodified_since, same}}) == verdict::proceed);
    CHECK(evaluated({{field::if_unmodified_since, before}}) == verdict::precondition_failed);
    CHECK(evaluated({{field::if_none_match, "\"a\""}, {field::if_modified_since, same}}) ==
          verdict::proceed);
    CHECK(evaluated({{field::if_match, "\"tag\""}, {field::if_unmodified_since, before}}) ==
          verdict::proceed);
    CHECK(evaluated({{field::if_match, "\"a\""}, {field::if_none_match, "\"tag\""}}) ==
          verdict::precondition_failed);
}

TEST_CASE("conditions: If-Range wants the very same") {
    const auto applies = [](const char* value) {
        fields request;
        request.insert(field::if_range, value);
        return range_applies(request, current);
    };
    CHECK(range_applies({}, current));
    CHECK(applies("\"tag\""));
    CHECK(applies(same));
    CHECK(!applies("W/\"tag\""));
    CHECK(!applies(before));
    CHECK(!applies(""));
}
