// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/stream/detail/write_windows.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/compose.hpp>

#include <iterator>

namespace sluice {

namespace detail {

template <class ConstBufferSequence>
class buffers_source {
public:
    explicit buffers_source(const ConstBufferSequence& buffers) : buffers_(buffers) {}

    template <class Writer>
    error_code write(Writer& writer, std::size_t& total) {
        const auto end = boost::asio::buffer_sequence_end(buffers_);
        auto next = std::next(boost::asio::buffer_sequence_begin(buffers_), passed_);
        for (std::size_t room = write_window; next != end && room != 0;) {
            const boost::asio::const_buffer rest = boost::asio::const_buffer(*next) + offset_;
            const std::size_t n = writer.write(boost::asio::buffer(rest, room));
            total += n;
            room -= n;
            offset_ += n;
            if (n != rest.size())
                break;
            ++next;
            ++passed_;
            offset_ = 0;
        }
        done_ = next == end;
        return {};
    }
    bool is_done() const noexcept { return done_; }

private:
    ConstBufferSequence buffers_;
    std::ptrdiff_t passed_ = 0; // buffers, and bytes of the one behind them
    std::size_t offset_ = 0;
    bool done_ = false;
};

} // namespace detail

/// Copies all these bytes into a pipe, or anything else with the face of a writer, piece by piece
/// with flushes between them: as the reader takes them, so that however many there are, no more is
/// buffered than 64 KiB beyond what makes the writer pause.
///
/// *Completes when* all are written and flushed, on an error, or when cancelled.
///
/// *Completion signature.* `void(error_code, std::size_t)`: the bytes that became part of the
/// stream, all unless there is an error.
///
/// *Errors.* Those of `flush`, `asio::error::broken_pipe` among them when the reader has completed;
/// `not_enough_memory`.
///
/// *Outstanding.* No other use of the writer.
///
/// *Cancellation.* Terminal, partial and total: `operation_aborted`; the bytes that are counted are
/// published, the others are not written.
///
/// *Lifetimes.* The writer, and the memory of the buffers, stay until it completes.
///
/// \snippet test/doc/reference_test.cpp async_write
template <class Writer, class ConstBufferSequence,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, std::size_t)) CompletionToken =
              detail::default_token_t<typename Writer::executor_type>>
requires boost::asio::is_const_buffer_sequence<ConstBufferSequence>::value auto
async_write(Writer& writer, const ConstBufferSequence& buffers,
            CompletionToken&& token = CompletionToken()) {
    return boost::asio::async_compose<CompletionToken, void(error_code, std::size_t)>(
        detail::write_windows(writer, detail::buffers_source(buffers)), token, writer);
}

} // namespace sluice
