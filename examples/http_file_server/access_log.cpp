// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "access_log.hpp"

#include "escape.hpp"
#include "support/address.hpp"

#include <cstdio>
#include <ctime>

namespace file_server {

std::string peer_name(const stream_socket& socket) {
    boost::system::error_code ec;
    const auto peer = socket.remote_endpoint(ec);
    return ec ? "-" : support::host_of(peer);
}

void log_request(const std::string& peer, const boost::beast::http::request_header<>& request,
                 const answer& reply) {
    const std::time_t now = std::time(nullptr);
    std::tm utc = {};
    gmtime_r(&now, &utc);
    char date[64];
    std::strftime(date, sizeof(date), "%d/%b/%Y:%H:%M:%S +0000", &utc);

    std::string line = peer + " - - [" + date + "] \"";
    if (!request.target().empty()) {
        line += log_escaped(request.method_string()) + " " + log_escaped(request.target()) +
                (request.version() == 10 ? " HTTP/1.0" : " HTTP/1.1");
    }
    line += "\" " + std::to_string(reply.head.result_int()) + " " +
            std::to_string(reply.text.size() + reply.file_length) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr); // one write: stderr has no buffer
}

} // namespace file_server
