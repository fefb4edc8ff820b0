// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/parse/decoder.hpp>
#include <sluice/parse/detail/next_frame.hpp>
#include <sluice/pipe/detail/show_again.hpp>
#include <sluice/pipe/read_result.hpp>

#include <boost/asio/compose.hpp>
#include <boost/asio/error.hpp>
#include <boost/config.hpp>

#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <utility>

namespace sluice {

/// Takes frames out of a reader: the decoder finds them, this class does the awaiting.
///
/// `Reader` is a reader, or a reference to one that somebody else keeps; anything with the face of
/// a reader will do. What is buffered belongs to the frames, whoever has looked at it before.
///
/// A frame, and every view it holds, is valid until the next call of `try_next`, `async_next` or
/// `release`; moving this object does not end it. A moved-from one can only be destroyed.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe; it is the reader's user.
///
/// \tparam D the decoder
/// \snippet test/doc/parsing_test.cpp serve
template <class Reader, Decoder D>
class framed_reader {
public:
    using reader_type = std::remove_reference_t<Reader>;       ///< what is read
    using executor_type = typename reader_type::executor_type; ///< of the reader
    using decoder_type = D;                                    ///< what finds the frames
    using frame_type = typename D::frame_type;                 ///< what it makes of them

    /// Takes over the reader, or refers to it. Reads nothing yet.
    explicit framed_reader(Reader&& reader, D decoder = D())
        : reader_(std::forward<Reader>(reader))
        , decoder_(std::move(decoder)) {}
    /// Only while nothing is outstanding.
    framed_reader(framed_reader&&) = default;

    /// The reader's own.
    executor_type get_executor() const noexcept { return reader_.get_executor(); }

    /// The next frame, if it is buffered as a whole; does not touch the scheduler.
    ///
    /// Errors: `asio::error::would_block`: it is not there yet; the others are those of
    /// `async_next`. Throws what the decoder throws; then nothing is lost.
    BOOST_FORCEINLINE result<frame_type> try_next() {
        if constexpr (QuickDecoder<D>) {
            if (frame_type frame; try_decode(frame))
                return frame;
        }
        return next();
    }

    /// Waits for the next frame.
    ///
    /// *Completes when* a frame is complete, at the end, on an error, or when cancelled.
    ///
    /// *Completion signature.* `void(error_code, frame_type)`
    ///
    /// *Errors.* `asio::error::eof`: the input ended behind a frame; `errc::truncated_frame`: it
    /// ended within one; those of the decoder, `errc::malformed_frame` and `errc::frame_too_large`
    /// among them; those of the reader, `errc::buffer_limit_exceeded` for a frame that is larger
    /// than its buffer among them; `not_enough_memory`. Every frame before the error is delivered
    /// first. An error of the decoder and the end are final: they are reported again by each later
    /// call.
    ///
    /// *Outstanding.* One, and no other read of the reader.
    ///
    /// *Cancellation.* Terminal, partial and total, and `cancel_pending_read` of the reader:
    /// `operation_aborted`, and nothing is lost: the next call goes on.
    ///
    /// *Lifetimes.* This object, and the reader, stay where they are until it completes.
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, frame_type))
                  CompletionToken = detail::default_token_t<executor_type>>
    auto async_next(CompletionToken&& token = CompletionToken()) {
        return boost::asio::async_compose<CompletionToken, void(error_code, frame_type)>(
            detail::next_frame<framed_reader>(*this), token, reader_);
    }

    /// Where in the stream the decoder found its error, or the input ended too early: the bytes
    /// before that place. Meaningful after such an error.
    std::uint64_t error_position() const noexcept { return error_position_; }

    /// The bytes behind a frame that came with it; at an error of the decoder, and at the end,
    /// those from the last frame on. Empty while more must be read. Valid like a frame.
    readable_buffer rest() const noexcept { return in_.rest(); }

    /// Gives the reader back, behind the last frame that was taken: no byte from there on is
    /// consumed or counts as examined. Call it before the reader is used in another way, with
    /// another decoder for instance. Ends the validity of the last frame.
    ///
    /// Frames may be taken again later. If a frame has begun to arrive, and others take its bytes
    /// meanwhile, assign a new decoder first: this one has looked at them.
    void release() {
        const read_cursor behind = in_.consumed();
        in_ = {};
        ended_ = at_end_ = false;
        wanted_ = 1;
        if (std::exchange(delivered_, false))
            reader_.advance(behind);
        else
            detail::show_again(reader_);
    }

    /// The decoder, whose settings may be changed between two frames.
    /// @{
    D& decoder() noexcept { return decoder_; }
    const D& decoder() const noexcept { return decoder_; }
    /// @}
    /// The reader: see `release`.
    reader_type& reader() noexcept { return reader_; }

