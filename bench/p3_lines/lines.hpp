// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "harness/idle_socket.hpp"
#include "harness/rounds.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <vector>

namespace bench {

namespace asio = boost::asio;
using error_code = boost::system::error_code;
using executor = asio::io_context::executor_type;
using contestants = std::vector<contestant>;

/// What may be buffered at a time.
inline constexpr std::size_t window = 64 * 1024;

/// 64 MiB of lines of 64 bytes on average, their ends counted; it is read round and round.
class text {
public:
    static const text& get();

    asio::const_buffer bytes() const { return asio::buffer(bytes_); }
    /// Of that many lines, from the beginning on.
    std::size_t size_of(std::size_t lines) const {
        return lines / lines_ * bytes_.size() + starts_[lines % lines_];
    }

private:
    text();

    std::vector<char> bytes_;
    std::vector<std::uint32_t> starts_;
    std::size_t lines_ = 0;
};

/// The bytes of a number of lines, in pieces of any size.
class line_source {
public:
    void begin(std::size_t lines) {
        left_ = text::get().size_of(lines);
        at_ = 0;
    }
    /// The next bytes, at most so many; none at the end.
    asio::const_buffer next(std::size_t most);

private:
    std::size_t left_ = 0, at_ = 0;
};

/// What all ways to take lines share.
class line_taker : public form {
public:
    std::uint64_t pass(std::size_t lines) final {
        source_.begin(lines);
        missing_ = lines;
        wrong_ = bytes_ = reads_ = 0;
        take_all();
        if (wrong_ != 0 || missing_ != 0 || bytes_ != text::get().size_of(lines))
            throw std::runtime_error("lines were lost");
        return reads_;
    }

protected:
    virtual void take_all() = 0;

    /// The user of a line: looks at its first byte. A line comes without its end.
    void look(const void* line, std::size_t size) {
        wrong_ += *static_cast<const char*>(line) < 'a';
        bytes_ += size + 1;
        --missing_;
    }
    void received() { ++reads_; }
    bool all_arrived() const { return missing_ == 0; }

    line_source source_;

private:
    std::uint64_t missing_ = 0, wrong_ = 0, bytes_ = 0, reads_ = 0;
};

/// Whether a socket waits in the context, as in any real program: then it polls the system.
enum class reactor { absent, present };

/// Takes lines in tasks of an io_context.
class asynchronous_taker : public line_taker {
public:
    explicit asynchronous_taker(reactor polled) {
        if (polled == reactor::present)
            idle_.emplace(context_);
    }

protected:
    using awaitable = asio::awaitable<void, executor>;

    void take_all() final {
        running_ = 0;
        start();
        context_.restart();
        context_.run();
    }
    virtual void start() = 0;

    void spawn(awaitable task) {
        begun();
        asio::co_spawn(context_.get_executor(), std::move(task),
                       [this](std::exception_ptr failure) {
                           if (failure)
                               std::rethrow_exception(failure);
                           ended();
                       });
    }
    /// A task that is not spawned.
    void begun() { ++running_; }
    void ended() {
        if (--running_ == 0)
            context_.stop();
    }

    asio::io_context context_{1};

private:
    std::optional<idle_socket> idle_;
    int running_ = 0;
};

void add_memory_forms(contestants& to);
void add_in_place_forms(contestants& to);
void add_tcp_forms(contestants& to);

} // namespace bench
