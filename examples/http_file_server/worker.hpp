// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "connection_limit.hpp"
#include "service.hpp"

#include <list>

namespace file_server {

/// One thread of the server: an io_context, acceptors, and the sessions they led to.
class worker {
public:
    worker(const options& settings, const document_root& root, tls_identity* tls,
           connection_limit& limit);

    /// Listens, and returns where. With `shared`, other workers may listen there, too; `first` is
    /// false for those. Throws `boost::system::system_error`.
    endpoint listen(const endpoint& at, bool shared, bool first);

    /// Listens at the local sockets of another worker. Throws likewise.
    void listen_with(worker& other);

    /// Serves until it was drained.
    void run() { context_.run(); }

    /// Stops accepting; requests in flight may finish within the drain timeout. Any thread may call
    /// it.
    void drain();

    /// Once it has run.
    const statistics& served() const noexcept { return service_.served; }

private:
    void start_accepting(acceptor source);
    awaitable<> accept_from(acceptor& source);
    awaitable<> wait_for_room();
    void start_session(stream_socket socket);
    void end_session();
    void cancel_all();

    boost::asio::io_context context_{1};
    deadlines clock_;
    turns pipelining_;
    service service_;
    connection_limit& limit_;
    std::list<acceptor> acceptors_;
    timer room_;
    timer grace_;
};

} // namespace file_server
