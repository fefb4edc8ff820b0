// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/fault_points.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/append.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/socket_base.hpp>

#include <algorithm>
#include <string>
#include <utility>

namespace sluice::test {

namespace asio = boost::asio;

// A stream in memory, which gives what it holds in pieces, then its end, and takes everything in
// pieces; until a fault strikes. It never waits, and is never cancelled.
class faulty_stream {
public:
    using executor_type = asio::any_io_executor;

    faulty_stream(executor_type executor, fault& what, const char* name, std::string holds = {})
        : executor_(std::move(executor))
        , fault_(&what)
        , name_(name)
        , in_(std::move(holds)) {}

    executor_type get_executor() const noexcept { return executor_; }

    std::size_t given() const noexcept { return given_; }
    std::size_t size() const noexcept { return in_.size(); }
    const std::string& written() const noexcept { return written_; }
    unsigned shutdowns() const noexcept { return shutdowns_; } // that succeeded

    template <class Buffers, class Token>
    auto async_read_some(const Buffers& buffers, Token&& token) {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            [this](auto handler, const Buffers& into) {
                error_code ec;
                const std::size_t n = read(into, ec, "async_read_some", fault_->with_bytes);
                asio::post(executor_, asio::append(std::move(handler), ec, n));
            },
            token, buffers);
    }
    template <class Buffers, class Token>
    auto async_write_some(const Buffers& buffers, Token&& token) {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            [this](auto handler, const Buffers& from) {
                error_code ec;
                const std::size_t n = write(from, ec, "async_write_some", fault_->with_bytes);
                asio::post(executor_, asio::append(std::move(handler), ec, n));
            },
            token, buffers);
    }
    void shutdown(asio::socket_base::shutdown_type, error_code& ec) {
        ec = {};
        if (fault_->strikes(name_, "shutdown"))
            ec = fault_->ec;
        else
            ++shutdowns_;
    }

protected:
    static constexpr std::size_t piece = 6;

    template <class Buffers>
    std::size_t read(const Buffers& buffers, error_code& ec, const char* call, bool with_bytes) {
        std::size_t n = std::min({piece, in_.size() - given_, asio::buffer_size(buffers)});
        if (n == 0 && asio::buffer_size(buffers) != 0)
            ec = asio::error::eof;
        n = part_moved(n, reading_fails_, ec, call, with_bytes);
        asio::buffer_copy(buffers, asio::buffer(in_.data() + given_, n));
        given_ += n;
        return n;
    }
    template <class Buffers>
    std::size_t write(const Buffers& buffers, error_code& ec, const char* call, bool with_bytes) {
        const std::size_t n = part_moved(std::min(piece, asio::buffer_size(buffers)),
                                         writing_fails_, ec, call, with_bytes);
        const std::size_t before = written_.size();
        written_.resize(before + n);
        asio::buffer_copy(asio::buffer(written_.data() + before, n), buffers);
        return n;
    }

    executor_type executor_;
    fault* fault_;
    const char* name_;

private:
    // All of it, unless the call fails.
    std::size_t part_moved(std::size_t n, bool& fails, error_code& ec, const char* call,
                           bool with_bytes) {
        if (!fails && !fault_->strikes(name_, call))
            return n;
        fault_->came_late = fault_->came_late || (!fails && with_bytes && n != 0);
        const bool moved = !fails && with_bytes;
        ec = fault_->ec;
        fails = fault_->stays();
        return moved ? n : 0;
    }

    std::string in_, written_;
    std::size_t given_ = 0;
    unsigned shutdowns_ = 0;
    bool reading_fails_ = false, writing_fails_ = false; // from now on
};

// The same with the face of a socket: it is tried first, which is in vain every third time, and
// waited for without a buffer.
class faulty_socket : public faulty_stream {
public:
    using faulty_stream::faulty_stream;
    enum wait_type { wait_read, wait_write };

    void non_blocking(bool, error_code& ec) {
        ec = {};
        if (fault_->strikes(name_, "non_blocking"))
            ec = fault_->ec;
    }
    template <class Buffers>
    std::size_t read_some(const Buffers& buffers, error_code& ec) {
        ec = {};
        if (++reads_ % 3 != 0)
            return read(buffers, ec, "read_some", false);
        ec = asio::error::would_block;
        return 0;
    }
    template <class Buffers>
    std::size_t write_some(const Buffers& buffers, error_code& ec) {
        ec = {};
        if (++writes_ % 3 != 0)
            return write(buffers, ec, "write_some", false);
        ec = asio::error::would_block;
        return 0;
    }
    template <class Token>
    auto async_wait(wait_type what, Token&& token) {
        return asio::async_initiate<Token, void(error_code)>(
            [this](auto handler, wait_type for_what) {
                error_code ec;
                if (fault_->strikes(name_, for_what == wait_read ? "async_wait to read"
                                                                 : "async_wait to write"))
                    ec = fault_->ec;
                asio::post(executor_, asio::append(std::move(handler), ec));
            },
            token, what);
    }

private:
    unsigned reads_ = 0, writes_ = 0;
};

} // namespace sluice::test
