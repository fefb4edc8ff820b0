// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#ifdef SLUICE_TEST_HAS_OPENSSL

#    include "support/echo_session.hpp"
#    include "support/fault_points.hpp"
#    include "support/outcome.hpp"
#    include "support/pipe_traffic.hpp"
#    include "support/proof.hpp"
#    include "support/tls_contexts.hpp"
#    include "support/transfer_outcome.hpp"
#    include <sluice/stream/connection.hpp>
#    include <sluice/stream/pipe_stream.hpp>
#    include <sluice/stream/tls_stream.hpp>

#    include <boost/asio/append.hpp>
#    include <boost/asio/io_context.hpp>
#    include <boost/asio/post.hpp>

using namespace sluice::test;

namespace {

using duplex = sluice::pipe_stream<>;

// A stream of which a call fails, and every later one of that direction if the fault stays.
class faulty_layer {
public:
    using executor_type = duplex::executor_type;
    using lowest_layer_type = faulty_layer;

    faulty_layer(duplex& next, fault& what) : next_(&next), fault_(&what) {}
    executor_type get_executor() const noexcept { return next_->get_executor(); }
    lowest_layer_type& lowest_layer() noexcept { return *this; }
    const lowest_layer_type& lowest_layer() const noexcept { return *this; }

    template <class Buffers, class Handler>
    void async_read_some(const Buffers& buffers, Handler&& handler) {
        if (fails(reading_fails_, "async_read_some"))
            fail(std::forward<Handler>(handler));
        else
            next_->async_read_some(buffers, std::forward<Handler>(handler));
    }
    template <class Buffers, class Handler>
    void async_write_some(const Buffers& buffers, Handler&& handler) {
        if (fails(writing_fails_, "async_write_some"))
            fail(std::forward<Handler>(handler));
        else
            next_->async_write_some(buffers, std::forward<Handler>(handler));
    }

private:
    bool fails(bool& fails, const char* call) {
        if (!fails && !fault_->strikes("layer below", call))
            return false;
        fails = fault_->stays();
        return true;
    }
    template <class Handler>
    void fail(Handler&& handler) {
        boost::asio::post(get_executor(), boost::asio::append(std::forward<Handler>(handler),
                                                              fault_->ec, std::size_t(0)));
    }

    duplex* next_;
    fault* fault_;
    bool reading_fails_ = false, writing_fails_ = false;
};

const std::size_t sent_bytes = proof_amount(300, 20'000);

// The server echoes by a connection; the client sends, ends, and reads.
void echo_over_tls(fault& what) {
    static tls_contexts contexts;
    sluice::connection_options options;
    options.input = options.output = segments_of(1000);
    options.linger = options.handshake_timeout = std::chrono::milliseconds(0);
    {
        asio::io_context context;
        auto [server, client] = sluice::make_pipe_streams(
            asio::any_io_executor(context.get_executor()), segments_of(1000));
        using server_stream = sluice::tls_stream<faulty_layer>;
        sluice::connection<server_stream> ours(
            server_stream(faulty_layer(server, what), contexts.server), options);
        sluice::connection<sluice::tls_stream<duplex&>> peer(
            sluice::tls_stream<duplex&>(client, contexts.client), options);
        transfer_outcome ran, peer_ran;
        numbered_reading seen;
        peer.output().write(asio::buffer(numbered_bytes(sent_bytes)));
        peer.output().complete();
        numbered_reader{peer.input(), seen}.start();
        echo_session{ours}.start();
        ours.async_run(asio::ssl::stream_base::server, ran.handler());
        peer.async_run(asio::ssl::stream_base::client, peer_ran.handler());
        poll(context);
        if (ran.calls == 0) { // the session has seen its flush fail, and takes no more
            CHECK(what.has_struck("write"));
            ours.input().complete(what.ec);
            poll(context);
        }
        REQUIRE(ran.done());
        server.close();
        poll(context);
        REQUIRE(peer_ran.done());
        CHECK(seen.in_order);
        CHECK(seen.ended);
        if (!ran.ec) { // all had been said
            CHECK(seen.count == sent_bytes);
            // Our farewell may fail at a peer that has said its own.
            CHECK((seen.ec == asio::error::eof || what.has_struck("write")));
        } else {
            CHECK((ran.ec == what.ec ||
                   (what.ec == asio::error::eof && ran.ec == asio::ssl::error::stream_truncated)));
            CHECK(seen.ec != asio::error::eof); // no failure looks like an end
        }
        if (!what.has_struck())
            CHECK_FALSE(ran.ec);
    }
    CHECK(options.input.pool.stats().bytes_in_use == 0);
}

} // namespace

TEST_CASE("faults: a connection over TLS") {
    play_faults("connection over TLS", echo_over_tls);
}

#endif
