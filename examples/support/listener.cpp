// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "listener.hpp"

#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/local/stream_protocol.hpp>

#include <sys/socket.h>
#include <sys/stat.h>

#include <unistd.h>
#include <utility>

namespace support {

namespace asio = boost::asio;
using boost::system::error_code;
using boost::system::system_error;

namespace {

bool is_socket(const std::string& path) {
    struct stat found {};
    return ::lstat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode);
}

// The file of a local socket that nobody listens at any more stands in the way. Any other file is
// left alone: connections to it are refused, too.
void remove_stale(const endpoint& at) {
    if (!is_socket(path_of(at)))
        return;
    asio::io_context context;
    stream_socket probe(context);
    error_code ec;
    probe.connect(at, ec);
    if (ec == asio::error::connection_refused)
        ::unlink(path_of(at).c_str());
}

bool is_missing_here(const error_code& ec) {
    return ec == asio::error::address_family_not_supported ||
           ec == boost::system::errc::address_not_available;
}

// Without the line of Asio that it comes from.
system_error named(const error_code& ec, const address& where) {
    return system_error(error_code(ec.value(), ec.category()), where.text());
}

} // namespace

acceptor bind_acceptor(asio::io_context& context, const endpoint& at,
                       const std::function<void(acceptor&)>& before_bind) {
    acceptor result(context, at.protocol());
    if (is_local(at))
        remove_stale(at);
    else
        result.set_option(asio::socket_base::reuse_address(true));
    if (at.data()->sa_family == AF_INET6)
        result.set_option(asio::ip::v6_only(true));
    if (before_bind)
        before_bind(result);
    result.bind(at);
    return result;
}

void close_acceptor(acceptor& one) noexcept {
    error_code ec;
    const endpoint at = one.local_endpoint(ec);
    if (!ec && is_local(at))
        ::unlink(path_of(at).c_str());
    one.close(ec);
}

void for_each_endpoint(const address& where, const std::function<void(const endpoint&)>& open) {
    error_code failure;
    bool opened = false;
    try {
        for (const endpoint& one : endpoints_to_listen(where)) {
            try {
                open(one);
                opened = true;
            } catch (const system_error& e) {
                if (!is_missing_here(e.code()))
                    throw;
                failure = e.code();
            }
        }
    } catch (const system_error& e) {
        throw named(e.code(), where);
    }
    if (!opened)
        throw named(failure, where);
}

listener::listener(asio::io_context& context, std::function<void(acceptor&)> before_bind)
    : context_(context)
    , before_bind_(std::move(before_bind)) {}

void listener::listen(const address& where) {
    for_each_endpoint(where, [this](const endpoint& one) {
        acceptors_.push_back(
            bind_acceptor(context_, port_of(one) == 0 ? with_port(one, port_) : one, before_bind_));
        acceptors_.back().listen();
        const endpoint here = acceptors_.back().local_endpoint();
        where_.push_back(text_of(here));
        if (!is_local(here))
            port_ = port_of(here);
    });
}

void listener::listen(const std::vector<std::string>& names, std::uint16_t port) {
    for (const std::string& name : names)
        listen(address_of(name, port));
    if (!names.empty())
        return;
    listen(address_of("127.0.0.1", port));
    try {
        listen(address_of("::1", port));
    } catch (const system_error& e) {
        if (!is_missing_here(e.code()))
            throw;
    }
}

void listener::close() noexcept {
    for (acceptor& one : acceptors_)
        close_acceptor(one);
}

} // namespace support
