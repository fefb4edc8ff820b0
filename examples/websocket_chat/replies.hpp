// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include <optional>

namespace websocket_chat {

using request = boost::beast::http::request<boost::beast::http::empty_body>;
using reply = boost::beast::http::response<boost::beast::http::string_body>;

/// Whether it asks for the WebSocket.
bool wants_chat(const request& asked);

/// Browsers tell of which site the page is that opens a WebSocket: none but ours may.
bool is_of_this_site(const request& asked);

/// The page, or why there is none.
reply reply_to(const request& asked, bool keep_alive);

reply refusal(boost::beast::http::status why);

/// What to tell a client whose request could not be read; nothing if it would not be heard.
std::optional<boost::beast::http::status> refusal_of(sluice::error_code ec, bool got_some);

} // namespace websocket_chat
