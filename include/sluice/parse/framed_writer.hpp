// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/parse/encoder.hpp>
#include <sluice/pipe/detail/pipe_core.hpp>

#include <boost/asio/append.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>

#include <cstddef>
#include <new>
#include <type_traits>
#include <utility>

namespace sluice {

/// Writes messages into a writer as frames, which the encoder makes. They leave with a flush: write
/// many, and flush once.
///
/// `Writer` is a writer, or a reference to one that somebody else keeps; anything with the face of
/// a writer will do. It may be written to otherwise between two frames.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe; it is the writer's user.
///
/// \tparam E the encoder: see `Encoder`
/// \snippet test/doc/parsing_test.cpp serve
template <class Writer, class E>
class framed_writer {
public:
    using writer_type = std::remove_reference_t<Writer>;       ///< what is written to
    using executor_type = typename writer_type::executor_type; ///< of the writer
    using encoder_type = E;                                    ///< what makes the frames

    /// Takes over the writer, or refers to it.
    explicit framed_writer(Writer&& writer, E encoder = E())
        : writer_(std::forward<Writer>(writer))
        , encoder_(std::move(encoder)) {}
    /// Only while nothing is outstanding.
    framed_writer(framed_writer&&) = default;

    /// The writer's own.
    executor_type get_executor() const noexcept { return writer_.get_executor(); }

    /// Writes a message, which is sent with the next flush. Errors: those of the encoder; then
    /// nothing was written. Throws what `prepare` of the writer throws.
    template <class Message>
    requires Encoder<E, Message, writer_type> result<void> write(Message&& message) {
        if (const error_code ec = encoder_.encode(std::forward<Message>(message), writer_))
            return ec;
        return {};
    }

    /// Sends what was written: like `basic_pipe_writer::flush`, or that of another writer.
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code))
                  CompletionToken = detail::default_token_t<executor_type>>
    auto flush(CompletionToken&& token = CompletionToken()) {
        return writer_.flush(std::forward<CompletionToken>(token));
    }
    /// Like `try_flush` of the writer.
    result<void> try_flush() { return writer_.try_flush(); }
    /// The bytes that were written since the last flush.
    std::size_t unflushed() const noexcept { return writer_.unflushed(); }

    /// Writes a message when it is started, and sends it with all that was written before.
    ///
    /// *Completes when* the flush completes, or when there is nothing to flush for an error.
    ///
    /// *Completion signature.* `void(error_code)`
    ///
    /// *Errors.* Those of the encoder, and `not_enough_memory`: nothing of the message was written
    /// (but see `http::message_encoder`), and nothing is flushed; those of `flush`.
    ///
    /// *Outstanding.* Any number; the frames are in the order of the calls.
    ///
    /// *Cancellation.* Terminal, partial and total: like `flush`, which has the message then.
    ///
    /// *Lifetimes.* This object and the message stay until the operation was started: with a lazy
    /// token, such as `deferred` or `use_awaitable`, that is not within this call.
    template <class Message, BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code)) CompletionToken =
                                 detail::default_token_t<executor_type>>
    requires Encoder<E, Message, writer_type>
    auto async_write(Message&& message, CompletionToken&& token = CompletionToken()) {
        return boost::asio::async_initiate<CompletionToken, void(error_code)>(
            initiation{this}, token, message_of<Message>{&message});
    }

    /// The encoder, whose settings may be changed between two messages.
    /// @{
    E& encoder() noexcept { return encoder_; }
    const E& encoder() const noexcept { return encoder_; }
    /// @}
    /// The writer.
    writer_type& writer() noexcept { return writer_; }

private:
    template <class Message>
    struct message_of {
        std::remove_reference_t<Message>* message;
    };

    struct initiation {
        using executor_type = typename writer_type::executor_type;
        executor_type get_executor() const noexcept { return self->get_executor(); }

        template <class Handler, class Message>
        void operator()(Handler&& handler, const message_of<Message>& what) const {
            const auto encode = [this, what] {
                return self->encode(std::forward<Message>(*what.message));
            };
            if constexpr (requires {
                              detail::pipe_access::flush_behind<Handler>(self->writer_, encode,
                                                                         handler);
                          })
                detail::pipe_access::flush_behind<Handler>(self->writer_, encode, handler);
            else if (const error_code ec = encode()) // one of the user's
                boost::asio::post(get_executor(),
                                  boost::asio::append(std::forward<Handler>(handler), ec));
            else
                self->writer_.flush(std::forward<Handler>(handler));
        }

        framed_writer* self;
    };

    template <class Message>
    error_code encode(Message&& message) {
        try {
            return encoder_.encode(std::forward<Message>(message), writer_);
        } catch (const std::bad_alloc&) {
            return make_error_code(boost::system::errc::not_enough_memory);
        } catch (const boost::system::system_error& error) {
            return error.code();
        }
    }

    Writer writer_;
    E encoder_;
};

/// Owns a temporary writer, and refers to a variable.
/// \tparam E the encoder
template <class Writer, class E>
framed_writer(Writer&&, E) -> framed_writer<Writer, E>;

} // namespace sluice
