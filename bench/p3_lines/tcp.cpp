// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Lines from a TCP connection, at whose other end a thread sends as fast as it can. As everywhere,
// the time is that of the receiving thread on its processor.
#include "p3_lines/linear_buffer.hpp"
#include "p3_lines/read_until.hpp"
#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/line_decoder.hpp>
#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/pump.hpp>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>

#include <thread>

namespace bench {

namespace {

using tcp = asio::ip::tcp;
using tcp_socket = asio::basic_stream_socket<tcp, executor>;

class from_socket : public asynchronous_taker {
public:
    explicit from_socket(reactor polled = reactor::absent) : asynchronous_taker(polled) {
        tcp::acceptor acceptor(context_, {asio::ip::address_v4::loopback(), 0});
        sender_.connect(acceptor.local_endpoint());
        acceptor.accept(receiver_);
    }
    ~from_socket() override {
        if (sending_.joinable())
            sending_.join();
    }

protected:
    tcp_socket& stream() { return receiver_; }
    void fill() {
        if (sending_.joinable())
            sending_.join();
        sending_ = std::thread([this, source = source_]() mutable {
            for (;;) {
                const asio::const_buffer piece = source.next(window);
                if (piece.size() == 0)
                    return;
                asio::write(sender_, asio::buffer(piece));
            }
        });
    }

private:
    asio::io_context sending_context_;
    tcp_socket sender_{sending_context_}, receiver_{context_};
    std::thread sending_;
};

class sluice_pump final : public from_socket {
public:
    sluice_pump() {
        sluice::async_pump(stream(), pipe_.writer, {}, [](error_code, std::uint64_t) {});
    }

private:
    void start() override {
        spawn(take());
        fill();
    }
    awaitable take() {
        while (!all_arrived()) {
            while (const auto line = lines_.try_next())
                look(line->front().data(), line->size());
            if (all_arrived())
                break;
            const auto line = co_await lines_.async_next(asio::deferred);
            received();
            look(line.front().data(), line.size());
        }
    }

    sluice::basic_pipe<executor> pipe_{context_.get_executor()};
    sluice::framed_reader<sluice::basic_pipe_reader<executor>&, sluice::line_decoder> lines_{
        pipe_.reader};
};

class asynchronous_hand_loop final : public from_socket {
    void start() override {
        begun();
        take();
        fill();
    }
    void take() {
        stream().async_read_some(buffer_.room(), [this](error_code ec, std::size_t n) {
            if (ec)
                throw boost::system::system_error(ec);
            received();
            buffer_.take_lines(n, [this](const char* line, std::size_t size) { look(line, size); });
            if (all_arrived())
                ended();
            else
                take();
        });
    }

    linear_buffer buffer_;
};

class blocking_hand_loop final : public from_socket {
    void start() override {
        fill();
        while (!all_arrived()) {
            received();
            buffer_.take_lines(stream().read_some(buffer_.room()),
                               [this](const char* line, std::size_t size) { look(line, size); });
        }
    }

    linear_buffer buffer_;
};

} // namespace

void add_tcp_forms(contestants& to) {
    const std::string from = "TCP";
    const auto add = [&]<class Form>(const char* name, const char* style,
                                     std::type_identity<Form>) {
        to.push_back({{{"from", from}, {"form", name}, {"style", style}},
                      [] { return std::make_unique<Form>(); }});
    };
    add("sluice", "coroutine", std::type_identity<sluice_pump>());
    add("hand loop", "callbacks", std::type_identity<asynchronous_hand_loop>());
    add("hand loop", "blocking", std::type_identity<blocking_hand_loop>());
    add_read_until_forms<from_socket>(to, from, {reactor::absent});
}

} // namespace bench
