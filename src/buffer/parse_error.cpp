// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/buffer/parse_error.hpp>

namespace sluice {

error_code make_error_code(parse_error e) noexcept {
    return e == parse_error::need_more ? errc::truncated_frame : errc::malformed_frame;
}

} // namespace sluice
