// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/byte_reader.hpp>
#include <sluice/parse/resp_options.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::detail {

// A number of one to nine digits, and CR LF, at the beginning of contiguous memory, as nearly all
// lengths are. Where it ends; null if it is not there in this form.
inline const std::byte* short_length(const std::byte* at, const std::byte* end,
                                     std::size_t& value) noexcept {
    const std::byte* const first = at;
    const std::byte* const last = end - at > 10 ? at + 10 : end;
    std::size_t n = 0;
    for (; at != last; ++at) {
        const unsigned digit = std::to_integer<unsigned>(*at) - '0';
        if (digit > 9)
            break;
        n = n * 10 + digit;
    }
    if (at == first || at == last || end - at < 2 || at[0] != std::byte{'\r'} ||
        at[1] != std::byte{'\n'})
        return nullptr;
    value = n;
    return at + 2;
}

// Finds the end of a line, and looks at each byte once, however the line arrives.
class line_search {
public:
    // `in` stands at the line's first byte, the same one until the end was found. How many bytes
    // stand before the LF; malformed when there is none among the first `most` bytes.
    parsed<std::size_t> find(byte_reader in, std::size_t most) noexcept;

    void restart() noexcept { searched_ = 0; }

private:
    std::size_t searched_ = 0;
};

// The text of the line's `size` bytes at which `in` stands: in place, or copied to `scratch`.
std::string_view line_text(byte_reader in, std::size_t size, std::string& scratch);

// Digits, perhaps with a sign, and nothing else.
std::optional<std::int64_t> to_integer(std::string_view text) noexcept;

// A length in a line up to its LF: digits, perhaps behind a minus, and a CR.
std::optional<std::int64_t> to_length(std::string_view line) noexcept;

// A length that is not negative; one that no memory has stays one that none has.
inline std::size_t to_size(std::int64_t length) noexcept {
    constexpr auto most = std::numeric_limits<std::size_t>::max() / 4;
    return static_cast<std::size_t>(
        std::min<std::uint64_t>(static_cast<std::uint64_t>(length), most));
}

inline std::size_t line_limit(const resp_options& options) noexcept {
    return std::max<std::size_t>(options.max_line_size, 32);
}

// Empties what serves one frame after another. What a far larger frame took is given back.
template <class T>
void empty_for_reuse(std::vector<T>& values) {
    constexpr std::size_t small = 1024;
    if (values.capacity() > small && values.size() < values.capacity() / 8)
        std::vector<T>().swap(values);
    values.clear();
}

} // namespace sluice::detail
