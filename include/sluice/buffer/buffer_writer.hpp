// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/asio/buffer.hpp>

#include <concepts>
#include <cstddef>

namespace sluice {

/// Something bytes can be written to.
///
/// `prepare(n)` gives contiguous memory of at least `max(n, 1)` bytes; it throws when that cannot
/// be had, and changes nothing then. `commit(n)` makes the first `n` bytes of it part of what was
/// written; what is prepared and not committed may be prepared again.
///
/// Models: `pipe_writer`, `stream_writer`, `writable_buffer`, `span_writer`, `pooled_buffer`, and
/// every Asio dynamic buffer through `dynamic_buffer_writer`.
///
/// \tparam W the writer
template <class W>
concept BufferWriter = requires(W& writer, std::size_t n) {
    { writer.prepare(n) } -> std::convertible_to<boost::asio::mutable_buffer>;
    writer.commit(n);
};

} // namespace sluice
