// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/pipe/detail/memory_source.hpp>
#include <sluice/pipe/detail/show_again.hpp>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/post.hpp>

#include <new>
#include <type_traits>
#include <utility>

namespace sluice {

/// The face of a reader over memory that is there already: what is written for the reader of a pipe
/// runs over a message, a file in memory, a test's input.
///
/// It is read as a pipe is whose writer has written all of this and completed: the first read
/// delivers everything, with `completed`. The rules of `advance`, and the errors, are those of
/// `basic_pipe_reader`; no read ever waits. For pieces that are not one behind the other see
/// `borrowed_buffer`.
///
/// *Lifetimes.* The memory stays while the reader, or a view it delivered, is used; what
/// `preserve` makes lives on. The reader stays until an operation was started.
///
/// *Thread safety.* Distinct objects: safe. One object: one thread at a time.
///
/// \snippet test/doc/reference_test.cpp memory_reader
template <class Executor = boost::asio::any_io_executor>
class memory_reader {
public:
    /// Where handlers run that name no other executor.
    using executor_type = Executor;

    /// Reads these bytes. `borrowed_buffer` and `readable_buffer::over` show memory as such.
    memory_reader(const Executor& executor, const readable_buffer& bytes)
        : executor_(executor)
        , source_(bytes) {}

    /// Where handlers run that name no other executor.
    executor_type get_executor() const noexcept { return executor_; }

    /// Delivers everything that is not consumed.
    ///
    /// *Completes when* it is started, through the executor. *Completion signature.*
    /// `void(error_code, read_result)`. *Errors.* `asio::error::eof`: all was examined before, and
    /// shown with `completed`; `errc::advance_required`; `errc::already_completed`.
    /// *Outstanding.* Any number, of which the first is to be answered before the next.
    /// *Cancellation.* None: it does not wait. *Lifetimes.* The reader stays until it was started.
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, read_result))
                  CompletionToken = detail::default_token_t<Executor>>
    auto async_read(CompletionToken&& token = CompletionToken()) {
        return start<CompletionToken>({}, token);
    }
    /// Like `async_read`. Fewer bytes than `n` come with `completed`; with 0 it succeeds also
    /// behind the end.
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, read_result))
                  CompletionToken = detail::default_token_t<Executor>>
    auto async_read_at_least(std::size_t n, CompletionToken&& token = CompletionToken()) {
        return start<CompletionToken>(n, token);
    }

    /// What the operations of these names deliver, at once.
    /// @{
    result<read_result> try_read() { return attempt({}); }
    result<read_result> try_read_at_least(std::size_t n) { return attempt(n); }
    /// @}

    /// As those of `basic_pipe_reader`, with the same exceptions.
    /// @{
    void advance(read_cursor consumed, read_cursor examined) {
        source_.advance(consumed, examined);
    }
    void advance(read_cursor consumed) { source_.advance(consumed, consumed); }
    void consume(std::size_t n) { source_.consume(n); }
    /// @}

    /// The bytes that are not consumed.
    std::size_t buffered() const noexcept { return source_.buffered(); }

    /// The next read is `cancelled`.
    void cancel_pending_read() noexcept { source_.cancel_read(); }

    /// Nothing more is read.
    void complete(error_code = {}) noexcept { source_.complete(); }

private:
    struct delivery {
        template <class Self>
        void operator()(Self& self) {
            if (!std::exchange(posted, true))
                return boost::asio::post(executor, std::move(self));
            self.complete(ec, read);
        }

        Executor executor;
        error_code ec;
        read_result read;
        bool posted = false;
    };

    template <class CompletionToken>
    auto start(std::optional<std::size_t> at_least, CompletionToken& token) {
        return boost::asio::async_initiate<CompletionToken, void(error_code, read_result)>(
            initiation{this}, token, at_least);
    }

    struct initiation {
        using executor_type = Executor;
        executor_type get_executor() const noexcept { return self->executor_; }

        template <class Handler>
        void operator()(Handler&& handler, std::optional<std::size_t> at_least) const {
            delivery made{self->executor_, {}, {}};
            made.ec = self->source_.read(at_least, made.read);
            const read_result delivered = made.ec ? read_result() : made.read;
            try {
                boost::asio::async_compose<std::decay_t<Handler>, void(error_code, read_result)>(
                    std::move(made), handler, self->executor_);
            } catch (const std::bad_alloc&) {
                if (!made.ec)
                    detail::give_back(*self, delivered);
                throw;
            }
        }

        memory_reader* self;
    };

    result<read_result> attempt(std::optional<std::size_t> at_least) {
        read_result read;
        if (const error_code ec = source_.read(at_least, read))
            return ec;
        return read;
    }

    Executor executor_;
    detail::memory_source source_;
};

} // namespace sluice
