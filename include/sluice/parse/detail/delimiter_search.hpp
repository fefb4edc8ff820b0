// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/byte_reader.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace sluice::detail {

// Finds a text in bytes that arrive in parts. None of them is looked at again in a later call.
class delimiter_search {
public:
    explicit delimiter_search(std::string text); // std::invalid_argument if it is empty

    const std::string& text() const noexcept { return text_; }

    // `in` stands at the same byte until the text was found. How many bytes stand before it.
    parsed<std::size_t> find(byte_reader in) noexcept;
    // The next ones are others, though the text was not found.
    void restart() noexcept { searched_ = matched_ = 0; }

    // Whether the text would be found before it begins, if it stood behind these bytes.
    bool found_early(const readable_buffer& bytes) const noexcept;

private:
    bool step(std::byte value) noexcept;

    std::string text_;
    std::vector<std::size_t> borders_; // how much of its own beginning each beginning ends with
    std::size_t searched_ = 0;
    std::size_t matched_ = 0; // so many bytes of the text end what was searched
};

} // namespace sluice::detail
