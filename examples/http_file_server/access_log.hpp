// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "answer.hpp"
#include "service.hpp"

#include <string>

namespace file_server {

/// The client's address, or "-" when it is gone already.
std::string peer_name(const stream_socket& socket);

/// A line in the common log format, on standard error.
void log_request(const std::string& peer, const boost::beast::http::request_header<>& request,
                 const answer& reply);

} // namespace file_server
