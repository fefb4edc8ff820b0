// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <string_view>

namespace file_server {

/// The media type for a file's name, by its extension or by a well-known name such as "README".
std::string_view mime_type(std::string_view path);

} // namespace file_server
