// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/detail/resp_words.hpp>
#include <sluice/parse/resp_command_decoder.hpp>

namespace sluice {

decoded<resp_command> resp_command_decoder::decode(byte_reader& in) {
    try {
        return go_on(in);
    } catch (...) { // the bytes are still there, from the first one on
        restart();
        throw;
    }
}

decoded<resp_command> resp_command_decoder::go_on(byte_reader& in) {
    if (state_ == state::start) {
        begin(in);
        if (take_whole(in))
            return resp_command(arguments_);
    }
    byte_reader at = in;
    (void)at.skip(offset_);
    step next = step::on;
    while (next == step::on)
        next = read_on(at);
    if (next == step::wait)
        return need_more{state_ == state::bulk ? offset_ + bulk_ + 2 : 0};
    if (next == step::done)
        return finish(in);
    state_ = state::start;
    (void)in.skip(offset_);
    return error_;
}

void resp_command_decoder::begin(byte_reader& in) {
    detail::empty_for_reuse(places_);
    detail::empty_for_reuse(arguments_);
    lines_.restart();
    offset_ = 0;
    fault_ = {};
    if (*in.peek() == std::byte{'*'})
        state_ = state::array_length;
    else
        state_ = state::inline_line;
}

// A valid command that lies in one piece of memory, as nearly all do. All others are read step by
// step, which also tells what is wrong.
bool resp_command_decoder::take_whole(byte_reader& in) {
    const std::span<const std::byte> piece = in.current();
    const std::byte* const end = piece.data() + piece.size();
    std::size_t count = 0;
    const std::byte* at = detail::short_length(piece.data() + 1, end, count);
    if (state_ != state::array_length || at == nullptr || count - 1 >= options_.max_elements)
        return false;
    const read_cursor start = in.consumed();
    const detail::segment* const link = detail::buffer_access::link(start);
    for (; count != 0; --count) {
        std::size_t size = 0;
        if (at == end || *at != std::byte{'$'})
            break;
        at = detail::short_length(at + 1, end, size);
        if (at == nullptr || static_cast<std::size_t>(end - at) < size + 2 ||
            size > options_.max_bulk_size || at[size] != std::byte{'\r'} ||
            at[size + 1] != std::byte{'\n'})
            break;
        const std::uint64_t first =
            start.position() + static_cast<std::uint64_t>(at - piece.data());
        arguments_.push_back(detail::buffer_access::make(link, first, link, first + size,
                                                         detail::buffer_access::stream(start)));
        at += size + 2;
    }
    if (count != 0 || static_cast<std::size_t>(at - piece.data()) > options_.max_size) {
        arguments_.clear();
        return false;
    }
    (void)in.skip(static_cast<std::size_t>(at - piece.data()));
    state_ = state::start;
    return true;
}

resp_command_decoder::step resp_command_decoder::read_on(byte_reader& at) {
    switch (state_) {
    case state::array_length:
        return read_array_length(at);
    case state::bulk_length:
        return read_bulk_length(at);
    case state::bulk:
        return read_bulk(at);
    default:
        return read_inline(at);
    }
}

resp_command_decoder::step resp_command_decoder::read_array_length(byte_reader& at) {
    const std::span<const std::byte> piece = at.current();
    const std::byte* const end = piece.data() + piece.size();
    if (const std::byte* next = detail::short_length(piece.data() + 1, end, left_)) {
        lines_.restart();
        offset_ = static_cast<std::size_t>(next - piece.data());
        (void)at.skip(offset_);
    } else {
        std::int64_t length = 0;
        const step outcome =
            read_long_length(at, resp_fault::multibulk_length, resp_fault::multibulk_line, length);
        if (outcome != step::on)
            return outcome;
        left_ = length > 0 ? detail::to_size(length) : 0;
    }
    if (left_ > options_.max_elements) {
        offset_ = 0;
        return fail(errc::frame_too_large, resp_fault::multibulk_length);
    }
    state_ = state::bulk_length;
    return left_ == 0 ? step::done : step::on;
}

resp_command_decoder::step resp_command_decoder::read_bulk_length(byte_reader& at) {
    const std::span<const std::byte> piece = at.current();
    if (piece.empty())
        return step::wait;
    if (piece[0] != std::byte{'$'})
        return fail(errc::malformed_frame,
                    {resp_fault::expected_bulk, std::to_integer<char>(piece[0])});
    const std::byte* const end = piece.data() + piece.size();
    const std::size_t begin = offset_;
    if (const std::byte* next = detail::short_length(piece.data() + 1, end, bulk_)) {
        lines_.restart();
        const auto size = static_cast<std::size_t>(next - piece.data());
        (void)at.skip(size);
        offset_ += size;
    } else {
        std::int64_t length = 0;
        const step outcome =
            read_long_length(at, resp_fault::bulk_length, resp_fault::bulk_line, length);
        if (outcome != step::on)
            return outcome;
        if (length < 0) {
            offset_ = begin;
            return fail(errc::malformed_frame, resp_fault::bulk_length);
        }
        bulk_ = detail::to_size(length);
    }
    if (bulk_ > options_.max_bulk_size || offset_ + 2 > options_.max_size ||
        bulk_ > options_.max_size - offset_ - 2) {
        const bool alone = bulk_ > options_.max_bulk_size;
        offset_ = begin;
        return fail(errc::frame_too_large, alone ? resp_fault::bulk_length : resp_fault::too_large);
    }
    state_ = state::bulk;
    return step::on;
}

resp_command_decoder::step resp_command_decoder::read_bulk(byte_reader& at) {
    if (at.remaining() < bulk_ + 2)
        return step::wait;
    (void)at.skip(bulk_);
    if (*at.read() != std::byte{'\r'} || *at.read() != std::byte{'\n'}) {
        offset_ += bulk_;
        return fail(errc::malformed_frame, resp_fault::bulk_end);
    }
    places_.push_back({offset_, bulk_});
    offset_ += bulk_ + 2;
    state_ = state::bulk_length;
    return --left_ == 0 ? step::done : step::on;
}

// Any length, also one that comes in pieces, or is none.
resp_command_decoder::step resp_command_decoder::read_long_length(byte_reader& at,
                                                                  resp_fault::kind wrong,
                                                                  resp_fault::kind unending,
                                                                  std::int64_t& value) {
    const auto size = lines_.find(at, detail::line_limit(options_));
    if (!size)
        return size.error() == parse_error::need_more ? step::wait
                                                      : fail(errc::frame_too_large, unending);
    const std::string_view line = detail::line_text(at, *size, scratch_);
    const auto length = detail::to_length(line.substr(1));
    if (!length)
        return fail(errc::malformed_frame, wrong);
    value = *length;
    (void)at.skip(*size + 1);
    offset_ += *size + 1;
    return step::on;
}

resp_command_decoder::step resp_command_decoder::read_inline(byte_reader& at) {
    if (!options_.inline_commands)
        return fail(errc::malformed_frame,
                    {resp_fault::expected_array, std::to_integer<char>(*at.peek())});
    const auto size = lines_.find(at, std::min(detail::line_limit(options_), options_.max_size));
    if (!size)
        return size.error() == parse_error::need_more
                   ? step::wait
                   : fail(errc::frame_too_large, resp_fault::inline_line);
    words_.clear();
    words_.reserve(sizeof(words_)); // not within it: frames stay where they are when this moves
    detail::resp_words words(detail::line_text(at, *size, scratch_));
    for (std::size_t begin = 0;; begin = words_.size()) {
        const auto outcome = words.next(words_);
        if (outcome == detail::resp_words::outcome::unbalanced)
            return fail(errc::malformed_frame, resp_fault::unbalanced_quotes);
        if (outcome == detail::resp_words::outcome::end)
            break;
        if (places_.size() == options_.max_elements)
            return fail(errc::frame_too_large, resp_fault::too_large);
        places_.push_back({begin, words_.size() - begin});
    }
    offset_ = *size + 1;
    return step::done;
}

resp_command_decoder::step resp_command_decoder::fail(errc error, resp_fault fault) noexcept {
    error_ = error;
    fault_ = fault;
    return step::failed;
}

resp_command resp_command_decoder::finish(byte_reader& in) {
    arguments_.reserve(places_.size());
    if (state_ == state::inline_line) {
        for (const place& word : places_)
            arguments_.push_back(readable_buffer::over({words_.data() + word.offset, word.size}));
        (void)in.skip(offset_);
    } else {
        for (const place& one : places_) {
            (void)in.skip(one.offset - in.position());
            arguments_.push_back(*in.read_view(one.size));
        }
        (void)in.skip(offset_ - in.position());
    }
    state_ = state::start;
    return arguments_;
}

} // namespace sluice
