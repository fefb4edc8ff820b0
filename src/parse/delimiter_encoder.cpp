// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/delimiter_encoder.hpp>

#include <utility>

namespace sluice {

delimiter_encoder::delimiter_encoder(delimiter_options options)
    : search_(std::move(options.delimiter))
    , max_size_(options.max_size) {}

error_code delimiter_encoder::check(const readable_buffer& message) const noexcept {
    if (message.size() > max_size_)
        return errc::frame_too_large;
    if (search_.found_early(message))
        return errc::malformed_frame;
    return {};
}

} // namespace sluice
