// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/detail/resp_types.hpp>
#include <sluice/parse/resp_encoder.hpp>

#include <algorithm>
#include <cmath>

namespace sluice {

namespace {

// The text of a node, which `in`, that began with the node `first`, has not passed.
char* copy_text(const detail::resp_node& node, std::size_t first, byte_reader& in, char* to,
                std::size_t skipped = 0) noexcept {
    const std::size_t size = node.size - skipped;
    (void)in.skip(node.begin + node.header + skipped - first - in.position());
    (void)in.read(std::as_writable_bytes(std::span(to, size)));
    return to + size;
}

std::size_t pairs_of(const detail::resp_node& attribute) noexcept {
    std::size_t elements = 0;
    for (const auto* one = &attribute + 1; one != &attribute + attribute.size; one += one->nodes)
        ++elements;
    return elements / 2;
}

} // namespace

char* resp_encoder::put_double(double value, char* to) const noexcept {
    char digits[32];
    const std::string_view text =
        std::isnan(value)
            ? "nan"
            : std::string_view(digits, static_cast<std::size_t>(
                                           std::to_chars(digits, digits + 32, value).ptr - digits));
    if (version_ == resp_version::resp2)
        return put_bulk(text, to);
    *to++ = ',';
    return put_end(put_text(text, to));
}

char* resp_encoder::put_verbatim(std::string_view format, std::string_view text,
                                 char* to) const noexcept {
    if (version_ == resp_version::resp2)
        return put_bulk(text, to);
    to = put_text(format, put_length('=', text.size() + 4, to));
    *to++ = ':';
    return put_end(put_text(text, to));
}

std::size_t resp_encoder::most_bytes(const resp_value& value) noexcept {
    std::size_t most = 0;
    for (const auto* node = value.outer_; node != value.outer_ + value.outer_->nodes; ++node)
        most += number_room + (detail::has_text(node->type) ? node->size : 0);
    return most;
}

char* resp_encoder::put(const resp_value& value, char* to) const noexcept {
    byte_reader in(value.bytes_);
    const detail::resp_node* node = value.outer_;
    while (node != value.outer_ + value.outer_->nodes)
        node = put_node(node, value.outer_->begin, in, to);
    return to;
}

// Returns the node to go on with: nodes stand in the order in which they are written.
const detail::resp_node* resp_encoder::put_node(const detail::resp_node* node, std::size_t first,
                                                byte_reader& in, char*& to) const noexcept {
    const bool old = version_ == resp_version::resp2;
    const auto type = static_cast<char>(node->type);
    switch (node->type) {
    case resp_type::null:
        to = put_text(old ? "$-1\r\n" : "_\r\n", to);
        break;
    case resp_type::integer:
        to = put_number(':', node->integer, to);
        break;
    case resp_type::boolean:
        to = put_text(old ? (node->integer ? ":1\r\n" : ":0\r\n")
                          : (node->integer ? "#t\r\n" : "#f\r\n"),
                      to);
        break;
    case resp_type::number:
        to = put_double(node->number, to);
        break;
    case resp_type::simple_string:
    case resp_type::simple_error:
        *to++ = type;
        to = put_end(copy_text(*node, first, in, to));
        break;
    case resp_type::big_number:
        if (old)
            to = put_length('$', node->size, to);
        else
            *to++ = type;
        to = put_end(copy_text(*node, first, in, to));
        break;
    case resp_type::bulk_string:
        to = put_end(copy_text(*node, first, in, put_length('$', node->size, to)));
        break;
    case resp_type::bulk_error: {
        char* const text = old ? put_text("-", to) : put_length('!', node->size, to);
        to = copy_text(*node, first, in, text);
        if (old)
            std::replace_if(
                text, to, [](char c) { return c == '\r' || c == '\n'; }, ' ');
        to = put_end(to);
        break;
    }
    case resp_type::verbatim_string: {
        const std::size_t format = old ? 4 : 0; // left out
        to = put_length(old ? '$' : '=', node->size - format, to);
        to = put_end(copy_text(*node, first, in, to, format));
        break;
    }
    case resp_type::streamed_string: {
        std::size_t size = 0;
        const detail::resp_node* const end = node + node->nodes;
        for (const auto* part = node + 1; part != end; ++part)
            size += part->size;
        to = put_length('$', size, to);
        for (const auto* part = node + 1; part != end; ++part)
            to = copy_text(*part, first, in, to);
        to = put_end(to);
        return end;
    }
    case resp_type::array:
    case resp_type::set:
    case resp_type::push:
        to = put_length(old ? '*' : type, node->size, to);
        break;
    case resp_type::map:
        to = put_length(old ? '*' : '%', old ? node->size : node->size / 2, to);
        break;
    case resp_type::attribute:
        if (old)
            return node + node->size;
        to = put_length('|', pairs_of(*node), to);
        break;
    }
    return node + 1;
}

} // namespace sluice
