// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "options.hpp"
#include <sluice/stream/system_stream.hpp>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstdint>
#include <optional>

namespace pipe_view {

using executor = boost::asio::io_context::executor_type;
using stream = sluice::basic_system_stream<executor>;
template <class T = void>
using awaitable = boost::asio::awaitable<T, executor>;

/// Copies streams to one, one after the other.
class transfer {
public:
    transfer(const options& settings, stream& to) : settings_(settings), to_(to) {}

    /// The next one.
    awaitable<sluice::error_code> copy(stream& from);

    /// Bytes, or lines, so far.
    std::uint64_t done() const noexcept { return before_ + now_; }

private:
    awaitable<sluice::error_code> copy_bytes(stream& from);
    awaitable<sluice::error_code> copy_slowly(stream& from);
    awaitable<sluice::error_code> copy_lines(stream& from);
    std::uint64_t piece_size() const noexcept;
    void spend(std::uint64_t bytes);
    awaitable<> wait_for_allowance();

    const options& settings_;
    stream& to_;
    std::uint64_t before_ = 0, now_ = 0;
    std::chrono::steady_clock::time_point next_ = {}; // when the rate allows a piece
};

/// How many bytes there are to be read, if that is known.
std::optional<std::uint64_t> size_of(stream& source);

} // namespace pipe_view
