// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/memory/pool_state.hpp>
#include <sluice/memory/segment_pool.hpp>

namespace sluice {

segment_pool::segment_pool(segment_pool_options options)
    : state_(new detail::pool_state(options)) {}

segment_pool::segment_pool(const segment_pool& other) noexcept : state_(other.state_) {
    state_->add_handle();
}

segment_pool& segment_pool::operator=(const segment_pool& other) noexcept {
    other.state_->add_handle();
    state_->drop_handle();
    state_ = other.state_;
    return *this;
}

segment_pool::~segment_pool() {
    state_->drop_handle();
}

segment_pool::statistics segment_pool::stats() const noexcept {
    return state_->stats();
}

std::size_t segment_pool::segment_size() const noexcept {
    return state_->segment_size();
}

void segment_pool::trim() noexcept {
    state_->trim();
}

segment_pool& default_segment_pool() {
    static segment_pool& pool = *new segment_pool; // never destroyed: pipes may be static too
    return pool;
}

} // namespace sluice
