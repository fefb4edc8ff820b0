// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "p4_http/server.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/write.hpp>

#include <memory>
#include <optional>

namespace bench {

namespace {

class session : public std::enable_shared_from_this<session> {
public:
    explicit session(tcp_socket socket) : socket_(std::move(socket)) {}

    void read() {
        parser_.emplace();
        http::async_read(socket_, buffer_, *parser_,
                         [self = shared_from_this()](error_code ec, std::size_t) {
                             if (!ec)
                                 self->write();
                         });
    }

private:
    void write() {
        answer_ = answer_to(parser_->get());
        http::async_write(socket_, answer_,
                          [self = shared_from_this()](error_code ec, std::size_t) {
                              if (!ec && self->answer_.keep_alive())
                                  self->read();
                          });
    }

    tcp_socket socket_;
    boost::beast::flat_buffer buffer_;
    std::optional<request_parser> parser_;
    response answer_;
};

} // namespace

void serve_beast_callbacks(tcp_socket socket) {
    std::make_shared<session>(std::move(socket))->read();
}

} // namespace bench
