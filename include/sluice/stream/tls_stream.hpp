// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/detail/asio_compat.hpp>
#include <sluice/stream/detail/close_notify.hpp>

#include <boost/asio/compose.hpp>
#include <boost/asio/ssl/stream.hpp>

namespace sluice {

/// `asio::ssl::stream` whose sending direction can be ended alone, as that of a socket can: pumps
/// and relays turn the end of what they move into TLS's close_notify, and go on receiving.
///
/// Its own `async_shutdown` waits for the peer's close_notify, too, and fails if the peer has
/// anything left to say.
///
/// Needs OpenSSL, and is not part of `sluice/sluice.hpp`.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: unsafe; one read and one write may be
/// outstanding at a time, on one implicit or explicit strand.
///
/// \tparam NextLayer the stream beneath, or a reference to it
/// \snippet examples/http_file_server/link.cpp async_run
template <class NextLayer>
class tls_stream : public boost::asio::ssl::stream<NextLayer> {
public:
    /// Of the layer below.
    using executor_type = typename boost::asio::ssl::stream<NextLayer>::executor_type;
    using boost::asio::ssl::stream<NextLayer>::stream;

    /// Sends close_notify behind what was written. Afterwards nothing more can be written; what the
    /// peer sends is still read.
    ///
    /// *Completes when* the layer below has taken it. *Completion signature.* `void(error_code)`
    ///
    /// *Errors.* Those of the layer below; those of OpenSSL, as before the handshake.
    ///
    /// *Outstanding.* No write; reads may be.
    ///
    /// *Cancellation.* Terminal: the stream can only be closed then.
    ///
    /// *Lifetimes.* The stream stays where it is until it completes.
    template <BOOST_ASIO_COMPLETION_TOKEN_FOR(void(error_code))
                  CompletionToken = detail::default_token_t<executor_type>>
    auto async_shutdown_send(CompletionToken&& token = CompletionToken()) {
        return boost::asio::async_compose<CompletionToken, void(error_code)>(
            detail::send_close_notify<tls_stream>{*this, farewell_}, token, *this);
    }

private:
    detail::close_notify farewell_;
};

} // namespace sluice
