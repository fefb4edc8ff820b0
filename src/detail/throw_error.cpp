// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/detail/throw_error.hpp>

namespace sluice::detail {

void throw_error(error_code ec, const char* what) {
    throw boost::system::system_error(ec, what);
}

} // namespace sluice::detail
