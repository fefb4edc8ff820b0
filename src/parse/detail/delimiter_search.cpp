// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/parse/detail/delimiter_search.hpp>

#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>

namespace sluice::detail {

delimiter_search::delimiter_search(std::string text) : text_(std::move(text)) {
    if (text_.empty())
        throw std::invalid_argument("sluice: a delimiter without a byte");
    borders_.push_back(0);
    for (std::size_t i = 1; i < text_.size(); ++i) {
        step(static_cast<std::byte>(text_[i]));
        borders_.push_back(matched_);
    }
    restart();
}

// Goes on by one byte. True if it ends the text.
bool delimiter_search::step(std::byte value) noexcept {
    const char c = static_cast<char>(value);
    while (matched_ != 0 && text_[matched_] != c)
        matched_ = borders_[matched_ - 1];
    matched_ += text_[matched_] == c;
    return matched_ == text_.size();
}

parsed<std::size_t> delimiter_search::find(byte_reader in) noexcept {
    const std::size_t begin = in.position();
    if (!in.skip(searched_)) // these are other bytes
        restart();
    while (matched_ != 0) { // it may have begun in what was searched
        const parsed<std::byte> value = in.read();
        if (!value) {
            searched_ = in.position() - begin;
            return parse_error::need_more;
        }
        if (step(*value)) {
            restart();
            return in.position() - begin - text_.size();
        }
    }
    if (const parsed<std::size_t> size = in.find(text_)) {
        restart();
        return in.position() - begin + *size;
    }
    const std::size_t last = std::min(in.remaining(), text_.size() - 1);
    (void)in.skip(in.remaining() - last);
    while (const parsed<std::byte> value = in.read())
        step(*value);
    searched_ = in.position() - begin;
    return parse_error::need_more;
}

bool delimiter_search::found_early(const readable_buffer& bytes) const noexcept {
    if (bytes.find(text_))
        return true;
    // It may also begin in the bytes and end in itself: with one of its own beginnings.
    const std::string_view text = text_;
    for (std::size_t border = borders_.back(); border != 0; border = borders_[border - 1]) {
        const std::size_t before = text.size() - border;
        if (before <= bytes.size() &&
            bytes.slice(bytes.size() - before).equals(text.substr(0, before)))
            return true;
    }
    return false;
}

} // namespace sluice::detail
