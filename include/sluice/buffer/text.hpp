// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/byte_set.hpp>
#include <sluice/buffer/readable_buffer.hpp>

#include <string>
#include <string_view>

namespace sluice {

/// The view without the bytes of the set at both ends: white space, unless told otherwise. It is
/// valid as long as the view. Looks at no other bytes.
readable_buffer trim(const readable_buffer& view, const byte_set& set = white_space) noexcept;

/// The bytes of a view as contiguous text, for functions that want it so: in place, if they lie in
/// one piece, as they mostly do; else a copy in `scratch`, whose content is replaced. Valid as long
/// as both are. Throws `std::bad_alloc` when memory for the copy cannot be had.
std::string_view contiguous_text(const readable_buffer& view, std::string& scratch);

} // namespace sluice
