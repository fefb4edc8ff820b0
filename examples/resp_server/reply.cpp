// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "reply.hpp"

#include <algorithm>
#include <string>

namespace resp_server {

void reply::error(std::string_view text) {
    if (!encoder_.error(text, output_))
        return;
    std::string line(text);
    std::ranges::replace_if(
        line, [](char c) { return c == '\r' || c == '\n'; }, ' ');
    (void)encoder_.error(line, output_);
}

} // namespace resp_server
