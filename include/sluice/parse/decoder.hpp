// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/byte_reader.hpp>
#include <sluice/parse/decoded.hpp>

#include <concepts>

namespace sluice {

/// A synchronous, stateful object that finds frames in bytes.
///
/// `decode(in)` is called with a reader that stands at the first byte of a frame, and sees all
/// bytes that are there, at least one. It returns
/// - a frame, and leaves `in` behind it. The bytes before that place are consumed when the next
///   frame is asked for: until then the frame may hold views of them;
/// - `need_more`, wherever `in` then stands: nothing is consumed, and the next call sees the same
///   bytes from the first on, and more. What was learnt so far the decoder keeps itself, as offsets
///   from the first byte. To let bytes go, give what they mean as a frame;
/// - an error: `errc::malformed_frame`, `errc::frame_too_large`, or the decoder's own. `in` tells
///   where it was found; nothing is consumed.
///
/// `decode_end(in)` is called instead when no more bytes will come, also with none left. It may
/// give a last frame, and is called again after it. `need_more` there means that `in` holds no
/// frame: with bytes left, the end is `errc::truncated_frame`. A decoder without it says so always,
/// after `decode` found no more frames.
///
/// Frames are default-constructible.
///
/// \tparam D the decoder
/// \snippet test/doc/parsing_test.cpp decoder
template <class D>
concept Decoder = requires(D decoder, byte_reader& in) {
    typename D::frame_type;
    requires std::default_initializable<typename D::frame_type>;
    { decoder.decode(in) } -> std::same_as<decoded<typename D::frame_type>>;
};

/// A decoder that is told of the end of the input.
///
/// \tparam D the decoder
/// \snippet test/doc/parsing_test.cpp last
template <class D>
concept EndAwareDecoder = Decoder<D> && requires(D decoder, byte_reader& in) {
    { decoder.decode_end(in) } -> std::same_as<decoded<typename D::frame_type>>;
};

/// A decoder that often has the next frame at hand, because it looked ahead: `try_decode` gives the
/// frame that `decode` would, or leaves `in` as it is and says false; then `decode` is asked. Here
/// `position()` need not be 0, and there may be no bytes.
/// \tparam D the decoder
template <class D>
concept QuickDecoder = Decoder<D> &&
    requires(D decoder, byte_reader& in, typename D::frame_type& frame) {
    { decoder.try_decode(in, frame) } -> std::same_as<bool>;
};

/// What is in the bytes when no more will come: see `Decoder`.
/// \tparam D the decoder
template <Decoder D>
decoded<typename D::frame_type> decode_end(D& decoder, byte_reader& in) {
    if constexpr (EndAwareDecoder<D>) {
        return decoder.decode_end(in);
    } else {
        if (in.empty())
            return need_more{};
        return decoder.decode(in);
    }
}

} // namespace sluice
