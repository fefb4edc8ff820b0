// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// What one writes with Asio alone: a buffer in each direction, read, write all, again.
#include "p6_relay/relays.hpp"

#include <boost/asio/write.hpp>

#include <vector>

namespace bench {

namespace {

class direction : public std::enable_shared_from_this<direction> {
public:
    direction(sockets both, tcp_socket& from, tcp_socket& to, std::size_t size)
        : both_(std::move(both))
        , from_(from)
        , to_(to)
        , memory_(size) {}

    void read() {
        from_.async_read_some(asio::buffer(memory_),
                              [self = shared_from_this()](error_code ec, std::size_t n) {
                                  if (!ec)
                                      return self->write(n);
                                  error_code ignored;
                                  self->to_.shutdown(asio::socket_base::shutdown_send, ignored);
                              });
    }

private:
    void write(std::size_t n) {
        asio::async_write(to_, asio::buffer(memory_, n),
                          [self = shared_from_this()](error_code ec, std::size_t) {
                              if (!ec)
                                  self->read();
                          });
    }

    sockets both_;
    tcp_socket& from_;
    tcp_socket& to_;
    std::vector<char> memory_;
};

void start(const sockets& both, std::size_t size) {
    std::make_shared<direction>(both, both->client, both->target, size)->read();
    std::make_shared<direction>(both, both->target, both->client, size)->read();
}

} // namespace

void relay_asio_64k(sockets both) {
    start(both, 64 * 1024);
}
void relay_asio_16k(sockets both) {
    start(both, 16 * 1024);
}

} // namespace bench
