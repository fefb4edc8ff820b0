// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "room.hpp"
#include "support/listener.hpp"

#include <chrono>
#include <list>
#include <string>
#include <vector>

namespace line_chat {

/// Listens, and lets clients into a room.
class server {
public:
    /// Listens on each address of the settings, which it keeps a reference to. Throws
    /// `boost::system::system_error`.
    server(boost::asio::io_context& context, const options& settings);

    /// Stops accepting, and lets each client end in order; those that cannot end are let go after a
    /// moment. Then the context runs out of work.
    void stop();

    /// Where it listens: `127.0.0.1:80`, `unix:/path`.
    const std::vector<std::string>& where() const noexcept { return listener_.where(); }

private:
    awaitable<> accept_from(acceptor& source);
    void welcome(stream_socket socket);

    boost::asio::io_context& context_;
    room room_;
    support::listener listener_;
    std::list<session*> sessions_;
    timer grace_;
    bool stopping_ = false;
};

} // namespace line_chat
