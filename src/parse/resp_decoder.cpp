// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/detail/resp_numbers.hpp>
#include <sluice/parse/detail/resp_types.hpp>
#include <sluice/parse/resp_decoder.hpp>

namespace sluice {

namespace {

resp_fault::kind wrong_line(resp_type type) noexcept {
    if (detail::is_text_line(type) || detail::is_number(type) || type == detail::streamed_end)
        return resp_fault::line;
    return detail::is_bulk(type) ? resp_fault::bulk_line : resp_fault::multibulk_line;
}

resp_fault::kind wrong_length(resp_type type) noexcept {
    return detail::is_bulk(type) ? resp_fault::bulk_length : resp_fault::multibulk_length;
}

} // namespace

decoded<resp_value> resp_decoder::decode(byte_reader& in) {
    try {
        return go_on(in);
    } catch (...) { // the bytes are still there, from the first one on
        restart();
        throw;
    }
}

decoded<resp_value> resp_decoder::go_on(byte_reader& in) {
    if (!begun_)
        begin();
    byte_reader at = in;
    (void)at.skip(offset_);
    step next = step::on;
    while (next == step::on)
        next = in_bulk_ ? read_bulk(at) : read_header(at);
    if (next == step::wait)
        return need_more{in_bulk_ ? offset_ + nodes_.back().size + 2 : 0};
    begun_ = false;
    if (next == step::done)
        return resp_value(nodes_.data(), *in.read_view(offset_));
    (void)in.skip(offset_);
    return error_;
}

void resp_decoder::begin() noexcept {
    begun_ = true;
    in_bulk_ = false;
    offset_ = 0;
    detail::empty_for_reuse(nodes_);
    open_.clear();
    lines_.restart();
    fault_ = {};
}

resp_decoder::step resp_decoder::read_header(byte_reader& at) {
    const std::span<const std::byte> piece = at.current();
    if (piece.empty())
        return step::wait;
    const auto first = std::to_integer<char>(piece[0]);
    if (!may_begin_with(first))
        return fail(errc::malformed_frame, {resp_fault::unknown_type, first});
    const auto type = static_cast<resp_type>(first);
    if (type == resp_type::bulk_string || type == resp_type::array || type == resp_type::map) {
        std::size_t length = 0;
        const std::byte* const end = piece.data() + piece.size();
        if (const std::byte* next = detail::short_length(piece.data() + 1, end, length)) {
            const auto header = static_cast<std::size_t>(next - piece.data());
            if (has_room(header, 0, 0)) {
                lines_.restart();
                (void)at.skip(header);
                return type == resp_type::bulk_string ? open_bulk(type, length, header)
                                                      : open_aggregate(type, length, header);
            }
        }
    }
    return read_line(at, type);
}

// Whether a value may begin like this, in this place; or a part of a streamed one, or its end.
bool resp_decoder::may_begin_with(char first) const noexcept {
    const bool streamed = !open_.empty() && open_.back().streamed;
    if (streamed && nodes_[open_.back().node].type == resp_type::streamed_string)
        return first == ';';
    if (first == '.')
        return streamed;
    constexpr std::string_view types = "+-:$*_#,(!=%~>|";
    return types.find(first) != types.npos;
}

// The first line of a value, also one that comes in pieces, or is wrong.
resp_decoder::step resp_decoder::read_line(byte_reader& at, resp_type type) {
    const std::size_t most = options_.max_size - std::min(offset_, options_.max_size);
    const auto size = lines_.find(at, std::min(detail::line_limit(options_), most));
    if (!size && size.error() == parse_error::need_more)
        return step::wait;
    if (!size)
        return fail(errc::frame_too_large,
                    most < detail::line_limit(options_) ? resp_fault::too_large : wrong_line(type));
    const std::size_t header = *size + 1;
    const byte_reader line = at;
    (void)at.skip(header);
    if (detail::is_text_line(type))
        return read_text(type, line, header);
    std::string_view text = detail::line_text(line, *size, scratch_);
    text.remove_prefix(1);
    if (!text.ends_with('\r'))
        return fail(errc::malformed_frame, wrong_line(type));
    text.remove_suffix(1);
    if (detail::is_number(type))
        return read_number(type, text, header);
    if (type != detail::streamed_end)
        return read_length(type, text, header);
    return text.empty() ? end_streamed(header) : fail(errc::malformed_frame, resp_fault::line);
}

resp_decoder::step resp_decoder::read_text(resp_type type, byte_reader line, std::size_t header) {
    (void)line.skip(1);
    const readable_buffer text = *line.read_view(header < 3 ? 0 : header - 3);
    if (header < 3 || *line.peek() != std::byte{'\r'} || text.find('\r'))
        return fail(errc::malformed_frame, resp_fault::line);
    if (type == resp_type::big_number && !detail::is_big_number(text))
        return fail(errc::malformed_frame, resp_fault::number);
    if (!has_room(header, 0))
        return fail(errc::frame_too_large, resp_fault::too_large);
    detail::resp_node& node = add(type, header);
    node.header = 1;
    node.size = text.size();
    return value_complete();
}

resp_decoder::step resp_decoder::read_number(resp_type type, std::string_view text,
                                             std::size_t header) {
    std::int64_t integer = 0;
    double number = 0;
    bool valid = false;
    switch (type) {
    case resp_type::integer:
        if (const auto value = detail::to_integer(text)) {
            integer = *value;
            valid = true;
        }
        break;
    case resp_type::number:
        if (const auto value = detail::to_double(text)) {
            number = *value;
            valid = true;
        }
        break;
    case resp_type::boolean:
        valid = text == "t" || text == "f";
        integer = text == "t" ? 1 : 0;
        break;
    default:
        valid = text.empty();
    }
    if (!valid)
        return fail(errc::malformed_frame, resp_fault::number);
    if (!has_room(header, 0))
        return fail(errc::frame_too_large, resp_fault::too_large);
    detail::resp_node& node = add(type, header);
    if (type == resp_type::number)
        node.number = number;
    else
        node.integer = integer;
    return value_complete();
}

resp_decoder::step resp_decoder::read_length(resp_type type, std::string_view text,
                                             std::size_t header) {
    if (text == "?" && (type == resp_type::bulk_string || type == resp_type::array ||
                        type == resp_type::set || type == resp_type::map))
        return open_streamed(type, header);
    if (text == "-1" && (type == resp_type::bulk_string || type == resp_type::array))
        return read_number(resp_type::null, {}, header);
    const auto length = text.starts_with('+') ? std::nullopt : detail::to_integer(text);
    if (!length || *length < 0)
        return fail(errc::malformed_frame, wrong_length(type));
    const std::size_t size = detail::to_size(*length);
    return detail::is_bulk(type) ? open_bulk(type, size, header)
                                 : open_aggregate(type, size, header);
}

resp_decoder::step resp_decoder::open_bulk(resp_type type, std::size_t size, std::size_t header) {
    if (type == resp_type::verbatim_string && size < 4)
        return fail(errc::malformed_frame, resp_fault::verbatim);
    if (size > options_.max_bulk_size)
        return fail(errc::frame_too_large, resp_fault::bulk_length);
    if (type == resp_type::streamed_string) {
        if (size == 0)
            return end_streamed(header);
        type = resp_type::bulk_string;
    }
    if (!has_room(header, size + 2))
        return fail(errc::frame_too_large, resp_fault::too_large);
    add(type, header).size = size;
    in_bulk_ = true;
    return step::on;
}

resp_decoder::step resp_decoder::read_bulk(byte_reader& at) {
    const detail::resp_node& node = nodes_.back();
    if (at.remaining() < node.size + 2)
        return step::wait;
    if (node.type == resp_type::verbatim_string && *at.peek(3) != std::byte{':'}) {
        offset_ = node.begin;
        return fail(errc::malformed_frame, resp_fault::verbatim);
    }
    (void)at.skip(node.size);
    offset_ += node.size;
    if (*at.read() != std::byte{'\r'} || *at.read() != std::byte{'\n'})
        return fail(errc::malformed_frame, resp_fault::bulk_end);
    offset_ += 2;
    in_bulk_ = false;
    return value_complete();
}

resp_decoder::step resp_decoder::open_aggregate(resp_type type, std::size_t count,
                                                std::size_t header) {
    const std::size_t elements = detail::has_pairs(type) ? 2 * count : count;
    const std::size_t left = type == resp_type::attribute ? elements + 1 : elements;
    if (elements > options_.max_elements)
        return fail(errc::frame_too_large, resp_fault::multibulk_length);
    if (!has_room(header, 0, left + 1))
        return fail(errc::frame_too_large, resp_fault::too_large);
    if (left != 0 && open_.size() >= options_.max_depth)
        return fail(errc::frame_too_large, resp_fault::depth);
    add(type, header).size = left == 1 && type == resp_type::attribute ? 1 : elements;
    if (left == 0)
        return value_complete();
    open_.push_back({nodes_.size() - 1, left, false});
    return step::on;
}

resp_decoder::step resp_decoder::open_streamed(resp_type type, std::size_t header) {
    if (!has_room(header, 0))
        return fail(errc::frame_too_large, resp_fault::too_large);
    if (open_.size() >= options_.max_depth)
        return fail(errc::frame_too_large, resp_fault::depth);
    add(type == resp_type::bulk_string ? resp_type::streamed_string : type, header).size = 0;
    open_.push_back({nodes_.size() - 1, 0, true});
    return step::on;
}

resp_decoder::step resp_decoder::end_streamed(std::size_t header) {
    const detail::resp_node& node = nodes_[open_.back().node];
    if (node.type == resp_type::map && node.size % 2 != 0)
        return fail(errc::malformed_frame, resp_fault::odd_map);
    if (!has_room(header, 0, 0))
        return fail(errc::frame_too_large, resp_fault::too_large);
    offset_ += header;
    close();
    return value_complete();
}

bool resp_decoder::has_room(std::size_t header, std::size_t more,
                            std::size_t elements) const noexcept {
    const std::size_t room = options_.max_size - std::min(options_.max_size, offset_);
    return header <= room && more <= room - header &&
           elements <= options_.max_elements - std::min(options_.max_elements, nodes_.size());
}

// The first line is valid: what comes next stands behind it.
detail::resp_node& resp_decoder::add(resp_type type, std::size_t header) {
    nodes_.push_back({offset_, {0}, 1, static_cast<std::uint32_t>(header), type});
    offset_ += header;
    return nodes_.back();
}

resp_decoder::step resp_decoder::value_complete() noexcept {
    while (!open_.empty()) {
        open_value& within = open_.back();
        detail::resp_node& node = nodes_[within.node];
        if (within.streamed) {
            ++node.size;
            return step::on;
        }
        if (--within.left == 1 && node.type == resp_type::attribute)
            node.size = nodes_.size() - within.node;
        if (within.left != 0)
            return step::on;
        close();
    }
    return step::done;
}

void resp_decoder::close() noexcept {
    nodes_[open_.back().node].nodes = static_cast<std::uint32_t>(nodes_.size() - open_.back().node);
    open_.pop_back();
}

resp_decoder::step resp_decoder::fail(errc error, resp_fault fault) noexcept {
    error_ = error;
    fault_ = fault;
    return step::failed;
}

} // namespace sluice
