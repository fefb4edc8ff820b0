// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/stream/detail/read_prefix.hpp>

#include <boost/asio/compose.hpp>

namespace sluice {

namespace detail {

struct sought_size {
    std::size_t least() const noexcept { return size; }
    std::optional<std::size_t> find(const readable_buffer& bytes) const noexcept {
        return bytes.size() >= size ? std::optional(size) : std::nullopt;
    }

    std::size_t size;
};

} // namespace detail

/// Reads `n` bytes, from a pipe or anything else with the face of a reader.
///
/// It delivers exactly the first `n` bytes that are not consumed, whoever has looked at them
/// before, and leaves the reader with a delivered read: answer it with `advance(bytes.finish())`
/// when they are done with, or with less. What follows them is unseen then.
///
/// *Completes when* `n` bytes are buffered, on an error, or when cancelled; at once when `n` is 0.
/// While it waits, a writer is not paused before the bytes are there.
///
/// *Completion signature.* `void(error_code, readable_buffer)`
///
/// *Errors.* `asio::error::eof`: the input ended before so many bytes; the writer's own error,
/// likewise; with these two it shows the bytes that there are, which need no advance, and may be
/// advanced. `errc::buffer_limit_exceeded`, at once: so much may not be buffered. Others as of
/// `async_read`.
///
/// *Outstanding.* No other read.
///
/// *Cancellation.* Terminal, partial and total, and `cancel_pending_read` of the reader:
/// `operation_aborted`, and everything is as if it had not been started.
///
/// *Lifetimes.* The reader stays until it completes. The buffer is valid until the `advance` that
/// passes it.
///
/// \snippet test/doc/reference_test.cpp async_read_exactly
template <class Reader,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, readable_buffer))
              CompletionToken = detail::default_token_t<typename Reader::executor_type>>
auto async_read_exactly(Reader& reader, std::size_t n,
                        CompletionToken&& token = CompletionToken()) {
    return boost::asio::async_compose<CompletionToken, void(error_code, readable_buffer)>(
        detail::read_prefix(reader, detail::sought_size{n}), token, reader);
}

} // namespace sluice
