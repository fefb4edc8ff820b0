// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "harness/idle_socket.hpp"
#include "harness/rounds.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <type_traits>
#include <vector>

namespace bench {

namespace asio = boost::asio;
using error_code = boost::system::error_code;
using typed_executor = asio::io_context::executor_type;

/// What may be in flight at a time.
inline constexpr std::size_t window = 64 * 1024;

enum class reactor { absent, present };

/// What all forms of handing chunks over from a producer to a consumer share.
class handoff : public form {
public:
    explicit handoff(std::size_t chunk) : chunk_(chunk, 'x') { chunk_.back() = 'y'; }

protected:
    void expect(std::size_t count) {
        missing_ = count * chunk_.size();
        receipts_ = 0;
    }
    /// The consumer looks at what it got.
    void look(asio::const_buffer piece) {
        if (piece.size() > missing_ || *static_cast<const char*>(piece.data()) < 'x')
            throw std::runtime_error("a chunk arrived that was never sent");
        missing_ -= piece.size();
    }
    void received() { ++receipts_; }
    bool all_arrived() const { return missing_ == 0; }

    std::uint64_t checked() const {
        if (!all_arrived())
            throw std::runtime_error("bytes were lost");
        return receipts_;
    }

    std::vector<char> chunk_;

private:
    std::uint64_t missing_ = 0;
    std::uint64_t receipts_ = 0;
};

/// A hand-off between two tasks of one thread.
template <class Executor>
class asynchronous_handoff : public handoff {
public:
    asynchronous_handoff(std::size_t chunk, reactor polled) : handoff(chunk) {
        if (polled == reactor::present)
            idle_.emplace(context_);
    }

    std::uint64_t pass(std::size_t count) final {
        expect(count);
        running_ = 2;
        start(count);
        context_.restart();
        context_.run();
        if (running_ != 0)
            throw std::runtime_error("a hand-off hangs");
        return checked();
    }

protected:
    template <class T = void>
    using awaitable = asio::awaitable<T, Executor>;

    virtual void start(std::size_t count) = 0;

    /// Each side calls it once, at its end.
    void one_ended() {
        if (--running_ == 0)
            context_.stop();
    }

    void spawn(awaitable<> task) {
        asio::co_spawn(executor(), std::move(task), [this](std::exception_ptr failure) {
            if (failure)
                std::rethrow_exception(failure);
            one_ended();
        });
    }

    Executor executor() { return context_.get_executor(); }

    asio::io_context context_{1};

private:
    std::optional<idle_socket> idle_;
    int running_ = 0;
};

/// Adds what `Form`, a template over the executor, can do: with the context's own executor and with
/// the default one, with and without a reactor.
template <template <class> class Form, class... Arguments>
void add_asynchronous(std::vector<contestant>& to, std::size_t chunk, const labels& names,
                      Arguments... arguments) {
    const auto add = [&]<class Executor>(const char* name, std::type_identity<Executor>) {
        for (const reactor polled : {reactor::absent, reactor::present}) {
            labels all = names;
            all["executor"] = name;
            all["reactor"] = polled == reactor::present ? "yes" : "no";
            to.push_back({all, [=] {
                              return std::make_unique<Form<Executor>>(chunk, polled, arguments...);
                          }});
        }
    };
    add("io_context", std::type_identity<typed_executor>());
    add("any_io_executor", std::type_identity<asio::any_io_executor>());
}

using contestants = std::vector<contestant>;

void add_synchronous_forms(contestants& to, std::size_t chunk);
void add_sluice_forms(contestants& to, std::size_t chunk);
void add_channel_forms(contestants& to, std::size_t chunk);
void add_streambuf_forms(contestants& to, std::size_t chunk);
void add_stream_forms(contestants& to, std::size_t chunk);

} // namespace bench
