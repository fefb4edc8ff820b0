// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/testing/manual_clock.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/socket_base.hpp>

#include <algorithm>
#include <cstddef>
#include <deque>
#include <iterator>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace sluice::testing {

/// An AsyncReadStream and AsyncWriteStream with a script: what each read gets, what each write
/// takes, and the errors that come with them. It keeps what was written, and counts the calls.
///
/// A read or write waits while its script is empty. Nothing completes inside its initiating
/// function.
///
/// *Errors.* Those of the script; `operation_aborted`.
///
/// *Outstanding.* One read and one write.
///
/// *Cancellation.* Terminal, partial and total: a transfer that waits fails with
/// `operation_aborted`, and the script is as it was.
///
/// *Lifetimes.* It may be moved while nothing is outstanding. Buffers stay valid until an operation
/// completes.
///
/// *Thread safety.* Distinct objects: safe. One stream: its executor's thread.
///
/// \snippet test/doc/reference_test.cpp scripted_stream
class scripted_stream {
public:
    using executor_type = boost::asio::any_io_executor; ///< of any kind

    /// With an empty script.
    explicit scripted_stream(executor_type executor)
        : executor_(executor)
        , read_waiter_(executor, timer::time_point::max())
        , write_waiter_(executor, timer::time_point::max()) {}

    /// The executor that it was made with.
    executor_type get_executor() const noexcept { return executor_; }

    // ---- the script

    /// One read gets these bytes, or as many as it has room for: then the next one gets the rest.
    /// The error comes with the last of them.
    void deliver(std::string bytes, error_code ec = {}) {
        in_.push_back({std::move(bytes), ec});
        read_waiter_.cancel();
    }
    /// As many reads as it takes get `piece` bytes each.
    void deliver_in_pieces(const std::string& bytes, std::size_t piece) {
        for (std::size_t i = 0; i < bytes.size(); i += piece)
            deliver(bytes.substr(i, piece));
    }
    /// The next read finds the end.
    void deliver_end() { deliver({}, boost::asio::error::eof); }

    /// One write takes at most `limit` bytes and then reports `ec`.
    void accept(std::size_t limit, error_code ec = {}) {
        out_.push_back({limit, ec});
        write_waiter_.cancel();
    }
    /// All further writes take at most `limit` bytes each.
    void accept_all(std::size_t limit = std::numeric_limits<std::size_t>::max()) {
        always_ = limit;
        write_waiter_.cancel();
    }

    // ---- what became of it

    /// A write.
    struct write_call {
        std::size_t pieces; ///< buffers offered
        std::size_t bytes;  ///< bytes taken
    };
    std::string written;            ///< all bytes that were taken
    std::vector<write_call> writes; ///< each write that took some, or failed
    std::size_t reads = 0;          ///< how many reads got something
    std::size_t largest_read = 0;   ///< the most room that a read offered
    unsigned waiting_reads = 0;     ///< for the script to go on
    unsigned waiting_writes = 0;    ///< likewise
    unsigned shutdowns = 0;         ///< calls of `shutdown`

    // ---- the stream

    /// Counts.
    void shutdown(boost::asio::socket_base::shutdown_type, error_code& ec) {
        ++shutdowns;
        ec = {};
    }

    /// Does what the script says next.
    ///
    /// *Completes when* the script has something for it. *Completion signature.*
    /// `void(error_code, std::size_t)`. The rest is said of the class.
    /// @{
    template <class MutableBufferSequence, class CompletionToken>
    auto async_read_some(const MutableBufferSequence& buffers, CompletionToken&& token) {
        return transfer(token, read_waiter_, waiting_reads,
                        [this, buffers](error_code& ec) { return try_read(buffers, ec); });
    }
    template <class ConstBufferSequence, class CompletionToken>
    auto async_write_some(const ConstBufferSequence& buffers, CompletionToken&& token) {
        return transfer(token, write_waiter_, waiting_writes,
                        [this, buffers](error_code& ec) { return try_write(buffers, ec); });
    }
    /// @}

private:
    friend class scripted_socket;

    using timer = boost::asio::basic_waitable_timer<manual_clock>;

