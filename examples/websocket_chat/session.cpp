// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "session.hpp"

#include <sluice/http/read.hpp>
#include <sluice/http/write.hpp>
#include <sluice/stream/cancel_after.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include <algorithm>
#include <tuple>

namespace websocket_chat {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using namespace std::chrono_literals;
using namespace asio::experimental::awaitable_operators;

namespace {

constexpr auto farewell = 2s; // for a client to take what was last sent, and to close
constexpr std::uint32_t longest_header = 8 * 1024;
constexpr std::size_t longest_name = 40;

sluice::connection_options connection_options() {
    sluice::connection_options result;
    // Nobody talks for ever without the others having their turn.
    result.input.writer_resumption = sluice::resumption::post;
    return result;
}

bool is_name(std::string_view text) {
    return !text.empty() && text.size() <= longest_name &&
           std::ranges::none_of(text, [](unsigned char c) { return c <= ' ' || c == 0x7f; });
}

} // namespace

session::session(stream_socket socket, room& where, const options& settings)
    : room_(where)
    , settings_(settings)
    , link_(std::move(socket), connection_options())
    , news_(link_.get_executor(), clock::time_point::max()) {}

awaitable<> session::run() {
    co_await (move_bytes() && serve());
}

awaitable<> session::move_bytes() {
    co_await link_.async_run(awaited);
}

awaitable<> session::serve() {
    for (bool more = true; more;)
        more = co_await exchange();
    link_.output().complete();
    const auto [slow] =
        co_await link_.output().async_wait_drained(sluice::cancel_after(farewell, awaited));
    if (slow)
        link_.cancel();
    link_.input().complete(); // the connection lingers until the client closes, or for a moment
}

awaitable<bool> session::exchange() {
    http::request_parser<http::empty_body> parser;
    parser.header_limit(longest_header);
    const auto [ec, size] = co_await sluice::http::async_read(
        link_.input(), parser, sluice::cancel_after(settings_.request_timeout, awaited));
    if (ec) {
        const auto refused = refusal_of(ec, parser.got_some());
        if (refused && !parting_)
            co_await answer(refusal(*refused));
        co_return false;
    }
    const request& asked = parser.get();
    if (!wants_chat(asked))
        co_return co_await answer(reply_to(asked, !parting_));
    if (!is_of_this_site(asked))
        co_return co_await answer(refusal(http::status::forbidden));
    if (room_.is_full())
        co_return co_await answer(refusal(http::status::service_unavailable));
    co_await join(asked);
    co_return false;
}

awaitable<bool> session::answer(const reply& what) {
    if (!sluice::http::write(link_.output(), what))
        co_return false;
    const auto [ec] =
        co_await link_.output().flush(sluice::cancel_after(settings_.request_timeout, awaited));
    co_return !ec && what.keep_alive();
}

// What the parser of the request has left in the pipe, such as the first messages, the WebSocket
// reads.
awaitable<> session::join(const request& asked) {
    using beast::websocket::stream_base;
    socket_.emplace(link_.input(), link_.output());
    beast::websocket::permessage_deflate compression;
    compression.server_enable = true;
    compression.server_max_window_bits = 12; // enough for talk, and little for each of many
    compression.msg_size_threshold = 64;
    socket_->set_option(compression);
    stream_base::timeout limits = {farewell, settings_.idle_timeout, true};
    socket_->set_option(limits);
    socket_->read_message_max(settings_.max_message);
    const auto [ec] = co_await socket_->async_accept(asked, awaited);
    if (ec) // it was told why
        co_return;
    const room::place place = room_.join(*this);
    co_await (hear() && deliver());
    room_.leave(place, reason_);
}

awaitable<> session::hear() {
    beast::flat_buffer memory;
    while (!over_ && !parting_) {
        const auto [ec, size] = co_await socket_->async_read(memory, awaited);
        if (ec == beast::websocket::error::message_too_big)
            reason_ = "talked too much";
        if (ec)
            over_ = true;
        else if (!socket_->got_text())
            part(close_code::unknown_data);
        else
            obey({static_cast<const char*>(memory.cdata().data()), memory.size()});
        memory.consume(memory.size());
    }
    news_.cancel();
}

awaitable<> session::deliver() {
    sluice::error_code ec;
    while (!ec && !over_) {
        if (!outbox_.empty()) {
            const message next = outbox_.front();
            std::tie(ec, std::ignore) = co_await socket_->async_write(asio::buffer(*next), awaited);
            waiting_ -= next->size();
            outbox_.pop_front();
        } else if (parting_) {
            std::tie(ec) = co_await socket_->async_close(*parting_, awaited);
            over_ = true;
        } else {
            co_await news_.async_wait(awaited);
        }
    }
    if (ec && ec != asio::error::operation_aborted) // which tells that it is being closed
        link_.cancel();
}

void session::obey(std::string_view text) {
    const auto space = std::min(text.find(' '), text.size());
    const std::string_view command = text.substr(0, space);
    const std::string_view rest = text.substr(std::min(space + 1, text.size()));
    if (command == "say" && !rest.empty())
        room_.say(*this, rest);
    else if (command == "name")
        rename(rest);
    else
        part(close_code::policy_error);
}

void session::rename(std::string_view wanted) {
    std::string_view trouble;
    if (!is_name(wanted))
        trouble = "note a name has up to 40 bytes, and no space";
    else if (wanted != name && !room_.rename(*this, wanted))
        trouble = "note this is the name of somebody else";
    if (!trouble.empty() && !tell(std::make_shared<const std::string>(trouble)))
        let_go();
}

bool session::tell(const message& what) {
    if (over_ || parting_)
        return true;
    outbox_.push_back(what);
    waiting_ += what->size();
    news_.cancel();
    return waiting_ <= settings_.output_limit;
}

void session::let_go() {
    reason_ = "was too slow";
    over_ = true;
    link_.cancel();
}

void session::part(close_code why) {
    if (!parting_)
        parting_ = why;
    news_.cancel();
}

void session::close() {
    part(close_code::going_away);
    if (!socket_)
        link_.input().cancel_pending_read();
}

} // namespace websocket_chat
