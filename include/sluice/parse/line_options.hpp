// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>

namespace sluice {

/// What ends a line.
enum class line_end {
    lf,    ///< LF; a CR before it is part of the line
    crlf,  ///< CR LF only; a CR or LF alone is part of the line
    either ///< LF, or CR LF
};

/// What a `line_decoder` and a `line_encoder` have in common.
struct line_options {
    /// What ends a line.
    line_end end = line_end::either;

    /// The most bytes a line may have, its end not counted.
    std::size_t max_size = 64 * 1024;

    /// Whether the input may end with a line without an end. Else that is
    /// `errc::truncated_frame`.
    bool allow_unterminated = true;
};

} // namespace sluice
