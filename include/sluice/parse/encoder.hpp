// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/buffer_writer.hpp>
#include <sluice/error.hpp>

#include <concepts>
#include <utility>

namespace sluice {

/// An object that writes messages as frames: `encode(message, writer)` writes the whole frame, or
/// returns an error and has written nothing. Throws what `prepare` throws. The decoder of the same
/// kind finds the same message again.
///
/// \tparam E the encoder
/// \tparam Message what it writes
/// \tparam W what it writes to
/// \snippet test/doc/parsing_test.cpp encoder
template <class E, class Message, class W>
concept Encoder = BufferWriter<W> && requires(E& encoder, Message&& message, W& writer) {
    { encoder.encode(std::forward<Message>(message), writer) } -> std::same_as<error_code>;
};

} // namespace sluice
