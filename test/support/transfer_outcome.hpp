// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/system/error_code.hpp>

#include <cstdint>

namespace sluice::test {

// What became of a transfer: a handler that may be copied, and writes to its object.
struct transfer_outcome {
    unsigned calls = 0;
    boost::system::error_code ec;
    std::uint64_t bytes = 0;

    bool done() const noexcept { return calls == 1; }

    auto handler() {
        return [this](boost::system::error_code result, std::uint64_t n = 0) {
            ++calls;
            ec = result;
            bytes = n;
        };
    }
};

} // namespace sluice::test
