// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "p4_http/server.hpp"
#include <sluice/http/read.hpp>
#include <sluice/http/write.hpp>
#include <sluice/stream/connection.hpp>

#include <memory>
#include <optional>

namespace bench {

namespace {

class session : public std::enable_shared_from_this<session> {
public:
    explicit session(tcp_socket socket) : client_(std::move(socket)) {}

    void start() {
        client_.async_run([self = shared_from_this()](error_code) {});
        answer_requests();
    }

private:
    // Answers all that is buffered, sends the answers in one go, and waits for more.
    void answer_requests() {
        for (bool more = true; more; more = answer()) {
            parser_.emplace();
            const auto parsed = sluice::http::try_read(client_.input(), *parser_);
            if (parsed)
                continue;
            if (parsed.error() == asio::error::would_block)
                return send();
            break;
        }
        end();
    }

    bool answer() {
        sluice::http::write(client_.output(), answer_to(parser_->get())).value();
        return parser_->get().keep_alive();
    }

    void send() {
        if (client_.output().try_flush())
            return wait();
        client_.output().flush([self = shared_from_this()](error_code ec) {
            if (ec)
                self->end();
            else
                self->wait();
        });
    }

    void wait() {
        sluice::http::async_read(client_.input(), *parser_,
                                 [self = shared_from_this()](error_code ec, std::size_t) {
                                     if (!ec && self->answer())
                                         self->answer_requests();
                                     else
                                         self->end();
                                 });
    }

    void end() {
        client_.output().complete();
        client_.input().complete();
    }

    sluice::connection<tcp_socket> client_;
    std::optional<request_parser> parser_;
};

} // namespace

void serve_sluice_callbacks(tcp_socket socket) {
    std::make_shared<session>(std::move(socket))->start();
}

} // namespace bench
