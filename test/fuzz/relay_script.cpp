// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Any order in which the peers of a relay send, receive, end, or are gone, and the relay is
// cancelled: it ends, for the right reason, and no byte is lost, repeated or out of its place. The
// first bytes of the input choose what is relayed, each byte after them what happens.
#include "fuzz/fuzz_input.hpp"
#include "support/relayed.hpp"

using namespace sluice;
using fuzz::require;
using test::relay_peer;

namespace {

template <class Stream>
class script {
public:
    explicit script(fuzz::fuzz_input& input) : input_(input) {
        constexpr std::size_t segment_sizes[] = {16, 1000, 16 * 1024};
        r_.pool = segment_pool({.segment_size = segment_sizes[input_.choose(3)]});
        r_.options.between.pool = r_.pool;
        r_.options.between.pause_threshold = 1 + 100 * input_.choose(200);
        r_.options.max_read_size = 1 + 30 * input_.choose(250);
    }

    void play() {
        r_.start();
        require(r_.outcome.calls == 0, "a relay has completed within its start");
        while (!input_.empty() && r_.outcome.calls == 0)
            happen();
        // Now all that is still there is read, and ended.
        for (peer* one : {&r_.client, &r_.server}) {
            one->receive();
            if (one->is_open() && r_.outcome.calls == 0)
                one->end();
        }
        require(r_.finish(), "a relay does not end");
        r_.deliver();
        const auto& [there, back] = r_.outcome.result;
        const error_code ec = r_.outcome.ec;
        require(ec == there.reason || ec == back.reason, "it ended for another reason");
        if (ec == asio::error::operation_aborted)
            require(cancelled_, "it was cancelled by nobody");
        else if (ec)
            require(!r_.client.is_open() || !r_.server.is_open(),
                    "nothing happened, but it failed");
        else
            require(!there.reason && !back.reason, "it succeeded, but one direction did not");
        check(there, r_.client, r_.server);
        check(back, r_.server, r_.client);
        require(r_.pool.stats().bytes_in_use == 0, "memory was not given back");
    }

private:
    using peer = relay_peer<Stream>;
    static constexpr std::uint64_t most_reads = 50'000; // so that no script lasts for seconds

    void happen() {
        constexpr std::size_t sizes[] = {1, 100, 3000, 30'000, 70'000};
        constexpr asio::cancellation_type types[] = {asio::cancellation_type::terminal,
                                                     asio::cancellation_type::partial,
                                                     asio::cancellation_type::total};
        const unsigned what = input_.byte();
        peer& one = what & 1 ? r_.client : r_.server;
        switch (what / 2 % 12) {
        case 0:
            return one.reset();
        case 1:
            cancelled_ = true;
            return r_.signal.emit(types[what / 24 % 3]);
        case 2:
            ended_[what & 1] = true;
            return one.end();
        case 3:
        case 4:
            return one.receive();
        case 5:
        case 6:
            r_.context.restart();
            r_.context.poll_one();
            return;
        case 7:
        case 8:
            return r_.settle();
        default:
            if (!ended_[what & 1] && one.sent() < most_reads * r_.options.max_read_size)
                one.send(sizes[what / 24 % 5]);
        }
    }

    static void check(const relay_direction& one, const peer& source, const peer& sink) {
        require(sink.in_order(), "other bytes arrived");
        if (one.reason)
            require(!sink.saw_end(), "a failure looks like an end");
        else
            require(one.bytes == source.sent(), "bytes are lost, or were never sent");
        if (!sink.is_open())
            return;
        require(sink.received() == one.bytes, "more is counted than arrives, or less");
        require(one.reason || sink.saw_end(), "an end does not arrive");
    }

    fuzz::fuzz_input& input_;
    test::relayed<Stream> r_;
    bool cancelled_ = false;
    bool ended_[2] = {};
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::fuzz_input input(data, std::min<std::size_t>(size, 200));
    if (input.choose(4) == 0)
        script<test::local_stream>(input).play(); // by the system
    else
        script<test::duplex_stream>(input).play();
    return 0;
}
