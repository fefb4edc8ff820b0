// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>

#include <boost/beast/http/message.hpp>
#include <boost/beast/http/status.hpp>

#include <optional>
#include <string_view>

namespace file_server {

/// Whether the client waits for "100 Continue" before it sends the body.
bool expects_continue(const boost::beast::http::request_header<>& request);

/// The status for a request whose body is not going to be read. Nothing, if it is.
std::optional<boost::beast::http::status>
refusal_of_body(const boost::beast::http::request_header<>& request, bool chunked);

/// The status for a request that could not be read, as far as it is known. Nothing, if the fault is
/// not the request's, or there is none. `unread_line`: what the parser did not take, up to its
/// first newline.
std::optional<boost::beast::http::status>
refusal_of_error(const sluice::error_code& reason,
                 const boost::beast::http::request_header<>& request, std::string_view unread_line);

/// The status for a file or directory that could not be opened or read.
boost::beast::http::status refusal_of_file(const sluice::error_code& reason);

} // namespace file_server
