// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "session.hpp"

#include <sluice/stream/cancel_after.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <chrono>

namespace line_chat {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto farewell = 2s; // for a client to take its last lines
constexpr std::size_t longest_name = 20;

sluice::connection_options connection_options(const options& settings) {
    sluice::connection_options result;
    // Nobody talks for ever without the others having their turn.
    result.input.writer_resumption = sluice::resumption::post;
    // A writer that pauses has as much unread as the client may leave so.
    result.output.pause_threshold = settings.output_limit;
    return result;
}

sluice::line_decoder decoder(const options& settings) {
    sluice::line_options result;
    result.max_size = settings.max_line;
    return sluice::line_decoder(result);
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= longest_name &&
           std::ranges::all_of(text, [](char c) { return c > ' ' && c <= '~'; });
}

} // namespace

session::session(stream_socket socket, room& where)
    : room_(where)
    , link_(std::move(socket), connection_options(where.settings))
    , lines_(link_.input(), decoder(where.settings)) {}

awaitable<> session::run() {
    using namespace asio::experimental::awaitable_operators;
    co_await (move_bytes() && converse());
}

awaitable<> session::move_bytes() {
    co_await link_.async_run(awaited);
}

awaitable<> session::converse() {
    const room::place place = room_.join(*this);
    answer({"welcome, ", name, ": say something, or /nick NAME, /who, /quit"});
    sluice::error_code ec;
    while (!ec && !quits_) {
        auto line = lines_.try_next();
        if (!line && line.error() == asio::error::would_block) {
            room_.flush(); // all that came together
            const auto [error, next] = co_await lines_.async_next(awaited);
            if (error)
                line = error;
            else
                line = next;
        }
        if (line)
            hear(*line);
        else
            ec = line.error();
    }
    if (ec == sluice::errc::frame_too_large)
        answer({"the line is too long"});
    room_.leave(place, reason(ec));
    link_.output().complete();
    const auto [slow] =
        co_await link_.output().async_wait_drained(sluice::cancel_after(farewell, awaited));
    if (slow)
        link_.cancel();
    lines_.release();
    link_.input().complete(); // the connection lingers until the client closes, or for a moment
}

std::string_view session::reason(sluice::error_code ec) const {
    if (too_slow_)
        return "was too slow";
    if (ec == sluice::errc::frame_too_large)
        return "talked too much";
    if (ec == asio::error::operation_aborted)
        return {};
    if (!ec || ec == asio::error::eof)
        return "has left";
    return "is gone";
}

void session::hear(const sluice::readable_buffer& line) {
    if (line.empty())
        return;
    if (line.peek() != std::byte{'/'})
        return room_.say({text("<"), text(name), text("> "), line}, this);
    const std::string words = line.to_string();
    const auto space = std::min(words.find(' '), words.size());
    const auto argument = std::min(words.find_first_not_of(' ', space), words.size());
    obey(std::string_view(words).substr(0, space), std::string_view(words).substr(argument));
}

void session::obey(std::string_view command, std::string_view argument) {
    if (command == "/nick")
        rename(argument);
    else if (command == "/who")
        answer({room_.names()});
    else if (command == "/quit")
        quits_ = true;
    else
        answer({"there is no command ", command});
}

void session::rename(std::string_view wanted) {
    if (!is_name(wanted))
        return answer({"a name has up to 20 letters, digits and signs, and no space"});
    if (room_.is_taken(wanted))
        return answer({wanted, " is somebody else"});
    room_.say({text("* "), text(name), text(" is now "), text(wanted)});
    name = wanted;
}

void session::answer(std::initializer_list<std::string_view> parts) {
    room_.deliver(); // what was said before
    link_.output().write(text("* "));
    for (const std::string_view part : parts)
        link_.output().write(text(part));
    link_.output().write(text("\n"));
}

bool session::flush() {
    if (too_slow_ || link_.output().unflushed() == 0)
        return true;
    const auto sent = link_.output().try_flush();
    return sent || sent.error() != asio::error::would_block;
}

void session::let_go() {
    too_slow_ = true;
    link_.cancel();
}

} // namespace line_chat
