// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>
#include <string>

namespace sluice {

/// What a `delimiter_decoder` and a `delimiter_encoder` have in common.
struct delimiter_options {
    /// What stands behind each frame: any bytes, at least one.
    std::string delimiter = "\n";

    /// The most bytes a frame may have, the delimiter not counted.
    std::size_t max_size = 64 * 1024;

    /// Whether the frames that are decoded hold the delimiter, too.
    bool keep_delimiter = false;

    /// Whether the input may end with a frame without a delimiter. Else that is
    /// `errc::truncated_frame`.
    bool allow_unterminated = false;
};

} // namespace sluice
