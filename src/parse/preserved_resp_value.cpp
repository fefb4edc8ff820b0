// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/detail/resp_types.hpp>
#include <sluice/parse/preserved_resp_value.hpp>

namespace sluice {

preserved_resp_value resp_value::preserve() const {
    preserved_resp_value kept;
    kept.nodes_.assign(outer_, outer_ + outer_->nodes);
    const detail::resp_node& last = kept.nodes_.back();
    const std::size_t end =
        last.begin + last.header + (detail::has_text(last.type) ? last.size : 0);
    kept.bytes_ = bytes_.slice(0, end - outer_->begin).preserve();
    return kept;
}

} // namespace sluice
