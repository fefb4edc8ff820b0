// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Both far ends of a relay, as cheap as they can be: pages of a file in memory are sent, and what
// arrives is dropped inside the kernel, so that the relay is what takes time.
#include "p6_relay/relays.hpp"

#include <boost/asio/connect.hpp>

#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <iostream>
#include <string>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

namespace bench {

namespace {

using clock = std::chrono::steady_clock;
constexpr std::size_t piece = 1 << 20;

[[noreturn]] void fail(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

int pages() {
    const int file = ::memfd_create("p6", MFD_CLOEXEC);
    const std::string bytes(piece, 'x');
    if (file < 0 || ::write(file, bytes.data(), bytes.size()) != static_cast<ssize_t>(piece))
        fail("memfd");
    return file;
}

class sender {
public:
    sender(tcp_socket socket, int file) : socket_(std::move(socket)), file_(file) {
        socket_.non_blocking(true);
    }
    void send() {
        off_t from = 0;
        if (::sendfile(socket_.native_handle(), file_, &from, piece) < 0 && errno != EAGAIN)
            fail("sendfile");
        socket_.async_wait(tcp_socket::wait_write, [this](error_code ec) {
            if (!ec)
                send();
        });
    }

private:
    tcp_socket socket_;
    int file_;
};

class receiver {
public:
    receiver(tcp_socket socket, std::uint64_t& total) : socket_(std::move(socket)), total_(total) {
        socket_.non_blocking(true);
    }
    void receive() {
        const ssize_t n =
            ::recv(socket_.native_handle(), nullptr, 8 * piece, MSG_TRUNC | MSG_DONTWAIT);
        if (n > 0)
            total_ += static_cast<std::uint64_t>(n);
        else if (n == 0 || errno != EAGAIN)
            fail("recv");
        socket_.async_wait(tcp_socket::wait_read, [this](error_code ec) {
            if (!ec)
                receive();
        });
    }

private:
    tcp_socket socket_;
    std::uint64_t& total_;
};

} // namespace

int drive(int, char** argv) {
    const auto clients = std::stoul(argv[2]);
    const auto time = std::chrono::milliseconds(std::stoul(argv[3]));
    asio::io_context sending{1}, receiving{1};
    asio::basic_socket_acceptor<asio::ip::tcp, executor> target(
        receiving, {asio::ip::address_v4::loopback(), 0});
    std::cout << target.local_endpoint().port() << std::endl;
    unsigned short relay = 0;
    std::cin >> relay;

    const int file = pages();
    std::uint64_t total = 0;
    std::vector<std::unique_ptr<sender>> senders;
    std::vector<std::unique_ptr<receiver>> receivers;
    for (std::size_t i = 0; i != clients; ++i) {
        tcp_socket one(sending);
        one.connect({asio::ip::address_v4::loopback(), relay});
        senders.push_back(std::make_unique<sender>(std::move(one), file));
        receivers.push_back(std::make_unique<receiver>(target.accept(), total));
    }
    const auto begin = clock::now();
    std::jthread other([&] {
        for (auto& one : senders)
            one->send();
        sending.run_for(time);
    });
    for (auto& one : receivers)
        one->receive();
    receiving.run_for(time);
    const std::chrono::duration<double> took = clock::now() - begin;
    std::cout << total << ' ' << took.count() << std::endl;
    return 0;
}

} // namespace bench
