// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/line_decoder.hpp>

namespace sluice {

// Within the current piece of memory.
bool line_decoder::look_ahead(const byte_reader& in) noexcept {
    const std::uint64_t searched = scanner_.scanned() - line_;
    if (searched < in.current().size())
        scanner_.scan(in.current().subspan(static_cast<std::size_t>(searched)));
    return scanner_.has_match();
}

decoded<readable_buffer> line_decoder::search(byte_reader& in) noexcept {
    if (!begins_at(in.consumed()) || scanner_.scanned() - line_ > in.remaining()) {
        line_ = in.consumed().position();
        stream_ = detail::buffer_access::stream(in.view());
        scanner_.restart(line_);
    }
    byte_reader unseen = in;
    byte_reader before_end = in;
    (void)unseen.skip(static_cast<std::size_t>(scanner_.scanned() - line_));
    for (;;) {
        while (!scanner_.has_match() && !unseen.empty()) {
            const std::uint64_t from = scanner_.scanned();
            scanner_.scan(unseen.current());
            (void)unseen.skip(static_cast<std::size_t>(scanner_.scanned() - from));
        }
        if (!scanner_.has_match())
            return unfinished(in);
        const auto length = static_cast<std::size_t>(scanner_.match() - line_);
        scanner_.drop_match();
        bool carriage_return = false;
        if (length != 0) {
            (void)before_end.skip(length - 1 - before_end.position());
            carriage_return = *before_end.peek() == std::byte{'\r'};
        }
        const std::size_t size = size_of(length, carriage_return);
        if (size == no_line)
            continue;
        if (size > max_size_)
            return too_large(in);
        return take(in, size, length + 1);
    }
}

decoded<readable_buffer> line_decoder::unfinished(byte_reader& in) noexcept {
    const std::size_t size = in.remaining();
    if (size <= max_size_)
        return need_more{};
    // The byte too many may be the first of the end.
    if (size == max_size_ + 1 && end_ != line_end::lf && *in.peek(size - 1) == std::byte{'\r'})
        return need_more{};
    return too_large(in);
}

decoded<readable_buffer> line_decoder::too_large(byte_reader& in) noexcept {
    scanner_.restart(line_);
    (void)in.skip(max_size_);
    return errc::frame_too_large;
}

readable_buffer line_decoder::take(byte_reader& in, std::size_t size,
                                   std::size_t with_end) noexcept {
    const readable_buffer line = *in.read_view(size);
    (void)in.skip(with_end - size);
    line_ += with_end;
    return line;
}

decoded<readable_buffer> line_decoder::decode_end(byte_reader& in) noexcept {
    if (in.empty())
        return need_more{};
    decoded<readable_buffer> line = decode(in);
    if (!line.needs_more() || !allow_unterminated_)
        return line;
    const std::size_t size = in.remaining();
    if (size > max_size_)
        return too_large(in);
    return take(in, size, size);
}

} // namespace sluice
