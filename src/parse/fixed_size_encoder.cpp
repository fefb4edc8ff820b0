// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/fixed_size_encoder.hpp>

#include <stdexcept>

namespace sluice {

void fixed_size_encoder::size(std::size_t bytes) {
    if (bytes == 0)
        throw std::invalid_argument("sluice::fixed_size_encoder: messages without a byte");
    size_ = bytes;
}

} // namespace sluice
