// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/http/detail/write_message.hpp>

#include <boost/asio/compose.hpp>

namespace sluice::http {

/// Serialises a whole message into a pipe, or anything else with the face of a writer, and commits
/// it. It is sent with the next flush: answer every request that is buffered, and flush once.
///
/// Returns the bytes written. Throws `std::bad_alloc` and what the writer throws. Errors: those of
/// the body. For bodies that fit in memory; a long body goes better through `async_write`.
///
/// \snippet test/doc/http_test.cpp serve
template <class Writer, class Message>
requires detail::serialisable<std::remove_reference_t<Message>> result<std::size_t>
write(Writer& writer, Message&& message) {
    if (!message.chunked())
        return detail::write_unchunked(writer, message);
    detail::serializer_of<std::remove_cvref_t<Message>> serializer(message);
    std::size_t total = 0;
    if (const error_code ec = detail::serialise(writer, serializer, detail::whole, total))
        return ec;
    return total;
}

/// Like `write`, the header only; the body is the caller's.
template <class Writer, class Message>
requires detail::serialisable<std::remove_reference_t<Message>> result<std::size_t>
write_header(Writer& writer, Message&& message) {
    detail::serializer_of<std::remove_cvref_t<Message>> serializer(message);
    std::size_t total = 0;
    if (const error_code ec = detail::serialise(writer, serializer, detail::header_only, total))
        return ec;
    return total;
}

/// Writes a message by its serializer, flushing as it goes: a body of any length passes through the
/// pipe under back-pressure.
///
/// *Completes when* the message is serialised and its last flush is, on an error, or when
/// cancelled.
///
/// *Completion signature.* `void(error_code, std::size_t)`: bytes written.
///
/// *Errors.* Those of the body (`need_buffer` as in Beast), those of `flush`, `not_enough_memory`,
/// `operation_aborted`.
///
/// *Outstanding.* No other use of the writer.
///
/// *Cancellation.* Terminal, partial and total: what was serialised is published.
///
/// *Lifetimes.* Writer and serializer stay until it completes.
///
/// \snippet test/doc/http_test.cpp async_write
template <class Writer, bool isRequest, class Body, class Fields,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, std::size_t))
              CompletionToken = sluice::detail::default_token_t<typename Writer::executor_type>>
auto async_write(Writer& writer,
                 boost::beast::http::serializer<isRequest, Body, Fields>& serializer,
                 CompletionToken&& token = CompletionToken()) {
    using serializer_type = boost::beast::http::serializer<isRequest, Body, Fields>;
    return boost::asio::async_compose<CompletionToken, void(error_code, std::size_t)>(
        sluice::detail::write_windows(
            writer, detail::serialised<serializer_type, serializer_type&>(serializer)),
        token, writer);
}

/// Writes a whole message, which stays until the operation completes. Otherwise like `async_write`
/// of a serializer.
template <class Writer, class Message,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, std::size_t)) CompletionToken =
              sluice::detail::default_token_t<typename Writer::executor_type>>
requires detail::serialisable<Message>
auto async_write(Writer& writer, Message& message, CompletionToken&& token = CompletionToken()) {
    using serializer_type = detail::serializer_of<std::remove_cv_t<Message>>;
    return boost::asio::async_compose<CompletionToken, void(error_code, std::size_t)>(
        sluice::detail::write_windows(
            writer, detail::serialised<serializer_type, detail::recycled<serializer_type>>(
                        detail::make_recycled<serializer_type>(message))),
        token, writer);
}

} // namespace sluice::http
