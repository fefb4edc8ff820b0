// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Row 7 of the reliability programme: pipelined requests in frames, answered over a connection.
#include "support/simulation.hpp"
#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/framed_writer.hpp>
#include <sluice/parse/length_prefix_decoder.hpp>
#include <sluice/parse/length_prefix_encoder.hpp>
#include <sluice/stream/connection.hpp>

#include <algorithm>
#include <string>

using namespace sluice;
using namespace sluice::test;

namespace {

constexpr length_prefix_options two_bytes{.prefix_size = 2, .max_size = 500};

std::string framed(const std::string& text) {
    return std::string{static_cast<char>(text.size() >> 8), static_cast<char>(text.size())} + text;
}

// Answers each frame with its bytes backwards.
class backwards_server {
public:
    backwards_server(simulated_world& world, network_socket stream,
                     const connection_options& options)
        : world_(world)
        , connection_(std::move(stream), options)
        , requests_(connection_.input(), length_prefix_decoder(two_bytes))
        , answers_(connection_.output(), length_prefix_encoder(two_bytes)) {}

    void close() { connection_.stream().close(); }

    unsigned ends = 0;
    error_code ec;
    error_code last; // why there are no more requests

    void start() {
        connection_.async_run([this](error_code e) {
            ++ends;
            ec = e;
        });
        next();
    }

private:
    void next() {
        requests_.async_next([this](error_code e, const readable_buffer& frame) {
            if (e) {
                last = e;
                if (e != asio::error::eof) // there may be a part of a frame
                    connection_.input().complete();
                return connection_.output().complete();
            }
            answer(frame);
            while (world_.random.one_in(2)) { // what is there already
                const auto another = requests_.try_next();
                if (!another)
                    break;
                answer(*another);
            }
            answers_.flush([this](error_code flushed) {
                if (flushed)
                    return connection_.input().complete();
                next();
            });
        });
    }
    void answer(const readable_buffer& frame) {
        std::string text = frame.to_string();
        std::reverse(text.begin(), text.end());
        world_.expect(answers_.write(text).has_value(), "an answer cannot be written");
    }

    simulated_world& world_;
    connection<network_socket> connection_;
    framed_reader<pipe_reader&, length_prefix_decoder> requests_;
    framed_writer<pipe_writer&, length_prefix_encoder> answers_;
};

void play_frames(simulated_world& world) {
    std::string sends, expects;
    for (auto left = world.random.below(30); left != 0; --left) {
        std::string text = numbered_bytes(static_cast<std::size_t>(world.random.below(100)), left);
        sends += framed(text);
        std::reverse(text.begin(), text.end());
        expects += framed(text);
    }
    const bool is_cut = world.random.one_in(4) && !sends.empty(); // amidst a frame, or between two
    const bool too_large = !is_cut && world.random.one_in(8);
    if (is_cut)
        sends.resize(static_cast<std::size_t>(world.random.below(sends.size())));
    if (too_large)
        sends += framed(numbered_bytes(two_bytes.max_size + 1));
    auto [near, far] = world.network.connect<network_socket>();
    network_stream client = std::move(near);
    connection_options options;
    options.input = world.any_pipe();
    options.output = world.any_pipe();
    backwards_server server(world, std::move(far), options);
    simulated_sender sender(world, client, sends);
    simulated_receiver receiver(world, client, expects);
    const bool resets = world.random.one_in(5);
    manual_timer trouble(world.executor());
    if (resets) {
        trouble.expires_after(world.any_time(std::chrono::milliseconds(300)));
        trouble.async_wait([&](error_code) { client.reset(); });
    }
    server.start();
    sender.go_on();
    receiver.go_on();
    if (!world.run())
        return;
    if (too_large) { // a client that goes on sending is not read, until the server closes
        server.close();
        world.run();
    }

    world.expect(server.ends == 1, "the connection hangs, or ends twice");
    world.expect(sender.done && receiver.done, "the client hangs");
    if (!resets) {
        world.expect(!server.ec, "the connection fails for no reason", server.ec);
        world.expect(receiver.saw_end, "no end arrives", receiver.ec);
        world.expect(sender.sent == sends.size() || too_large, "a request is not taken");
        world.expect(too_large ? server.last == errc::frame_too_large
                               : server.last == asio::error::eof ||
                                     (is_cut && server.last == errc::truncated_frame),
                     "the requests end otherwise", server.last);
        if (!is_cut)
            world.expect(receiver.received == expects.size(), "an answer is lost");
    }
    world.expect(options.input.pool.stats().bytes_in_use == 0 &&
                     options.output.pool.stats().bytes_in_use == 0,
                 "memory is not given back");
    world.expect(world.context.outstanding_work() == 0, "work is left");
}

} // namespace

TEST_CASE("simulation: pipelined requests in frames over a connection") {
    simulate("framed requests", play_frames);
}
