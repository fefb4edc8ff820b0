// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/parse/resp_value.hpp>

namespace sluice::detail {

// What a decoder meets besides the types of values.
inline constexpr auto streamed_end = static_cast<resp_type>('.');

inline bool is_text_line(resp_type type) noexcept {
    return type == resp_type::simple_string || type == resp_type::simple_error ||
           type == resp_type::big_number;
}

// A length, and then so many bytes; a part of a streamed string, too.
inline bool is_bulk(resp_type type) noexcept {
    return type == resp_type::bulk_string || type == resp_type::bulk_error ||
           type == resp_type::verbatim_string || type == resp_type::streamed_string;
}

// Its own text, whose size the node tells.
inline bool has_text(resp_type type) noexcept {
    return is_text_line(type) || (is_bulk(type) && type != resp_type::streamed_string);
}

inline bool is_number(resp_type type) noexcept {
    return type == resp_type::integer || type == resp_type::number || type == resp_type::boolean ||
           type == resp_type::null;
}

inline bool has_pairs(resp_type type) noexcept {
    return type == resp_type::map || type == resp_type::attribute;
}

} // namespace sluice::detail
