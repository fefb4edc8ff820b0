// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "transfer.hpp"

#include <sluice/stream/pump.hpp>
#include <sluice/stream/stream_reader.hpp>
#include <sluice/stream/stream_writer.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <sys/stat.h>

#include <algorithm>
#include <unistd.h>

namespace pipe_view {

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using clock = std::chrono::steady_clock;

constexpr asio::as_tuple_t<asio::use_awaitable_t<executor>> awaited{};
constexpr auto tick = 50ms; // of a limited rate

} // namespace

awaitable<sluice::error_code> transfer::copy(stream& from) {
    before_ += now_;
    now_ = 0;
    if (settings_.lines)
        co_return co_await copy_lines(from);
    if (settings_.rate_limit != 0)
        co_return co_await copy_slowly(from);
    co_return co_await copy_bytes(from);
}

// [async_pump
// The system may do it all.
awaitable<sluice::error_code> transfer::copy_bytes(stream& from) {
    sluice::pump_progress report;
    report.callback = [this](std::uint64_t n) { now_ = n; };
    report.interval = 50ms;
    const sluice::pump_options how{.complete_sink = false, .progress = &report};
    const auto [ec, n] = co_await sluice::async_pump(from, to_, how, awaited);
    now_ = n;
    co_return ec;
}
// async_pump]

// Tick by tick, as much as the time that has passed allows.
awaitable<sluice::error_code> transfer::copy_slowly(stream& from) {
    for (;;) {
        co_await wait_for_allowance();
        const sluice::pump_options how{.complete_sink = false, .byte_limit = piece_size()};
        const auto [ec, n] = co_await sluice::async_pump(from, to_, how, awaited);
        now_ += n;
        spend(n);
        if (ec || n < piece_size())
            co_return ec;
    }
}

awaitable<sluice::error_code> transfer::copy_lines(stream& from) {
    sluice::stream_reader in(from);
    sluice::stream_writer out(to_);
    for (;;) {
        const auto [ec, arrived] = co_await in.async_read(awaited);
        if (ec)
            co_return ec == asio::error::eof ? sluice::error_code() : ec;
        sluice::readable_buffer bytes = arrived.buffer;
        if (settings_.rate_limit != 0) {
            co_await wait_for_allowance();
            bytes = bytes.slice(0, piece_size());
            spend(bytes.size());
        }
        std::uint64_t lines = 0;
        for (const asio::const_buffer& piece : bytes) {
            const auto* const text = static_cast<const char*>(piece.data());
            lines += static_cast<std::uint64_t>(std::count(text, text + piece.size(), '\n'));
        }
        out.append(bytes.preserve());
        in.consume(bytes.size());
        const auto [failure] = co_await out.flush(awaited);
        if (failure)
            co_return failure;
        now_ += lines;
    }
}

std::uint64_t transfer::piece_size() const noexcept {
    return std::max<std::uint64_t>(1, settings_.rate_limit / (1s / tick));
}

// Of the time before, one tick counts: enough for a timer that was late, and no more after a pause.
void transfer::spend(std::uint64_t bytes) {
    const std::chrono::duration<double> takes(static_cast<double>(bytes) /
                                              static_cast<double>(settings_.rate_limit));
    next_ =
        std::max(next_, clock::now() - tick) + std::chrono::duration_cast<clock::duration>(takes);
}

awaitable<> transfer::wait_for_allowance() {
    asio::basic_waitable_timer<clock, asio::wait_traits<clock>, executor> timer(to_.get_executor());
    timer.expires_at(next_);
    co_await timer.async_wait(awaited);
}

std::optional<std::uint64_t> size_of(stream& source) {
    struct stat status {};
    if (source.kind() != sluice::descriptor_kind::file ||
        ::fstat(source.native_handle(), &status) != 0)
        return std::nullopt;
    const off_t position = ::lseek(source.native_handle(), 0, SEEK_CUR);
    return static_cast<std::uint64_t>(std::max<off_t>(0, status.st_size - position));
}

} // namespace pipe_view
