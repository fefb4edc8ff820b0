// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/stream/detail/run_relay.hpp>

#include <boost/asio/async_result.hpp>

#include <type_traits>

namespace sluice {

/// Moves bytes between two Asio streams in both directions until both are over.
///
/// The end of one stream becomes `shutdown(shutdown_send)` of the other, or `async_shutdown_send`
/// as of `tls_stream`, behind the last byte, and the other direction goes on. A stream whose
/// reading fails ends both directions: what it had sent is delivered, what it was to get is
/// dropped. A stream whose writing fails ends that direction only: what its peer still sends the
/// other way arrives. No failure looks like an end to the other peer: its stream is not shut down.
///
/// *Completes when* both directions are over, a time limit has passed, or it is cancelled.
///
/// *Completion signature.* `void(error_code, relay_result)`: bytes and reason of each direction,
/// also with an error.
///
/// *Errors.* The reason of the direction that failed first, `not_enough_memory` among them;
/// `asio::error::timed_out`; `operation_aborted`.
///
/// *Outstanding.* No other operation on the streams.
///
/// *Cancellation.* Partial and total: nothing more is read, and what was read is written before it
/// completes, within `half_close_timeout`. Terminal: at once; what was read and not yet written is
/// lost.
///
/// *Lifetimes.* The streams stay until it completes, and are left open. Sockets and descriptors are
/// left in non-blocking mode.
///
/// *Thread safety.* Both streams are used through the executor of the completion handler, that of
/// the first stream by default: it must not run two handlers at once (one thread, or a strand).
/// With `use_future` it is the executor of the first stream. Any thread may start it.
///
/// \snippet test/doc/adapters_test.cpp relay
/// \tparam StreamA of one stream
/// \tparam StreamB of the other one
template <class StreamA, class StreamB,
          BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code, relay_result))
              CompletionToken = detail::default_token_t<typename StreamA::executor_type>>
auto async_relay(StreamA& a, StreamB& b, const relay_options& options = {},
                 CompletionToken&& token = CompletionToken()) {
    return boost::asio::async_initiate<CompletionToken, void(error_code, relay_result)>(
        detail::start_relay<StreamA, StreamB>{&a, &b}, token, options);
}

} // namespace sluice
