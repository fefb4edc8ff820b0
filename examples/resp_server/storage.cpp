// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "storage.hpp"

#include <algorithm>
#include <chrono>

namespace resp_server {

timestamp now() noexcept {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

storage::entry* storage::find(std::string_view key) {
    const auto found = entries_.find(key);
    if (found == entries_.end())
        return nullptr;
    entry& one = found->second;
    if (one.ends_ != never && one.ends_ <= now()) {
        --ending_;
        entries_.erase(found);
        return nullptr;
    }
    return &one;
}

storage::entry& storage::add(std::string_view key) {
    return entries_.try_emplace(text_value(key)).first->second;
}

void storage::assign(std::string_view key, std::string_view data, timestamp ends) {
    const auto found = entries_.find(key);
    entry& one = found == entries_.end() ? add(key) : found->second;
    if (text_value* const old = std::get_if<text_value>(&one.data))
        old->assign(data);
    else
        one.data.emplace<text_value>(data);
    set_end(one, ends);
}

bool storage::erase(std::string_view key) {
    if (find(key) == nullptr)
        return false;
    const auto found = entries_.find(key);
    set_end(found->second, never);
    entries_.erase(found);
    return true;
}

void storage::clear() noexcept {
    entries_ = {};
    ending_ = 0;
    bucket_ = 0;
}

void storage::set_end(entry& of, timestamp ends) noexcept {
    ending_ -= of.ends_ != never ? 1 : 0;
    of.ends_ = ends;
    ending_ += of.ends_ != never ? 1 : 0;
}

void storage::expire_some() {
    constexpr std::size_t most = 20'000; // buckets: a fraction of a millisecond
    if (ending_ == 0)
        return;
    const timestamp time = now();
    const std::size_t count = std::min(entries_.bucket_count(), most);
    for (std::size_t i = 0; i != count; ++i) {
        bucket_ = bucket_ + 1 < entries_.bucket_count() ? bucket_ + 1 : 0;
        for (auto one = entries_.begin(bucket_); one != entries_.end(bucket_);) {
            const auto here = one++;
            if (here->second.ends_ <= time) {
                --ending_;
                entries_.erase(entries_.find(here->first));
            }
        }
    }
}

} // namespace resp_server
