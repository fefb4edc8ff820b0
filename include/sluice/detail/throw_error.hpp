// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>

#include <boost/system/system_error.hpp>

namespace sluice::detail {

/// Throws `boost::system::system_error` holding `ec`, with `what` naming the call.
[[noreturn]] void throw_error(error_code ec, const char* what);

} // namespace sluice::detail
