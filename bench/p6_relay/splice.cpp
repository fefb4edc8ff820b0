// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// As little work as there can be: the kernel hands pages from socket to pipe to socket.
#include "p6_relay/relays.hpp"

#include <cerrno>
#include <fcntl.h>
#include <system_error>
#include <unistd.h>

namespace bench {

namespace {

class direction : public std::enable_shared_from_this<direction> {
public:
    direction(sockets both, tcp_socket& from, tcp_socket& to)
        : both_(std::move(both))
        , from_(from)
        , to_(to) {
        if (::pipe2(pipe_, O_NONBLOCK | O_CLOEXEC) != 0)
            throw std::system_error(errno, std::generic_category(), "pipe2");
        ::fcntl(pipe_[1], F_SETPIPE_SZ, capacity);
        from_.non_blocking(true);
        to_.non_blocking(true);
    }
    ~direction() {
        ::close(pipe_[0]);
        ::close(pipe_[1]);
    }

    void go_on() {
        for (int i = 0; i != most_in_a_row; ++i) {
            if (held_ == 0) {
                const ssize_t n = move(from_.native_handle(), pipe_[1], capacity);
                if (n < 0 && errno == EAGAIN)
                    return wait(from_, tcp_socket::wait_read);
                if (n <= 0)
                    return end();
                held_ = static_cast<std::size_t>(n);
            }
            const ssize_t n = move(pipe_[0], to_.native_handle(), held_);
            if (n < 0 && errno == EAGAIN)
                return wait(to_, tcp_socket::wait_write);
            if (n <= 0)
                return end();
            held_ -= static_cast<std::size_t>(n);
        }
        wait(to_, tcp_socket::wait_write);
    }

private:
    static constexpr int capacity = 1 << 20;
    static constexpr int most_in_a_row = 16;

    static ssize_t move(int from, int to, std::size_t count) {
        return ::splice(from, nullptr, to, nullptr, count, SPLICE_F_MOVE | SPLICE_F_NONBLOCK);
    }
    void wait(tcp_socket& socket, tcp_socket::wait_type what) {
        socket.async_wait(what, [self = shared_from_this()](error_code ec) {
            if (!ec)
                self->go_on();
        });
    }
    void end() {
        error_code ignored;
        to_.shutdown(asio::socket_base::shutdown_send, ignored);
    }

    sockets both_;
    tcp_socket& from_;
    tcp_socket& to_;
    int pipe_[2];
    std::size_t held_ = 0;
};

} // namespace

void relay_splice(sockets both) {
    std::make_shared<direction>(both, both->client, both->target)->go_on();
    std::make_shared<direction>(both, both->target, both->client)->go_on();
}

} // namespace bench
