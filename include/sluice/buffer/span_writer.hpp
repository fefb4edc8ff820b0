// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/buffer_writer.hpp>
#include <sluice/detail/throw_error.hpp>
#include <sluice/error.hpp>

#include <algorithm>
#include <span>

namespace sluice {

/// A `BufferWriter` over memory that is there already, which it does not own: an array on the
/// stack, a part of a packet.
///
/// *Errors.* What finds too little room throws `errc::buffer_limit_exceeded`, and has changed
/// nothing; to commit more than was prepared throws `errc::commit_exceeds_prepared`, likewise.
///
/// *Lifetimes.* The memory stays while the writer is used.
///
/// *Thread safety.* Distinct objects: safe. One object: one thread at a time.
///
/// \snippet test/doc/reference_test.cpp span_writer
class span_writer {
public:
    /// Writes to this memory from its beginning on.
    /// @{
    explicit span_writer(std::span<std::byte> memory) noexcept : memory_(memory) {}
    explicit span_writer(boost::asio::mutable_buffer memory) noexcept
        : memory_(static_cast<std::byte*>(memory.data()), memory.size()) {}
    /// @}

    /// All the memory that is left: at least `minimum` bytes, and at least one.
    boost::asio::mutable_buffer prepare(std::size_t minimum = 0) {
        if (available() < std::max<std::size_t>(minimum, 1))
            detail::throw_error(errc::buffer_limit_exceeded, "sluice::span_writer::prepare");
        return {memory_.data() + size_, available()};
    }
    /// The first `n` bytes of that are written.
    void commit(std::size_t n) {
        if (n > available())
            detail::throw_error(errc::commit_exceeds_prepared, "sluice::span_writer::commit");
        size_ += n;
    }
    /// Commits `n` bytes that are to be filled in later: a length that is not known yet.
    boost::asio::mutable_buffer reserve(std::size_t n) {
        if (n > available())
            detail::throw_error(errc::buffer_limit_exceeded, "sluice::span_writer::reserve");
        const boost::asio::mutable_buffer region(memory_.data() + size_, n);
        size_ += n;
        return region;
    }

    /// What was committed.
    /// @{
    std::span<const std::byte> written() const noexcept { return memory_.first(size_); }
    boost::asio::const_buffer data() const noexcept { return {memory_.data(), size_}; }
    /// @}

    /// How many bytes were committed.
    std::size_t size() const noexcept { return size_; }
    /// How many more bytes there is room for.
    std::size_t available() const noexcept { return memory_.size() - size_; }
    /// Begins again at the beginning.
    void clear() noexcept { size_ = 0; }

private:
    std::span<std::byte> memory_;
    std::size_t size_ = 0;
};

} // namespace sluice
