// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/buffer_writer.hpp>
#include <sluice/detail/throw_error.hpp>
#include <sluice/error.hpp>

#include <algorithm>
#include <utility>

namespace sluice {

/// Makes an Asio dynamic buffer a `BufferWriter`: `asio::dynamic_buffer(string)`, that of a vector,
/// an `asio::streambuf` by `asio::dynamic_buffer` or reference, Beast's `flat_buffer`.
///
/// The buffer's memory must be contiguous. Bytes are appended to what it holds. It needs `prepare`
/// and `commit`, as of DynamicBuffer_v1, or `grow`, `shrink` and `data(position, size)`, as of
/// DynamicBuffer_v2; of the latter, the buffer is longer than what was written between `prepare`
/// and `commit`.
///
/// *Errors.* Beyond the buffer's `max_size()`: `errc::buffer_limit_exceeded`, and nothing has
/// changed; what its memory throws.
///
/// *Thread safety.* Distinct objects: safe. One object: one thread at a time.
///
/// \tparam DynamicBuffer the dynamic buffer, or a reference to it
/// \snippet test/doc/reference_test.cpp dynamic_buffer_writer
template <class DynamicBuffer>
class dynamic_buffer_writer {
    static constexpr bool has_prepare = requires(DynamicBuffer & buffer, std::size_t n) {
        { buffer.prepare(n) } -> std::convertible_to<boost::asio::mutable_buffer>;
        buffer.commit(n);
    };

public:
    /// Holds the dynamic buffer, or a reference to it: `dynamic_buffer_writer<flat_buffer&>`.
    explicit dynamic_buffer_writer(DynamicBuffer&& buffer) noexcept
        : buffer_(std::forward<DynamicBuffer>(buffer)) {}

    /// At least `minimum` bytes, and at least one.
    boost::asio::mutable_buffer prepare(std::size_t minimum = 0) {
        const std::size_t wanted = std::max<std::size_t>(minimum, 1);
        drop_prepared();
        if (wanted > buffer_.max_size() - buffer_.size())
            detail::throw_error(errc::buffer_limit_exceeded,
                                "sluice::dynamic_buffer_writer::prepare");
        if constexpr (has_prepare) {
            const boost::asio::mutable_buffer room = buffer_.prepare(wanted);
            prepared_ = room.size();
            return room;
        } else {
            const std::size_t at = buffer_.size();
            buffer_.grow(wanted);
            prepared_ = wanted;
            return *boost::asio::buffer_sequence_begin(buffer_.data(at, wanted));
        }
    }
    /// Throws `errc::commit_exceeds_prepared` for more than was prepared, and changes nothing then.
    void commit(std::size_t n) {
        if (n > prepared_)
            detail::throw_error(errc::commit_exceeds_prepared,
                                "sluice::dynamic_buffer_writer::commit");
        if constexpr (has_prepare)
            buffer_.commit(n);
        else
            buffer_.shrink(prepared_ - n);
        prepared_ = 0;
    }
    /// Commits `n` contiguous bytes that are to be filled in later. They are where they are until
    /// the buffer's memory moves: give it room for what follows, by `reserve` of a string or
    /// vector for instance, or fill them in before more is written. Throws like `prepare`.
    boost::asio::mutable_buffer reserve(std::size_t n) {
        const boost::asio::mutable_buffer region = boost::asio::buffer(prepare(n), n);
        commit(n);
        return region;
    }

    /// The dynamic buffer, with what was written behind what it held.
    std::remove_reference_t<DynamicBuffer>& buffer() noexcept { return buffer_; }

private:
    // DynamicBuffer_v1 does so itself.
    void drop_prepared() {
        if constexpr (!has_prepare)
            buffer_.shrink(prepared_);
        prepared_ = 0;
    }

    DynamicBuffer buffer_;
    std::size_t prepared_ = 0;
};

/// Holds a temporary, and refers to a variable.
/// \tparam DynamicBuffer the dynamic buffer, or a reference to it
template <class DynamicBuffer>
dynamic_buffer_writer(DynamicBuffer&&) -> dynamic_buffer_writer<DynamicBuffer>;

} // namespace sluice
