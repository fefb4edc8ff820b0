// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/readable_buffer.hpp>

#include <cstddef>

namespace sluice {

/// Bytes that outlive the pipe they came from: it owns a share of their memory, and copied none of
/// them. Made by `readable_buffer::preserve()`.
///
/// A preserved byte keeps its whole segment from reuse: copy small things that are to be kept for
/// long, preserve what is large or short-lived.
///
/// *Thread safety.* Distinct objects: safe, also when they share memory. Shared objects: const use
/// is safe.
///
/// \snippet test/doc/reference_test.cpp preserve
class preserved_buffer {
public:
    /// Owns nothing.
    preserved_buffer() noexcept = default;

    /// Shares the memory once more. Throws `std::bad_alloc` when a link cannot be had.
    preserved_buffer(const preserved_buffer& other);
    /// The other one owns nothing then.
    preserved_buffer(preserved_buffer&& other) noexcept;
    /// Shares or takes over what another one owns; what was owned here is given back.
    preserved_buffer& operator=(preserved_buffer other) noexcept;
    /// Gives back its share of the memory.
    ~preserved_buffer();

    /// The bytes. The view, and all its copies and slices, is valid while this object lives; moving
    /// the object does not end it.
    readable_buffer buffer() const noexcept { return view_; }

    /// How many bytes there are.
    std::size_t size() const noexcept { return view_.size(); }
    /// Whether there are none.
    bool empty() const noexcept { return view_.empty(); }

private:
    friend class readable_buffer;

    explicit preserved_buffer(const readable_buffer& source);

    readable_buffer view_;
};

} // namespace sluice
