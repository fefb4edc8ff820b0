// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/parse_error.hpp>
#include <sluice/buffer/readable_buffer.hpp>

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>

namespace sluice {

/// The types of RESP, as the character that a value of it begins with.
enum class resp_type : char {
    null = '_',            ///< also the null bulk string and the null array of RESP2
    simple_string = '+',   ///< a line of text
    simple_error = '-',    ///< a line that tells an error
    integer = ':',         ///< of 64 bits, signed
    bulk_string = '$',     ///< any bytes
    boolean = '#',         ///< true or false
    number = ',',          ///< a double
    big_number = '(',      ///< an integer of any length, as text
    bulk_error = '!',      ///< any bytes that tell an error
    verbatim_string = '=', ///< text with its format
    streamed_string = ';', ///< a string in parts: its elements, which are bulk strings
    array = '*',           ///< elements in order
    map = '%',             ///< its elements are a key, its value, the next key ...
    set = '~',             ///< elements that differ
    push = '>',            ///< elements that nobody asked for
    attribute = '|'        ///< not of a value: see `resp_value::attributes`
};

namespace detail {

// A value with all it holds is `nodes` consecutive nodes: itself, and then its elements. An
// attribute holds its keys and values, and then the value it belongs to.
struct resp_node {
    std::size_t begin; // from the first byte of the frame
    union {
        std::size_t size; // bytes of text; elements; for an attribute, nodes before its value
        std::int64_t integer;
        double number;
    };
    std::uint32_t nodes;
    std::uint32_t header; // bytes from begin to the text
    resp_type type;
};

} // namespace detail

class resp_elements;
class preserved_resp_value;

/// A value of RESP, and a view of all that it holds. Trivially copyable; as valid as the frame it
/// came with.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe.
class resp_value {
public:
    /// Null.
    resp_value() noexcept;
    /// For decoders: the value of the first of these nodes, whose bytes begin with `bytes`.
    resp_value(const detail::resp_node* node, const readable_buffer& bytes) noexcept;

    /// What it is.
    resp_type type() const noexcept { return node_->type; }
    /// Whether it is null, in any of its forms.
    bool is_null() const noexcept { return type() == resp_type::null; }
    /// Whether it tells an error, simple or bulk.
    bool is_error() const noexcept {
        return type() == resp_type::simple_error || type() == resp_type::bulk_error;
    }
    /// Whether it is an array, map, set or push.
    bool is_aggregate() const noexcept;

    /// The text of a string, error or big number, that of a verbatim string without its format;
    /// else empty, also for a streamed string.
    readable_buffer text() const;
    /// The three characters that say what a verbatim string is; else empty.
    readable_buffer format() const;
    /// The text, copied; also that of a streamed string.
    std::string to_string() const;

    /// The value, if it is of this type; else `parse_error::malformed`.
    /// @{
    parsed<std::int64_t> integer() const noexcept;
    parsed<double> number() const noexcept;
    parsed<bool> boolean() const noexcept;
    /// @}

    /// The elements of an aggregate, the parts of a streamed string; else none.
    resp_elements elements() const;

    /// Keys and values that the sender has put before the value; those nearest to it, if it did so
    /// more than once.
    resp_elements attributes() const;

    /// Shares the memory of the text that it holds, copies the structure, and no other byte: the
    /// result stays readable when the frame has gone. Throws `std::bad_alloc`. Include
    /// `preserved_resp_value.hpp`.
    preserved_resp_value preserve() const;

private:
    friend class resp_elements;
    friend class resp_encoder;

    readable_buffer part(std::size_t offset, std::size_t size) const;
    readable_buffer from(const detail::resp_node& node) const;

    const detail::resp_node* outer_; // the first attribute, or the value itself
    const detail::resp_node* node_;
    const detail::resp_node* attribute_; // the last one, or null
    readable_buffer bytes_;              // from outer_ on
};

/// The elements of a value, in order. As valid as the value.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe.
class resp_elements {
public:
    class const_iterator;
    using value_type = resp_value; ///< an element

    /// None.
    resp_elements() noexcept = default;

    /// The elements. Counting them costs nothing.
    /// @{
    const_iterator begin() const;
    const_iterator end() const noexcept;
    std::size_t size() const noexcept { return size_; }
    bool empty() const noexcept { return size_ == 0; }
    /// @}

private:
    friend class resp_value;

    resp_elements(const detail::resp_node* first, std::size_t size,
                  const readable_buffer& bytes) noexcept
        : first_(first)
        , size_(size)
        , bytes_(bytes) {}

    const detail::resp_node* first_ = nullptr;
    std::size_t size_ = 0;
    readable_buffer bytes_; // from the first one on
};

/// Goes from element to element, each step as long as the element has pieces of memory.
class resp_elements::const_iterator {
public:
    /// A forward iterator that makes each element as it is asked for it.
    /// @{
    using iterator_category = std::input_iterator_tag;
    using iterator_concept = std::forward_iterator_tag;
    using value_type = resp_value;
    using difference_type = std::ptrdiff_t;
    using reference = resp_value;
    using pointer = const resp_value*;

    const_iterator() noexcept = default;

    resp_value operator*() const noexcept { return {node_, bytes_}; }
    const_iterator& operator++();
    const_iterator operator++(int) {
        const_iterator old = *this;
        ++*this;
        return old;
    }
    friend bool operator==(const const_iterator& a, const const_iterator& b) noexcept {
        return a.left_ == b.left_;
    }
    /// @}

private:
    friend class resp_elements;

    const_iterator(const detail::resp_node* node, std::size_t left,
                   const readable_buffer& bytes) noexcept
        : node_(node)
        , left_(left)
        , bytes_(bytes) {}

    const detail::resp_node* node_ = nullptr;
    std::size_t left_ = 0;
    readable_buffer bytes_;
};

inline resp_elements::const_iterator resp_elements::begin() const {
    return {first_, size_, bytes_};
}
inline resp_elements::const_iterator resp_elements::end() const noexcept {
    return {};
}

} // namespace sluice
