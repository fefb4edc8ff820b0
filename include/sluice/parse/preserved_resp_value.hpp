// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/preserved_buffer.hpp>
#include <sluice/parse/resp_value.hpp>

#include <vector>

namespace sluice {

/// A value of RESP that owns all it holds: what `resp_value::preserve` makes. Its text shares the
/// memory in which it arrived.
///
/// *Thread safety.* Distinct objects: safe, also when they share memory. Shared objects: const use
/// is safe.
class preserved_resp_value {
public:
    /// Null.
    preserved_resp_value() noexcept = default;

    /// The value. It, and every view of it, is valid while this object lives; moving the object
    /// does not end it.
    resp_value value() const noexcept {
        return nodes_.empty() ? resp_value() : resp_value(nodes_.data(), bytes_.buffer());
    }

private:
    friend class resp_value;

    std::vector<detail::resp_node> nodes_;
    preserved_buffer bytes_;
};

} // namespace sluice
