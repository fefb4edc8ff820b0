// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <string_view>

namespace websocket_chat {

/// The page, as HTML in UTF-8: all that a browser needs to talk.
std::string_view page();

} // namespace websocket_chat
