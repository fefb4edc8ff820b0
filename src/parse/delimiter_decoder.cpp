// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/delimiter_decoder.hpp>

#include <algorithm>
#include <utility>

namespace sluice {

delimiter_decoder::delimiter_decoder(delimiter_options options)
    : search_(std::move(options.delimiter))
    , keep_delimiter_(options.keep_delimiter)
    , allow_unterminated_(options.allow_unterminated) {
    max_size(options.max_size);
}

void delimiter_decoder::max_size(std::size_t bytes) noexcept {
    max_size_ = std::min(bytes, readable_buffer::npos - search_.text().size());
}

decoded<readable_buffer> delimiter_decoder::decode(byte_reader& in) noexcept {
    const std::size_t end_size = search_.text().size();
    const parsed<std::size_t> size = search_.find(in);
    if (size ? *size > max_size_ : in.remaining() >= max_size_ + end_size)
        return too_large(in);
    if (!size)
        return need_more{end_size};
    const readable_buffer frame = *in.read_view(*size + (keep_delimiter_ ? end_size : 0));
    if (!keep_delimiter_)
        (void)in.skip(end_size);
    return frame;
}

decoded<readable_buffer> delimiter_decoder::decode_end(byte_reader& in) noexcept {
    if (in.empty())
        return need_more{};
    decoded<readable_buffer> frame = decode(in);
    if (!frame.needs_more() || !allow_unterminated_)
        return frame;
    if (in.remaining() > max_size_)
        return too_large(in);
    search_.restart();
    return *in.read_view(in.remaining());
}

decoded<readable_buffer> delimiter_decoder::too_large(byte_reader& in) noexcept {
    search_.restart();
    (void)in.skip(max_size_);
    return errc::frame_too_large;
}

} // namespace sluice
