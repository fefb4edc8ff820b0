// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/resp_value.hpp>

namespace sluice {

namespace {

constexpr detail::resp_node null_node{0, {0}, 1, 0, resp_type::null};
constexpr std::size_t format_size = 4; // of a verbatim string, with the colon

// Without a walk to the end.
readable_buffer behind(const readable_buffer& bytes, std::size_t offset) {
    const read_cursor start = bytes.at(offset);
    return detail::buffer_access::make(
        detail::buffer_access::link(start), start.position(), detail::buffer_access::last(bytes),
        detail::buffer_access::finish(bytes), detail::buffer_access::stream(bytes));
}

} // namespace

resp_value::resp_value() noexcept : resp_value(&null_node, {}) {}

resp_value::resp_value(const detail::resp_node* node, const readable_buffer& bytes) noexcept
    : outer_(node)
    , node_(node)
    , attribute_(nullptr)
    , bytes_(bytes) {
    while (node_->type == resp_type::attribute) {
        attribute_ = node_;
        node_ += node_->size;
    }
}

bool resp_value::is_aggregate() const noexcept {
    switch (type()) {
    case resp_type::array:
    case resp_type::map:
    case resp_type::set:
    case resp_type::push:
        return true;
    default:
        return false;
    }
}

// Of what stands behind the value's first line.
readable_buffer resp_value::part(std::size_t offset, std::size_t size) const {
    return bytes_.slice(node_->begin - outer_->begin + node_->header + offset, size);
}

readable_buffer resp_value::from(const detail::resp_node& node) const {
    return behind(bytes_, node.begin - outer_->begin);
}

readable_buffer resp_value::text() const {
    switch (type()) {
    case resp_type::simple_string:
    case resp_type::simple_error:
    case resp_type::big_number:
    case resp_type::bulk_string:
    case resp_type::bulk_error:
        return part(0, node_->size);
    case resp_type::verbatim_string:
        return part(format_size, node_->size - format_size);
    default:
        return {};
    }
}

readable_buffer resp_value::format() const {
    if (type() != resp_type::verbatim_string)
        return {};
    return part(0, format_size - 1);
}

std::string resp_value::to_string() const {
    if (type() != resp_type::streamed_string)
        return text().to_string();
    std::string whole;
    for (const resp_value& one : elements())
        whole += one.text().to_string();
    return whole;
}

parsed<std::int64_t> resp_value::integer() const noexcept {
    if (type() != resp_type::integer)
        return parse_error::malformed;
    return node_->integer;
}

parsed<double> resp_value::number() const noexcept {
    if (type() != resp_type::number)
        return parse_error::malformed;
    return node_->number;
}

parsed<bool> resp_value::boolean() const noexcept {
    if (type() != resp_type::boolean)
        return parse_error::malformed;
    return node_->integer != 0;
}

resp_elements resp_value::elements() const {
    if ((!is_aggregate() && type() != resp_type::streamed_string) || node_->size == 0)
        return {};
    return {node_ + 1, node_->size, from(node_[1])};
}

resp_elements resp_value::attributes() const {
    if (attribute_ == nullptr || attribute_->size == 1)
        return {};
    std::size_t size = 0;
    for (const detail::resp_node* one = attribute_ + 1; one != node_; one += one->nodes)
        ++size;
    return {attribute_ + 1, size, from(attribute_[1])};
}

resp_elements::const_iterator& resp_elements::const_iterator::operator++() {
    if (--left_ != 0) {
        const detail::resp_node* const next = node_ + node_->nodes;
        bytes_ = behind(bytes_, next->begin - node_->begin);
        node_ = next;
    }
    return *this;
}

} // namespace sluice
