// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/readable_buffer.hpp>
#include <sluice/parse/detail/length_rule.hpp>
#include <sluice/parse/detail/write_frame.hpp>

#include <cstddef>
#include <string_view>

namespace sluice {

/// Writes messages with their length before each. A `length_prefix_decoder` with the same options
/// finds the same messages; with what stands before them, if it does not strip that.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe.
///
/// \snippet test/doc/reference_test.cpp length_prefix
class length_prefix_encoder {
public:
    /// A frame that has bytes before its prefix.
    struct message {
        readable_buffer header; ///< as many bytes as `length_prefix_options::offset` says
        readable_buffer body;   ///< what stands behind the prefix
    };

    /// Throws `std::invalid_argument` for a prefix of a size that there is not.
    explicit length_prefix_encoder(const length_prefix_options& options = {}) : rule_(options) {}

    /// The most bytes a body may have. May be changed at any time.
    /// @{
    std::size_t max_size() const noexcept { return rule_.options().max_size; }
    void max_size(std::size_t bytes) noexcept { rule_.max_size(bytes); }
    /// @}

    /// Writes the frame as a whole, or nothing. Errors: `errc::frame_too_large`: the body is larger
    /// than `max_size`, or the prefix cannot hold its length; `errc::malformed_frame`: the header
    /// has another size than the options say, or the length would have to be negative, or the
    /// decoder strips more than the whole frame. Throws what `prepare` throws.
    template <BufferWriter W>
    error_code encode(const message& what, W& writer) const {
        if (what.header.size() != rule_.options().offset)
            return errc::malformed_frame;
        const result<detail::length_prefix> prefix = rule_.prefix_of(what.body.size());
        if (!prefix)
            return prefix.error();
        detail::write_frame(writer, what.header, asio::buffer(prefix->bytes, prefix->size),
                            what.body);
        return {};
    }
    /// A message without a header: the body.
    /// @{
    template <BufferWriter W>
    error_code encode(const readable_buffer& body, W& writer) const {
        return encode(message{{}, body}, writer);
    }
    template <BufferWriter W>
    error_code encode(std::string_view body, W& writer) const {
        return encode(readable_buffer::over({body.data(), body.size()}), writer);
    }
    /// @}

private:
    detail::length_rule rule_;
};

} // namespace sluice