    // Nothing: it would block.
    template <class Buffers>
    std::optional<std::size_t> try_read(const Buffers& buffers, error_code& ec) {
        if (in_.empty())
            return std::nullopt;
        ++reads;
        largest_read = std::max(largest_read, boost::asio::buffer_size(buffers));
        auto& [bytes, error] = in_.front();
        const std::size_t n = boost::asio::buffer_copy(buffers, boost::asio::buffer(bytes));
        bytes.erase(0, n);
        if (bytes.empty()) {
            ec = error;
            in_.pop_front();
        }
        return n;
    }
    template <class Buffers>
    std::optional<std::size_t> try_write(const Buffers& buffers, error_code& ec) {
        std::size_t limit = 0;
        if (!out_.empty()) {
            limit = out_.front().limit;
            ec = out_.front().ec;
            out_.pop_front();
        } else if (always_) {
            limit = *always_;
        } else {
            return std::nullopt;
        }
        const std::size_t n = std::min(limit, boost::asio::buffer_size(buffers));
        const auto pieces = std::distance(boost::asio::buffer_sequence_begin(buffers),
                                          boost::asio::buffer_sequence_end(buffers));
        writes.push_back({static_cast<std::size_t>(pieces), n});
        const std::size_t before = written.size();
        written.resize(before + n);
        boost::asio::buffer_copy(boost::asio::buffer(written.data() + before, n), buffers);
        return n;
    }

    template <class Token, class Try>
    auto transfer(Token& token, timer& waiter, unsigned& waiting, Try attempt) {
        return boost::asio::async_compose<Token, void(error_code, std::size_t)>(
            [this, &waiter, &waiting, attempt, state = 0](auto& self, error_code = {}) mutable {
                if (state == 0) {
                    state = 1;
                    self.reset_cancellation_state(boost::asio::enable_total_cancellation());
                    return boost::asio::post(executor_, std::move(self));
                }
                if (state == 2)
                    --waiting;
                if (self.cancelled() != boost::asio::cancellation_type::none)
                    return self.complete(boost::asio::error::operation_aborted, 0);
                error_code ec;
                if (const auto n = attempt(ec))
                    return self.complete(ec, *n);
                state = 2;
                ++waiting;
                waiter.async_wait(std::move(self));
            },
            token, executor_);
    }

    struct write_step {
        std::size_t limit;
        error_code ec;
    };

    executor_type executor_;
    timer read_waiter_, write_waiter_; // they never expire; they are cancelled to look again
    std::deque<std::pair<std::string, error_code>> in_;
    std::deque<write_step> out_;
    std::optional<std::size_t> always_;
};

/// The same with the face of a socket: it can be tried, and waited for without a buffer. What knows
/// sockets, as `async_pump` does, goes other ways here.
///
/// *Outstanding*, *errors*, *cancellation*, *lifetimes* and *thread safety.* As of
/// `scripted_stream`.
///
/// \snippet test/doc/reference_test.cpp scripted_stream
class scripted_socket : public scripted_stream {
public:
    using scripted_stream::scripted_stream;
    /// What to wait for.
    enum wait_type {
        wait_read, ///< a step for a read
        wait_write ///< a step for a write
    };

    /// Nothing ever blocks.
    void non_blocking(bool, error_code& ec) { ec = {}; }

    /// As the script says; `would_block` where that is empty.
    /// @{
    template <class MutableBufferSequence>
    std::size_t read_some(const MutableBufferSequence& buffers, error_code& ec) {
        ec = {};
        if (const auto n = try_read(buffers, ec))
            return *n;
        ec = boost::asio::error::would_block;
        return 0;
    }
    template <class ConstBufferSequence>
    std::size_t write_some(const ConstBufferSequence& buffers, error_code& ec) {
        ec = {};
        if (const auto n = try_write(buffers, ec))
            return *n;
        ec = boost::asio::error::would_block;
        return 0;
    }
    /// @}

    /// *Completes when* the script has something for a read, or a write. *Completion signature.*
    /// `void(error_code)`. The rest is said of the class.
    template <class CompletionToken>
    auto async_wait(wait_type what, CompletionToken&& token) {
        return boost::asio::async_compose<CompletionToken, void(error_code)>(
            [this, what, state = 0](auto& self, error_code = {}) mutable {
                if (state == 0) {
                    state = 1;
                    self.reset_cancellation_state(boost::asio::enable_total_cancellation());
                    return boost::asio::post(executor_, std::move(self));
                }
                const bool reading = what == wait_read;
                if (state == 2)
                    --(reading ? waiting_reads : waiting_writes);
                if (self.cancelled() != boost::asio::cancellation_type::none)
                    return self.complete(boost::asio::error::operation_aborted);
                if (reading ? !in_.empty() : !out_.empty() || always_)
                    return self.complete({});
                state = 2;
                ++(reading ? waiting_reads : waiting_writes);
                (reading ? read_waiter_ : write_waiter_).async_wait(std::move(self));
            },
            token, executor_);
    }
};

} // namespace sluice::testing