private:
    friend class detail::next_frame<framed_reader>;

    // Whether nothing is left that was delivered; then the reader is behind it.
    bool must_read() {
        if (error_ || ended_ || !in_.empty())
            return false;
        (void)decode();
        return true;
    }

    BOOST_FORCEINLINE bool try_decode(frame_type& frame) {
        if (at_end_)
            return false;
        return decoder_.try_decode(in_, frame);
    }

    result<frame_type> next() {
        for (;;) {
            result<frame_type> frame = decode();
            if (frame || frame.error() != boost::asio::error::would_block)
                return frame;
            const result<read_result> read =
                wanted_ == 0 ? reader_.try_read() : reader_.try_read_at_least(wanted_);
            const error_code ec = read ? accept({}, *read) : accept(read.error(), read_result{});
            if (ec)
                return ec;
        }
    }

    // From the bytes that were delivered. would_block: more must be read.
    result<frame_type> decode() {
        if (error_)
            return error_;
        while (!in_.empty() || ended_) {
            in_.discard_read();
            decoded<frame_type> outcome = ask_decoder();
            if (outcome)
                return std::move(*outcome);
            if (outcome.error())
                return fail(outcome.error());
            in_.rewind(in_.position());
            if (!ended_) {
                wanted_ = outcome.needed() > in_.remaining() ? outcome.needed() : 0;
                break;
            }
            if (at_end_)
                return in_.empty() ? finish() : fail(errc::truncated_frame, in_.remaining());
            at_end_ = true;
        }
        const byte_reader looked_at = std::exchange(in_, {});
        if (std::exchange(delivered_, false))
            reader_.advance(looked_at.consumed(), looked_at.view().finish());
        return error_code(boost::asio::error::would_block);
    }

    decoded<frame_type> ask_decoder() {
        try {
            if (at_end_)
                return decode_end(decoder_, in_);
            if (in_.empty())
                return need_more{};
            return decoder_.decode(in_);
        } catch (...) {
            in_.rewind(in_.position());
            throw;
        }
    }

    error_code fail(error_code ec, std::size_t further = 0) {
        error_position_ = in_.consumed().position() + further;
        in_.rewind(in_.position());
        at_end_ = true;
        return error_ = ec;
    }
    error_code finish() {
        release();
        at_end_ = true;
        return error_ = boost::asio::error::eof;
    }

    // Takes over the outcome of a read. An error to report, or none: decode.
    error_code accept(error_code ec, read_result read) {
        if (ec == boost::asio::error::eof) { // others have seen the end: what they left is shown
            const result<read_result> rest = reader_.try_read_at_least(0);
            if (rest)
                read = *rest;
            ec = rest ? error_code() : rest.error();
        }
        if (ec)
            return ec;
        if (read.cancelled)
            return boost::asio::error::operation_aborted;
        delivered_ = true;
        ended_ = read.completed;
        wanted_ = 0;
        in_ = byte_reader(read.buffer);
        return {};
    }

    Reader reader_;
    D decoder_;
    byte_reader in_;         // within what is delivered; from the frame that is looked for
    std::size_t wanted_ = 1; // bytes from there on without which it is no use to look; 0: new ones
    bool delivered_ = false; // a read of the reader that is not advanced
    bool ended_ = false;     // nothing comes behind what is delivered
    bool at_end_ = false;    // decode has found all that it can
    error_code error_;
    std::uint64_t error_position_ = 0;
};

/// Owns a temporary reader, and refers to a variable.
/// \tparam D the decoder
template <class Reader, class D>
framed_reader(Reader&&, D) -> framed_reader<Reader, D>;

} // namespace sluice
