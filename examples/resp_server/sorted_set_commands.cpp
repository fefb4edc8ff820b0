// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "command.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <vector>

namespace resp_server {

namespace {

double score_argument(std::string_view text) {
    if (text.starts_with('+'))
        text.remove_prefix(1);
    double value = 0;
    const auto [end, ec] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (ec != std::errc() || end != text.data() + text.size() || std::isnan(value))
        throw command_error("ERR value is not a valid float");
    return value;
}

struct zadd_options {
    bool only_new = false, only_old = false, only_greater = false, only_less = false,
         count_changes = false;
    std::size_t size = 0; // in words

    bool may_set(const double* old, double score) const noexcept {
        if (old == nullptr)
            return !only_old;
        return !only_new && !(only_greater && score <= *old) && !(only_less && score >= *old);
    }
};

zadd_options parse_zadd_options(const call& c) {
    zadd_options result;
    for (std::size_t i = 2; i != c.size(); ++i, ++result.size) {
        if (same_word(c[i], "nx"))
            result.only_new = true;
        else if (same_word(c[i], "xx"))
            result.only_old = true;
        else if (same_word(c[i], "gt"))
            result.only_greater = true;
        else if (same_word(c[i], "lt"))
            result.only_less = true;
        else if (same_word(c[i], "ch"))
            result.count_changes = true;
        else
            break;
    }
    if (result.only_new && result.only_old)
        throw command_error("ERR XX and NX options at the same time are not compatible");
    if (result.only_greater + result.only_less + result.only_new > 1)
        throw command_error("ERR GT, LT, and/or NX options at the same time are not compatible");
    return result;
}

void zadd(call& c) {
    const zadd_options options = parse_zadd_options(c);
    const words pairs = c.given.subspan(2 + options.size);
    if (pairs.empty() || pairs.size() % 2 != 0)
        syntax_error();
    std::vector<double> scores;
    for (std::size_t i = 0; i != pairs.size(); i += 2)
        scores.push_back(score_argument(pairs[i]));
    sorted_set_value& members = c.data.make<sorted_set_value>(c[1]);
    std::int64_t count = 0;
    for (std::size_t i = 0; i != scores.size(); ++i) {
        const std::string_view member = pairs[2 * i + 1];
        const double* const old = members.score(member);
        if (!options.may_set(old, scores[i]))
            continue;
        count += old == nullptr || (options.count_changes && *old != scores[i]);
        members.set(member, scores[i]);
    }
    if (members.empty())
        c.data.erase(c[1]);
    c.out.integer(count);
}

void zrem(call& c) {
    sorted_set_value* const members = c.data.find_as<sorted_set_value>(c[1]);
    std::int64_t count = 0;
    for (const std::string_view member : c.given.subspan(2))
        count += members != nullptr && members->erase(member);
    if (members != nullptr && members->empty())
        c.data.erase(c[1]);
    c.out.integer(count);
}

void zscore(call& c) {
    const sorted_set_value* const members = c.data.find_as<sorted_set_value>(c[1]);
    const double* const found = members == nullptr ? nullptr : members->score(c[2]);
    if (found == nullptr)
        c.out.null();
    else
        c.out.number(*found);
}

void zcard(call& c) {
    const sorted_set_value* const members = c.data.find_as<sorted_set_value>(c[1]);
    c.out.integer(members == nullptr ? 0 : static_cast<std::int64_t>(members->size()));
}

// In RESP3 as pairs, in RESP2 one behind the other.
void reply_with_scores(call& c, sorted_set_value::const_iterator first, std::size_t count) {
    const bool pairs = c.out.version() == sluice::resp_version::resp3;
    c.out.array(pairs ? count : 2 * count);
    for (; count != 0; --count, ++first) {
        if (pairs)
            c.out.array(2);
        c.out.bulk(first->second);
        c.out.number(first->first);
    }
}

void zrange(call& c) {
    const bool with_scores = c.size() == 5 && same_word(c[4], "withscores");
    if (c.size() > 4 && !with_scores)
        syntax_error();
    std::int64_t first = integer_argument(c[2]), last = integer_argument(c[3]);
    const sorted_set_value* const members = c.data.find_as<sorted_set_value>(c[1]);
    const auto size = members == nullptr ? 0 : static_cast<std::int64_t>(members->size());
    first = std::max<std::int64_t>(first < 0 ? first + size : first, 0);
    last = std::min(last < 0 ? last + size : last, size - 1);
    if (first > last)
        return c.out.array(0);
    const auto count = static_cast<std::size_t>(last - first + 1);
    auto one = std::next(members->begin(), first);
    if (with_scores)
        return reply_with_scores(c, one, count);
    c.out.array(count);
    for (std::size_t i = 0; i != count; ++i, ++one)
        c.out.bulk(one->second);
}

void zpopmin(call& c) {
    if (c.size() > 3)
        syntax_error();
    const std::int64_t wanted = c.size() == 3 ? integer_argument(c[2]) : 1;
    if (wanted < 0)
        throw command_error("ERR value is out of range, must be positive");
    sorted_set_value* const members = c.data.find_as<sorted_set_value>(c[1]);
    if (members == nullptr)
        return c.out.array(0);
    const std::size_t count =
        std::min<std::size_t>(static_cast<std::size_t>(wanted), members->size());
    if (c.size() == 2) { // a pair that is none of several
        c.out.array(2);
        c.out.bulk(members->begin()->second);
        c.out.number(members->begin()->first);
    } else {
        reply_with_scores(c, members->begin(), count);
    }
    for (std::size_t i = 0; i != count; ++i)
        members->erase(members->begin()->second);
    if (members->empty())
        c.data.erase(c[1]);
}

} // namespace

std::span<const command> sorted_set_commands() noexcept {
    static constexpr command table[] = {
        {"zadd", -4, writes | needs_memory, 1, 1, 1, zadd},
        {"zrem", -3, writes, 1, 1, 1, zrem},
        {"zscore", 3, reads, 1, 1, 1, zscore},
        {"zcard", 2, reads, 1, 1, 1, zcard},
        {"zrange", -4, reads, 1, 1, 1, zrange},
        {"zpopmin", -2, writes, 1, 1, 1, zpopmin},
    };
    return table;
}

} // namespace resp_server
