// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/parse/length_prefix_options.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace sluice::detail {

// A length as it is written.
struct length_prefix {
    std::array<std::byte, 10> bytes{};
    std::size_t size = 0;

    std::span<const std::byte> written() const noexcept { return {bytes.data(), size}; }
};

// What a length in a prefix says about a body, and the other way round. Errors of both:
// malformed_frame, frame_too_large.
class length_rule {
public:
    explicit length_rule(const length_prefix_options& options); // std::invalid_argument

    const length_prefix_options& options() const noexcept { return options_; }
    void max_size(std::size_t bytes) noexcept;

    // Of the body behind a prefix.
    result<std::size_t> body_size(std::uint64_t length, std::size_t prefix_size) const noexcept;
    // Of a body of this size.
    result<length_prefix> prefix_of(std::size_t body_size) const noexcept;

private:
    bool is_varint() const noexcept { return options_.format == length_format::varint; }
    length_prefix write(std::uint64_t length, std::size_t size) const noexcept;

    length_prefix_options options_;
};

} // namespace sluice::detail
