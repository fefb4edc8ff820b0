// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "counted_allocator.hpp"

#include <set>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace resp_server {

/// Members, each with a score, in the order of the scores, and of the members where these are
/// equal.
template <class Map> // from members to scores; a member stays where it is
class basic_sorted_set {
    using place = std::pair<double, std::string_view>;
    using order = std::set<place, std::less<>, counted_allocator<place>>;

public:
    using const_iterator = typename order::const_iterator;

    const_iterator begin() const noexcept { return order_.begin(); }
    const_iterator end() const noexcept { return order_.end(); }
    std::size_t size() const noexcept { return order_.size(); }
    bool empty() const noexcept { return order_.empty(); }

    /// Null when it is no member.
    const double* score(std::string_view member) const {
        const auto found = scores_.find(member);
        return found == scores_.end() ? nullptr : &found->second;
    }
    void set(std::string_view member, double score) {
        const auto found = scores_.find(member);
        if (found == scores_.end()) {
            order_.emplace(score, scores_.emplace(member, score).first->first);
        } else if (found->second != score) {
            auto moved = order_.extract({found->second, found->first});
            moved.value().first = found->second = score;
            order_.insert(std::move(moved));
        }
    }
    bool erase(std::string_view member) {
        const auto found = scores_.find(member);
        if (found == scores_.end())
            return false;
        order_.erase({found->second, found->first});
        scores_.erase(found);
        return true;
    }

private:
    Map scores_;
    order order_; // views of the members there
};

} // namespace resp_server
