// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/http/detail/read_message.hpp>

#include <boost/asio/compose.hpp>

namespace sluice::http {

/// Parses what is buffered until the message is complete, without a suspension.
///
/// Returns the bytes taken by this call. `asio::error::would_block`: the message is not complete;
/// call again with the same parser when there is more, or go on with `async_read`. Other errors
/// like `async_read`.
///
/// \snippet test/doc/http_test.cpp serve
template <class Reader, bool isRequest>
result<std::size_t> try_read(Reader& reader, boost::beast::http::basic_parser<isRequest>& parser) {
    return detail::try_message(reader, parser, detail::until::message);
}

/// Like `try_read`, up to the end of the header.
template <class Reader, bool isRequest>
result<std::size_t> try_read_header(Reader& reader,
                                    boost::beast::http::basic_parser<isRequest>& parser) {
    return detail::try_message(reader, parser, detail::until::header);
}

/// Reads one HTTP/1 message from a pipe, or anything else with the face of a reader, into any Beast
/// parser.
///
/// The reader is left exactly behind the message: pipelined requests, or what follows an upgrade,
/// stay in it. The header is copied only where it spans two segments.
///
/// *Completes when* the message is complete, on an error, or when cancelled.
///
/// *Completion signature.* `void(error_code, std::size_t)`: bytes taken by the parser.
///
/// *Errors.* Those of the parser, `header_limit` and `body_limit` among them;
/// `http::error::end_of_stream`: the stream ended before the message;
/// `http::error::partial_message`: it ended within; those of the reader; `not_enough_memory`;
/// `operation_aborted`: cancelled, also by `cancel_pending_read`. With a `buffer_body`,
/// `need_buffer` as in Beast.
///
/// *Outstanding.* No other read.
///
/// *Cancellation.* Terminal, partial and total: what the parser took is consumed; go on with the
/// same parser.
///
/// *Lifetimes.* Reader and parser stay until it completes.
///
/// \snippet test/doc/http_test.cpp serve
template <class Reader, bool isRequest,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, std::size_t))
              CompletionToken = sluice::detail::default_token_t<typename Reader::executor_type>>
auto async_read(Reader& reader, boost::beast::http::basic_parser<isRequest>& parser,
                CompletionToken&& token = CompletionToken()) {
    return boost::asio::async_compose<CompletionToken, void(error_code, std::size_t)>(
        detail::read_message<Reader, isRequest>(reader, parser, detail::until::message), token,
        reader);
}

/// Like `async_read`, up to the end of the header. Go on with `async_read` and the same parser for
/// the body.
template <class Reader, bool isRequest,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, std::size_t))
              CompletionToken = sluice::detail::default_token_t<typename Reader::executor_type>>
auto async_read_header(Reader& reader, boost::beast::http::basic_parser<isRequest>& parser,
                       CompletionToken&& token = CompletionToken()) {
    return boost::asio::async_compose<CompletionToken, void(error_code, std::size_t)>(
        detail::read_message<Reader, isRequest>(reader, parser, detail::until::header), token,
        reader);
}

} // namespace sluice::http
