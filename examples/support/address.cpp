// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "address.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace support {

namespace asio = boost::asio;
using asio::ip::tcp;
using local = asio::local::stream_protocol;

namespace {

constexpr std::string_view local_prefix = "unix:";

bool is_number(std::string_view text) {
    return std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::vector<endpoint> looked_up(const address& one, tcp::resolver::flags how) {
    asio::io_context context;
    std::vector<endpoint> all;
    for (const auto& entry : tcp::resolver(context).resolve(one.host, one.port, how))
        all.emplace_back(entry.endpoint());
    return all;
}

std::invalid_argument refusal(std::string_view text, const char* why) {
    return std::invalid_argument("'" + std::string(text) + "' " + why);
}

std::string parse_path(std::string_view text) {
    const std::string_view path = text.substr(local_prefix.size());
    if (path.empty())
        throw refusal(text, "has no path");
    if (path.size() >= sizeof(sockaddr_un::sun_path))
        throw refusal(text, "is too long a path for a socket");
    return std::string(path);
}

tcp::endpoint as_tcp(const endpoint& one) {
    tcp::endpoint result;
    result.resize(one.size());
    std::memcpy(result.data(), one.data(), one.size());
    return result;
}

} // namespace

std::string address::text() const {
    if (is_local())
        return std::string(local_prefix) + path;
    const bool bracketed = host.find(':') != std::string::npos;
    return (bracketed ? '[' + host + ']' : host) + ':' + port;
}

address parse_address(std::string_view text) {
    const auto refuse = [text](const char* why) { return refusal(text, why); };
    address result;
    if (text.starts_with(local_prefix)) {
        result.path = parse_path(text);
        return result;
    }
    const auto colon = text.rfind(':');
    if (colon == text.npos)
        throw refuse("has no port: host:port, [v6]:port or unix:/path is wanted");
    std::string_view host = text.substr(0, colon);
    result.port = text.substr(colon + 1);
    if (host.starts_with('[') && host.ends_with(']'))
        host = host.substr(1, host.size() - 2);
    else if (host.find(':') != host.npos)
        throw refuse("has more than one colon: write [v6]:port");
    result.host = host;
    if (result.port.empty())
        throw refuse("has no port");
    if (is_number(result.port) && (result.port.size() > 5 || std::stoul(result.port) > 65535))
        throw refuse("has a port above 65535");
    return result;
}

address address_of(std::string_view name, std::uint16_t port) {
    address result;
    if (name.starts_with(local_prefix)) {
        result.path = parse_path(name);
    } else {
        result.host = name;
        result.port = std::to_string(port);
    }
    return result;
}

std::vector<endpoint> without_lookup(const address& one) {
    if (one.is_local())
        return {local::endpoint(one.path)};
    boost::system::error_code ec;
    const auto ip = asio::ip::make_address(one.host, ec);
    if (ec || !is_number(one.port))
        return {};
    return {tcp::endpoint(ip, static_cast<unsigned short>(std::stoul(one.port)))};
}

std::vector<endpoint> endpoints_to_listen(const address& where) {
    auto known = without_lookup(where);
    return known.empty() ? looked_up(where, tcp::resolver::passive) : known;
}

std::vector<endpoint> endpoints_to_call(const address& whom) {
    auto known = without_lookup(whom);
    return known.empty() ? looked_up(whom, {}) : known;
}

std::string text_of(const endpoint& one) {
    if (is_local(one)) {
        const std::string path = path_of(one);
        return path.empty() ? "unix" : std::string(local_prefix) + path;
    }
    const tcp::endpoint ip = as_tcp(one);
    return address{ip.address().to_string(), std::to_string(ip.port()), {}}.text();
}

std::string host_of(const endpoint& one) {
    return is_local(one) ? text_of(one) : as_tcp(one).address().to_string();
}

std::uint16_t port_of(const endpoint& one) {
    return is_local(one) ? 0 : as_tcp(one).port();
}

endpoint with_port(const endpoint& one, std::uint16_t port) {
    if (is_local(one))
        return one;
    tcp::endpoint changed = as_tcp(one);
    changed.port(port);
    return changed;
}

std::string path_of(const endpoint& one) {
    local::endpoint named;
    std::memcpy(named.data(), one.data(), one.size());
    named.resize(one.size()); // and looks at what is there: the system may count a NUL, too
    return named.path();
}

bool is_local(const endpoint& one) noexcept {
    return one.data()->sa_family == AF_UNIX;
}

} // namespace support
