// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/line_encoder.hpp>

namespace sluice {

namespace {

bool ends_with_cr(const readable_buffer& message) noexcept {
    if (message.empty())
        return false;
    const asio::const_buffer last = *--message.end();
    return static_cast<const char*>(last.data())[last.size() - 1] == '\r';
}

} // namespace

error_code line_encoder::check(const readable_buffer& message) const noexcept {
    if (message.size() > options_.max_size)
        return errc::frame_too_large;
    const bool holds_end = options_.end == line_end::crlf ? message.find("\r\n").has_value()
                                                          : message.find('\n').has_value();
    if (holds_end || (options_.end == line_end::either && ends_with_cr(message)))
        return errc::malformed_frame;
    return {};
}

} // namespace sluice
