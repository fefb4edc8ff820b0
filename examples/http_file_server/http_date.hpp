// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace file_server {

/// As in "Sun, 06 Nov 1994 08:49:37 GMT".
std::string format_http_date(std::time_t time);

/// Reads the form above and the two obsolete ones that recipients must accept.
std::optional<std::time_t> parse_http_date(std::string_view text);

/// The present second, formatted; valid until this thread's next call.
std::string_view current_http_date();

} // namespace file_server
