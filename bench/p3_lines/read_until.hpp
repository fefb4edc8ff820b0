// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Lines by asio::async_read_until.
#pragma once

#include "p3_lines/lines.hpp"

#include <boost/asio/deferred.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>

#include <initializer_list>
#include <string>
#include <type_traits>

namespace bench {

class streambuf_store {
public:
    asio::streambuf& target() { return bytes_; }
    const void* data() const { return bytes_.data().data(); }
    void consume(std::size_t n) { bytes_.consume(n); }

private:
    asio::streambuf bytes_;
};

class string_store {
public:
    auto target() { return asio::dynamic_buffer(bytes_); }
    const void* data() const { return bytes_.data(); }
    void consume(std::size_t n) { target().consume(n); }

private:
    std::string bytes_;
};

/// `Taker` has a stream and starts filling it: `stream()`, `fill()`.
template <class Taker, class Store>
class read_until_coroutine final : public Taker {
public:
    using Taker::Taker;

private:
    void start() override {
        this->spawn(take());
        this->fill();
    }
    typename Taker::awaitable take() {
        while (!this->all_arrived()) {
            const std::size_t n = co_await asio::async_read_until(this->stream(), store_.target(),
                                                                  '\n', asio::deferred);
            this->received();
            this->look(store_.data(), n - 1);
            store_.consume(n);
        }
    }

    Store store_;
};

template <class Taker, class Store>
class read_until_callbacks final : public Taker {
public:
    using Taker::Taker;

private:
    void start() override {
        this->begun();
        take();
        this->fill();
    }
    void take() {
        asio::async_read_until(this->stream(), store_.target(), '\n',
                               [this](error_code ec, std::size_t n) {
                                   if (ec)
                                       throw boost::system::system_error(ec);
                                   this->received();
                                   this->look(store_.data(), n - 1);
                                   store_.consume(n);
                                   if (this->all_arrived())
                                       this->ended();
                                   else
                                       take();
                               });
    }

    Store store_;
};

template <class Taker>
void add_read_until_forms(contestants& to, const std::string& from,
                          std::initializer_list<reactor> reactors) {
    const auto add = [&]<class Form>(const char* name, const char* style,
                                     std::type_identity<Form>) {
        for (const reactor polled : reactors) {
            labels names{{"from", from}, {"form", name}, {"style", style}};
            if (reactors.size() > 1)
                names["reactor"] = polled == reactor::present ? "yes" : "no";
            to.push_back({names, [polled] { return std::make_unique<Form>(polled); }});
        }
    };
    add("async_read_until, streambuf", "coroutine",
        std::type_identity<read_until_coroutine<Taker, streambuf_store>>());
    add("async_read_until, streambuf", "callbacks",
        std::type_identity<read_until_callbacks<Taker, streambuf_store>>());
    add("async_read_until, string", "coroutine",
        std::type_identity<read_until_coroutine<Taker, string_store>>());
    add("async_read_until, string", "callbacks",
        std::type_identity<read_until_callbacks<Taker, string_store>>());
}

} // namespace bench
