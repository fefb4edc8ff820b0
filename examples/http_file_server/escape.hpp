// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <string>
#include <string_view>

namespace file_server {

/// For text and for quoted attribute values of HTML.
std::string html_escaped(std::string_view text);

/// Percent-encodes all but unreserved characters and the slash.
std::string url_encoded(std::string_view path);

/// For a log line: control characters, quotes, backslashes and bytes beyond ASCII become \xHH.
std::string log_escaped(std::string_view text);

} // namespace file_server
