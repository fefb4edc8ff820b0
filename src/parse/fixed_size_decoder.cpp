// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/fixed_size_decoder.hpp>

#include <stdexcept>

namespace sluice {

void fixed_size_decoder::size(std::size_t bytes) {
    if (bytes == 0)
        throw std::invalid_argument("sluice::fixed_size_decoder: frames without a byte");
    size_ = bytes;
}

} // namespace sluice
