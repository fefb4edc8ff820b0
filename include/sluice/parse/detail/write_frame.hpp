// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/buffer_writer.hpp>

#include <boost/asio/buffer.hpp>

#include <cstddef>

namespace sluice::detail {

// Writes the parts one behind the other, all of them or, if `prepare` throws, none.
template <BufferWriter W, class... ConstBufferSequences>
void write_frame(W& writer, const ConstBufferSequences&... parts) {
    const std::size_t size = (boost::asio::buffer_size(parts) + ...);
    boost::asio::mutable_buffer room = writer.prepare(size);
    ((room += boost::asio::buffer_copy(room, parts)), ...);
    writer.commit(size);
}

} // namespace sluice::detail
