// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// As quick as a loop can be that only looks for the ends of requests, and answers all of a read
// with one write of bytes made beforehand.
#include "p4_http/server.hpp"

#include <boost/asio/write.hpp>

#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bench {

namespace {

constexpr std::string_view answer = "HTTP/1.1 200 OK\r\n"
                                    "Server: bench\r\n"
                                    "Content-Type: text/plain\r\n"
                                    "Content-Length: 13\r\n"
                                    "\r\n"
                                    "Hello, World!";

class session : public std::enable_shared_from_this<session> {
public:
    explicit session(tcp_socket socket) : socket_(std::move(socket)), input_(64 * 1024) {}

    void read() {
        socket_.async_read_some(asio::buffer(input_) + held_,
                                [self = shared_from_this()](error_code ec, std::size_t n) {
                                    if (!ec)
                                        self->answer_all(n);
                                });
    }

private:
    void answer_all(std::size_t n) {
        constexpr std::string_view end_of_request = "\r\n\r\n";
        held_ += n;
        std::string_view rest(input_.data(), held_);
        output_.clear();
        for (std::size_t end; (end = rest.find(end_of_request)) != rest.npos;) {
            if (!rest.starts_with("GET "))
                return;
            rest.remove_prefix(end + end_of_request.size());
            output_ += answer;
            ++answered;
        }
        held_ = rest.size();
        if (held_ == input_.size())
            return;
        std::memmove(input_.data(), rest.data(), held_);
        asio::async_write(socket_, asio::buffer(output_),
                          [self = shared_from_this()](error_code ec, std::size_t) {
                              if (!ec)
                                  self->read();
                          });
    }

    tcp_socket socket_;
    std::vector<char> input_;
    std::size_t held_ = 0;
    std::string output_;
};

} // namespace

void serve_hand_written(tcp_socket socket) {
    std::make_shared<session>(std::move(socket))->read();
}

} // namespace bench
