// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/length_prefix_decoder.hpp>

namespace sluice {

decoded<readable_buffer> length_prefix_decoder::decode(byte_reader& in) noexcept {
    const length_prefix_options& options = rule_.options();
    const bool is_varint = options.format == length_format::varint;
    const std::size_t least = options.offset + (is_varint ? 1 : options.prefix_size);
    if (in.remaining() < least)
        return need_more{least};

    byte_reader from = in;
    (void)in.skip(options.offset); // to where errors are found
    byte_reader behind = in;
    const parsed<std::uint64_t> length = read_length(behind);
    if (!length)
        return length.error();
    const std::size_t header = options.offset + (in.remaining() - behind.remaining());
    const result<std::size_t> body = rule_.body_size(*length, header - options.offset);
    if (!body)
        return body.error();

    const std::size_t size = header + *body;
    if (from.remaining() < size)
        return need_more{size};
    const std::size_t strip = options.strip.value_or(header);
    (void)from.skip(strip);
    const readable_buffer frame = *from.read_view(size - strip);
    in = from;
    return frame;
}

parsed<std::uint64_t> length_prefix_decoder::read_length(byte_reader& in) const noexcept {
    const std::size_t size = rule_.options().prefix_size;
    switch (rule_.options().format) {
    case length_format::big_endian:
        return in.read_be<std::uint64_t>(size);
    case length_format::little_endian:
        return in.read_le<std::uint64_t>(size);
    default:
        return in.read_varint<std::uint64_t>(size);
    }
}

} // namespace sluice
