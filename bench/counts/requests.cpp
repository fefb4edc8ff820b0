// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "counts/counts.hpp"
#include "p4_http/server.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <stdexcept>
#include <thread>

namespace bench {

namespace {

class requests final : public form {
public:
    explicit requests(std::size_t depth) : depth_(depth) {
        for (std::size_t i = 0; i < depth; ++i)
            asked_ += "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
        asio::ip::tcp::acceptor source(context_, {asio::ip::address_v4::loopback(), 0});
        client_.connect(source.local_endpoint());
        client_.set_option(asio::ip::tcp::no_delay(true));
        tcp_socket accepted(context_);
        source.accept(accepted);
        accepted.set_option(asio::ip::tcp::no_delay(true));
        serve_sluice_callbacks(std::move(accepted));
    }

    std::uint64_t pass(std::size_t count) override {
        const std::uint64_t before = answered;
        std::jthread client([&] {
            for (std::size_t i = 0; i < count; i += depth_)
                ask();
            asio::post(context_, [this] { context_.stop(); });
        });
        context_.restart();
        context_.run();
        if (answered - before < count)
            throw std::runtime_error("a request was not answered");
        return answered - before;
    }

private:
    void ask() {
        asio::write(client_, asio::buffer(asked_));
        if (answer_.empty()) { // the others are alike
            while (!answer_.ends_with("Hello, World!") || answer_.size() % depth_ != 0) {
                char some[4096];
                answer_.append(some, client_.read_some(asio::buffer(some)));
            }
            return;
        }
        asio::read(client_, asio::buffer(answer_));
    }

    const std::size_t depth_;
    asio::io_context context_{1}, client_context_;
    tcp_socket client_{client_context_};
    std::string asked_, answer_;
};

} // namespace

std::unique_ptr<form> http_requests(std::size_t depth) {
    return std::make_unique<requests>(depth);
}

} // namespace bench
