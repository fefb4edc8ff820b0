// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/byte_reader.hpp>
#include <sluice/buffer/delimiter.hpp>
#include <sluice/detail/asio_compat.hpp>
#include <sluice/stream/detail/read_prefix.hpp>

#include <boost/asio/compose.hpp>

namespace sluice {

namespace detail {

class sought_delimiter {
public:
    explicit sought_delimiter(const delimiter& what) noexcept : what_(what) {}

    std::size_t least() const noexcept { return what_.size(); }
    std::optional<std::size_t> find(const readable_buffer& bytes) noexcept {
        const parsed<std::size_t> found = byte_reader(bytes).find(what_, seen_);
        if (!found)
            return std::nullopt;
        return *found + what_.size();
    }

private:
    delimiter what_;
    std::size_t seen_ = 0;
};

} // namespace detail

/// Reads until a delimiter has arrived, from a pipe or anything else with the face of a reader.
///
/// It delivers the bytes up to the delimiter and the delimiter itself, and leaves the reader with a
/// delivered read: answer it with `advance(line.finish())` when the bytes are done with, or with
/// less. What follows them is unseen then.
///
/// The search begins at the first byte that is not consumed, whoever has looked at it before, and
/// looks at no byte twice, however the bytes arrive; only for a text it looks again at as many
/// bytes as the beginning of one may have.
///
/// *Completes when* the delimiter is there, on an error, or when cancelled; at once when the
/// delimiter is empty.
///
/// *Completion signature.* `void(error_code, readable_buffer)`
///
/// *Errors.* `asio::error::eof`: the input ended before a delimiter; the writer's own error,
/// likewise; `errc::buffer_limit_exceeded`: so much may not be buffered. With these three it shows
/// what is buffered, which needs no advance, and may be advanced. Others as of `async_read`.
///
/// *Outstanding.* No other read.
///
/// *Cancellation.* Terminal, partial and total, and `cancel_pending_read` of the reader:
/// `operation_aborted`, and everything is as if it had not been started.
///
/// *Lifetimes.* The reader, and the text or the set that the delimiter refers to, stay until it
/// completes. The buffer is valid until the `advance` that passes it.
///
/// \snippet test/doc/adapters_test.cpp stream_ends
template <class Reader,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, readable_buffer))
              CompletionToken = detail::default_token_t<typename Reader::executor_type>>
auto async_read_until(Reader& reader, const delimiter& what,
                      CompletionToken&& token = CompletionToken()) {
    return boost::asio::async_compose<CompletionToken, void(error_code, readable_buffer)>(
        detail::read_prefix(reader, detail::sought_delimiter(what)), token, reader);
}

} // namespace sluice
