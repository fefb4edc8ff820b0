// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstdint>
#include <string_view>

namespace file_server {

/// What a Range field asks of a representation.
struct byte_range {
    enum class outcome { whole, partial, unsatisfiable };

    outcome what = outcome::whole;
    std::uint64_t first = 0; // of the partial content
    std::uint64_t length = 0;
};

/// Reads a Range field for `size` bytes. Units other than bytes, and several ranges at once, give
/// the whole; a bytes range that is malformed or has nothing in it is unsatisfiable.
byte_range parse_range(std::string_view field, std::uint64_t size);

} // namespace file_server
