// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// SLUICE_TRANSFERS: how many, else 100,000. SLUICE_SHORT_IO_SEED: which ones.
#include "support/numbered_bytes.hpp"
#include "support/stream_pairs.hpp"
#include "support/temporary_file.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/file_stream.hpp>
#include <sluice/stream/pump.hpp>
#include <sluice/stream/relay.hpp>

#include <doctest/doctest.h>

#include <sys/socket.h>

#include <cstdlib>
#include <random>
#include <string>
#include <unistd.h>

using namespace sluice::test;

namespace {

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
    const char* const value = std::getenv(name);
    return value == nullptr ? otherwise : std::strtoull(value, nullptr, 10);
}

using local_socket = asio::local::stream_protocol::socket;

// The far end of a socket, which sends and receives as much as goes at once.
class far_end {
public:
    far_end(local_socket& socket, std::string bytes) : socket_(socket), out_(std::move(bytes)) {
        socket_.native_non_blocking(true);
    }

    void step() {
        if (!ended_ && sent_ == out_.size()) {
            socket_.shutdown(asio::socket_base::shutdown_send);
            ended_ = true;
        }
        if (!ended_) {
            const ssize_t n = ::send(socket_.native_handle(), out_.data() + sent_,
                                     out_.size() - sent_, MSG_NOSIGNAL);
            sent_ += n > 0 ? static_cast<std::size_t>(n) : 0;
        }
        char memory[64 * 1024];
        const ssize_t n = ::recv(socket_.native_handle(), memory, sizeof(memory), 0);
        if (n > 0)
            in_.append(memory, static_cast<std::size_t>(n));
        saw_end_ = saw_end_ || n == 0;
    }
    const std::string& sent() const noexcept { return out_; }
    const std::string& received() const noexcept { return in_; }
    bool saw_end() const noexcept { return saw_end_; }

private:
    local_socket& socket_;
    const std::string out_;
    std::string in_;
    std::size_t sent_ = 0;
    bool ended_ = false, saw_end_ = false;
};

class transfers {
public:
    explicit transfers(std::uint64_t seed) : random_(seed) {}

    void play_one() {
        switch (random_() % 6) {
        case 0:
            return through_a_pipe();
        case 1:
            return between_streams(false);
        case 2:
            return between_streams(true);
        case 3:
            return relayed();
        case 4:
            return from_a_file(random_() % 2 == 0);
        default:
            return to_a_file();
        }
    }
    std::uint64_t bytes() const noexcept { return bytes_; }

private:
    // Most are small; some are larger than what sockets hold.
    std::string random_bytes() {
        const std::size_t bits = random_() % 12 + (random_() % 16 == 0 ? 7 : 0);
        const std::string made = numbered_bytes(random_() % (std::size_t(2) << bits), random_());
        bytes_ += made.size();
        return made;
    }

    template <class Condition>
    void run(Condition over, far_end& a, far_end& b) {
        for (unsigned steps = 0; !over() || !b.saw_end(); ++steps) {
            REQUIRE(steps < 10'000'000);
            context_.restart();
            context_.poll();
            a.step();
            b.step();
        }
    }
    void check(const transfer_outcome& outcome, const std::string& sent,
               const std::string& received) {
        REQUIRE(outcome.done());
        REQUIRE_FALSE(outcome.ec);
        REQUIRE(outcome.bytes == sent.size());
        REQUIRE((received == sent)); // not to be printed
    }

    void through_a_pipe() {
        local_pair from(context_), to(context_);
        sluice::pipe between(context_);
        far_end source(from.near, random_bytes()), sink(to.far, {});
        transfer_outcome in, out;
        sluice::async_pump(from.far, between.writer, {}, in.handler());
        sluice::async_pump(between.reader, to.near, {}, out.handler());
        run([&] { return in.done() && out.done(); }, source, sink);
        check(in, source.sent(), sink.received());
        check(out, source.sent(), sink.received());
    }

    void between_streams(bool system_copy) {
        local_pair from(context_), to(context_);
        far_end source(from.near, random_bytes()), sink(to.far, {});
        transfer_outcome outcome;
        sluice::async_pump(from.far, to.near, {.system_copy = system_copy}, outcome.handler());
        run([&] { return outcome.done(); }, source, sink);
        check(outcome, source.sent(), sink.received());
    }

    void relayed() {
        local_pair left(context_), right(context_);
        far_end client(left.near, random_bytes()), server(right.far, random_bytes());
        sluice::relay_options options;
        options.system_copy = random_() % 2 == 0;
        transfer_outcome there, back;
        sluice::async_relay(left.far, right.near, options,
                            [&](sluice::error_code ec, const sluice::relay_result& result) {
                                there.handler()(ec, result.a_to_b.bytes);
                                back.handler()(ec, result.b_to_a.bytes);
                            });
        run([&] { return there.done() && client.saw_end(); }, client, server);
        check(there, client.sent(), server.received());
        check(back, server.sent(), client.received());
    }

    void from_a_file(bool system_copy) {
        local_pair to(context_), unused(context_);
        const std::string bytes = random_bytes();
        const temporary_file source(bytes);
        sluice::file_stream file(context_);
        file.open_for_reading(source.path);
        far_end nobody(unused.near, {}), sink(to.far, {});
        transfer_outcome outcome;
        sluice::async_pump(file, to.near, {.system_copy = system_copy}, outcome.handler());
        run([&] { return outcome.done(); }, nobody, sink);
        check(outcome, bytes, sink.received());
    }

    void to_a_file() {
        local_pair from(context_), unused(context_);
        const temporary_file target;
        sluice::file_stream file(context_);
        file.open_for_writing(target.path);
        far_end source(from.near, random_bytes()), nobody(unused.near, {}), also(unused.far, {});
        transfer_outcome outcome;
        sluice::async_pump(from.far, file, {}, outcome.handler());
        run(
            [&] {
                nobody.step();
                return outcome.done();
            },
            source, also);
        check(outcome, source.sent(), target.content());
    }

    asio::io_context context_;
    std::mt19937_64 random_;
    std::uint64_t bytes_ = 0;
};

} // namespace

TEST_CASE("transfers arrive however short, interrupted and blocked the system's calls are") {
    // Else the library was not preloaded, and this says nothing.
    asio::io_context context;
    local_pair pair(context);
    pair.near.native_non_blocking(true);
    unsigned disturbed = 0;
    for (int i = 0; i != 1000; ++i) {
        char byte = 0;
        disturbed += ::recv(pair.near.native_handle(), &byte, 1, 0) < 0 && errno == EINTR;
    }
    REQUIRE(disturbed > 20);

    const std::uint64_t seed = setting("SLUICE_SHORT_IO_SEED", std::random_device()());
    CAPTURE(seed);
    transfers all(seed);
    const std::uint64_t count = setting("SLUICE_TRANSFERS", 100'000);
    for (std::uint64_t i = 0; i != count; ++i)
        all.play_one();
    MESSAGE(count << " transfers, " << all.bytes() << " bytes");
}
