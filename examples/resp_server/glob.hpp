// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <string_view>

namespace resp_server {

/// Whether the whole text is of the form of the pattern: `*` stands for any characters, `?` for
/// one, `[a-z]` and `[^a-z]` for one of these or none of these, and a backslash takes its meaning
/// from what follows.
bool matches(std::string_view pattern, std::string_view text) noexcept;

} // namespace resp_server
