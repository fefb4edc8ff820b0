// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/parse/decoder.hpp>
#include <sluice/parse/detail/length_rule.hpp>

#include <cstddef>
#include <cstdint>

namespace sluice {

/// Finds frames that tell their size. A frame is a view of the body, or of more:
/// `length_prefix_options::strip`.
///
/// Errors, found at the prefix, and before any byte behind it is waited for:
/// `errc::malformed_frame`: a length that is too small for what it must count, or a varint that
/// does not end; `errc::frame_too_large`: a body of more than `max_size` bytes.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe.
///
/// \snippet test/doc/reference_test.cpp length_prefix
class length_prefix_decoder {
public:
    using frame_type = readable_buffer; ///< the bytes of a frame

    /// Throws `std::invalid_argument` for a prefix of a size that there is not.
    explicit length_prefix_decoder(const length_prefix_options& options = {}) : rule_(options) {}

    /// The most bytes a body may have. May be changed at any time.
    /// @{
    std::size_t max_size() const noexcept { return rule_.options().max_size; }
    void max_size(std::size_t bytes) noexcept { rule_.max_size(bytes); }
    /// @}

    /// As of a `Decoder`.
    decoded<readable_buffer> decode(byte_reader& in) noexcept;

private:
    parsed<std::uint64_t> read_length(byte_reader& in) const noexcept;

    detail::length_rule rule_;
};

} // namespace sluice
