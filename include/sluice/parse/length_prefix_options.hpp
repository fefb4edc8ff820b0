// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

namespace sluice {

/// How a length is written.
enum class length_format {
    big_endian,    ///< an unsigned integer, the most significant byte first
    little_endian, ///< an unsigned integer, the least significant byte first
    varint         ///< unsigned LEB128, as Protocol Buffers have it
};

/// What a `length_prefix_decoder` and a `length_prefix_encoder` have in common.
///
/// A frame is a header of `offset` bytes, the prefix, and the body. The prefix tells the size of
/// the body, perhaps in a roundabout way: `counts_itself` and `adjustment`.
struct length_prefix_options {
    /// How the length is written.
    length_format format = length_format::big_endian;

    /// The bytes of the prefix, 1 to 8; for a varint the most it may have, 1 to 10.
    std::size_t prefix_size = 4;

    /// The bytes before the prefix.
    std::size_t offset = 0;

    /// What is added to the length in the prefix to get the size of the body. For a length that
    /// counts a header of 3 bytes before the prefix, for instance, -3.
    std::int64_t adjustment = 0;

    /// Whether the length counts the bytes of the prefix, too.
    bool counts_itself = false;

    /// The first bytes of a frame that are left out of what is decoded. Absent: all up to the body.
    std::optional<std::size_t> strip = std::nullopt;

    /// The most bytes a body may have.
    std::size_t max_size = 1024 * 1024;
};

} // namespace sluice
