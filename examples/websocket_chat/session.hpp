// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "network.hpp"
#include "options.hpp"
#include "replies.hpp"
#include "room.hpp"

#include <boost/beast/websocket.hpp>

#include <deque>
#include <optional>
#include <string>
#include <string_view>

namespace websocket_chat {

/// One client: answers its HTTP requests, until one of them makes a WebSocket of the connection;
/// then takes messages out of that, and says them to the room.
///
/// What a client sends begins with a word, too: `say TEXT` or `name NAME`.
class session {
public:
    session(stream_socket socket, room& where, const options& settings);
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    /// Completes when the connection has ended.
    awaitable<> run();

    /// Adds a message to what the client is to get. False if the client is too slow: as much as
    /// it may leave unread is unread.
    bool tell(const message& what);
    /// Ends at once, for being too slow.
    void let_go();

    /// Ends in order.
    void close();
    /// Ends at once.
    void cancel() { link_.cancel(); }

    std::string name;

private:
    using websocket = boost::beast::websocket::stream<piped_stream>;
    using close_code = boost::beast::websocket::close_code;

    awaitable<> move_bytes();
    awaitable<> serve();
    awaitable<bool> exchange(); // false: it was the last
    awaitable<bool> answer(const reply& what);
    awaitable<> join(const request& asked);
    awaitable<> hear();
    awaitable<> deliver();
    void obey(std::string_view text);
    void rename(std::string_view wanted);
    void part(close_code why);

    room& room_;
    const options& settings_;
    connection link_;
    std::optional<websocket> socket_;
    std::deque<message> outbox_;
    std::size_t waiting_ = 0; // bytes in there
    timer news_;              // cancelled when there are any
    std::optional<close_code> parting_;
    std::string_view reason_ = "has left";
    bool over_ = false;
};

} // namespace websocket_chat
