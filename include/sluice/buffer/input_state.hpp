// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

namespace sluice {

/// Whether more may follow the bytes that are there: what a number in text is when it reaches their
/// end.
enum class input_state {
    partial, ///< more may follow: so the number may go on
    complete ///< these are all: the number ends there
};

} // namespace sluice
