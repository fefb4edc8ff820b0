// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "counted_allocator.hpp"
#include "sorted_set.hpp"

#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <variant>

namespace resp_server {

using text_value = std::basic_string<char, std::char_traits<char>, counted_allocator<char>>;

struct text_hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept {
        return std::hash<std::string_view>()(text);
    }
};
template <class T>
using text_map = std::unordered_map<text_value, T, text_hash, std::equal_to<>,
                                    counted_allocator<std::pair<const text_value, T>>>;

using list_value = std::deque<text_value, counted_allocator<text_value>>;
using set_value =
    std::unordered_set<text_value, text_hash, std::equal_to<>, counted_allocator<text_value>>;
using hash_value = text_map<text_value>;
using sorted_set_value = basic_sorted_set<text_map<double>>;
using any_value = std::variant<text_value, list_value, set_value, hash_value, sorted_set_value>;

/// Milliseconds since 1970.
using timestamp = std::int64_t;
inline constexpr timestamp never = std::numeric_limits<timestamp>::max();
timestamp now() noexcept;

/// A key exists that holds a value of another type.
struct wrong_type {};

/// Keys, their values, and when they end. A key that has ended is not there any more for anybody.
class storage {
public:
    class entry {
    public:
        any_value data;
        timestamp ends() const noexcept { return ends_; }

    private:
        friend class storage;
        timestamp ends_ = never;
    };

    /// Null when there is no such key. Valid until the key goes, which may be in the next call that
    /// looks it up: a command does that once.
    entry* find(std::string_view key);

    /// The value of a key; null when there is none. Throws `wrong_type`.
    template <class T>
    T* find_as(std::string_view key) {
        entry* const found = find(key);
        return found == nullptr ? nullptr : &as<T>(*found);
    }

    /// The value of an entry. Throws `wrong_type`.
    template <class T>
    static T& as(entry& of) {
        if (T* const data = std::get_if<T>(&of.data))
            return *data;
        throw wrong_type();
    }

    /// The value of a key, which is made when it is not there. Throws `wrong_type`.
    template <class T>
    T& make(std::string_view key) {
        if (entry* const found = find(key))
            return as<T>(*found);
        return add(key).data.template emplace<T>();
    }

    /// A text in the place of whatever the key held.
    void assign(std::string_view key, std::string_view data, timestamp ends = never);

    bool erase(std::string_view key);
    void clear() noexcept;

    void set_end(entry& of, timestamp ends) noexcept;

    /// Looks at a part of the keys, and lets go those that have ended.
    void expire_some();

    std::size_t size() const noexcept { return entries_.size(); }
    /// Keys that have an end.
    std::size_t ending() const noexcept { return ending_; }

    /// Each key that has not ended, with its entry.
    template <class F>
    void for_each(F f) const {
        const timestamp time = now();
        for (const auto& [key, one] : entries_)
            if (one.ends_ > time)
                f(std::string_view(key), one);
    }

private:
    entry& add(std::string_view key);

    text_map<entry> entries_;
    std::size_t ending_ = 0;
    std::size_t bucket_ = 0; // where expire_some goes on
};

} // namespace resp_server
