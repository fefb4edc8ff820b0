// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/buffer/preserved_buffer.hpp>
#include <sluice/buffer/share_chain.hpp>

#include <utility>

namespace sluice {

preserved_buffer::preserved_buffer(const readable_buffer& source) {
    const detail::shared_chain chain = detail::share_chain(source);
    view_ = {chain.first, 0, chain.last, source.size(), detail::next_stream_id()};
}

preserved_buffer::preserved_buffer(const preserved_buffer& other) : preserved_buffer(other.view_) {}

preserved_buffer::preserved_buffer(preserved_buffer&& other) noexcept
    : view_(std::exchange(other.view_, {})) {}

preserved_buffer& preserved_buffer::operator=(preserved_buffer other) noexcept {
    std::swap(view_, other.view_);
    return *this;
}

preserved_buffer::~preserved_buffer() {
    detail::release_chain(const_cast<detail::segment*>(view_.first_));
}

preserved_buffer readable_buffer::preserve() const {
    return preserved_buffer(*this);
}

} // namespace sluice
