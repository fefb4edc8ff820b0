// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/http/write.hpp>
#include <sluice/parse/encoder.hpp>

#include <type_traits>

namespace sluice::http {

/// Writes Beast messages as they are: prepare their payload before.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe.
class message_encoder {
public:
    /// Writes the message as a whole. Errors: those of the body; then nothing was written, unless a
    /// body that comes in several pieces, as that of a file does, fails in the middle. Throws what
    /// the writer throws: if that is for want of memory behind the header, the part before stays
    /// written, and the connection has to end, as nothing else may follow it.
    template <class Message, BufferWriter W>
    requires detail::serialisable<std::remove_reference_t<Message>>
        error_code encode(Message&& message, W& writer)
    const {
        const result<std::size_t> written = http::write(writer, message);
        return written ? error_code() : written.error();
    }
};

} // namespace sluice::http
