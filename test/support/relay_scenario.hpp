// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/proof.hpp"
#include "support/relayed.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace sluice::test {

// What may happen to a relay.
enum class happening { end, reset, slow, cancel, timeout };
constexpr happening all_happenings[] = {happening::end, happening::reset, happening::slow,
                                        happening::cancel, happening::timeout};
constexpr const char* happening_names[] = {"end", "reset", "slow", "cancel", "timeout"};

struct relay_event {
    happening what;
    bool at_client; // or at the server
    std::string name() const {
        return std::string(happening_names[static_cast<int>(what)]) +
               (at_client ? " client" : " server");
    }
};

// Events, one after the other; what each side sends meanwhile; and how it must end.
template <class Kind>
class relay_scenario {
    using peer = relay_peer<typename relayed<Kind>::Stream>;

public:
    relay_scenario(std::vector<relay_event> events, unsigned number)
        : events_(std::move(events))
        , number_(number) {}

    void play() {
        for (const relay_event& one : events_) // at the client: idle; at the server: half-closed
            if (one.what == happening::timeout)
                (one.at_client ? r_.options.idle_timeout : r_.options.half_close_timeout) =
                    std::chrono::milliseconds(30);
        r_.start();
        CHECK(r_.outcome.calls == 0);
        both_send();
        for (const relay_event& one : events_) {
            if (r_.outcome.calls == 0)
                happen(one);
            r_.settle();
            both_send();
        }
        // Now all that is still there is read, and ended.
        for (peer* one : {&r_.client, &r_.server}) {
            one->receive();
            if (one->is_open() && r_.outcome.calls == 0)
                one->end();
        }
        REQUIRE(r_.finish());
        check();
    }

private:
    void both_send() {
        if (!failures_.empty() && failures_.front() != happening::reset)
            return;
        for (peer* one : {&r_.client, &r_.server})
            if (one->is_open() && !ended_[one == &r_.server] && r_.outcome.calls == 0)
                one->send(700);
        r_.settle();
    }

    void happen(const relay_event& one) {
        peer& own = one.at_client ? r_.client : r_.server;
        peer& other = one.at_client ? r_.server : r_.client;
        switch (one.what) {
        case happening::end:
            ended_[!one.at_client] = true;
            return own.end();
        case happening::reset:
            fail(one.what);
            return own.reset();
        case happening::slow: // it does not read: more comes than there is room for
            if (other.is_open() && !ended_[one.at_client]) {
                other.send(400'000);
                stuffed_[one.at_client] = true;
            }
            return;
        case happening::cancel:
            fail(one.what);
            return r_.signal.emit(types[number_ % 3]);
        case happening::timeout:
            if (one.at_client || has_ended(0) || has_ended(1)) {
                fail(one.what);
                REQUIRE(r_.finish());
            }
        }
    }

    // Its end has been sent, too: it does not wait behind bytes that are not taken.
    bool has_ended(int side) {
        return ended_[side] && (side == 0 ? r_.client : r_.server).has_sent_all();
    }

    void fail(happening what) { failures_.push_back(what); }

    void check() {
        const error_code ec = r_.outcome.ec;
        const auto& [there, back] = r_.outcome.result;
        if (failures_.empty() && is_limited() && ec == asio::error::timed_out)
            fail(happening::timeout); // a machine that is slow enough may reach any limit
        CAPTURE(ec);
        CAPTURE(there.reason);
        CAPTURE(back.reason);
        // A side that is stuffed may be reset unnoticed; then what comes next ends it.
        const bool stuffed = stuffed_[0] || stuffed_[1];
        const auto explains = [&](happening what) { return is_error_of(what, ec); };
        if (failures_.empty())
            CHECK_FALSE(ec);
        else
            CHECK((explains(failures_.front()) ||
                   (stuffed && std::ranges::any_of(failures_, explains))));
        CHECK((ec == there.reason || ec == back.reason));
        if (!ec)
            CHECK((!there.reason && !back.reason));
        CHECK(r_.a.lowest_layer().is_open());
        CHECK(r_.b.lowest_layer().is_open());
        CHECK(r_.pool.stats().bytes_in_use == 0);
        r_.deliver();
        check(there, r_.client, r_.server, stuffed_[0]);
        check(back, r_.server, r_.client, stuffed_[1]);
    }

    void check(const relay_direction& one, peer& source, peer& sink, bool stuffed) {
        CAPTURE(source.sent());
        CAPTURE(sink.received());
        CHECK(sink.in_order());
        if (one.reason) {
            CHECK((one.reason == r_.outcome.ec || failures_.front() == happening::reset));
            CHECK_FALSE(sink.saw_end()); // a failure does not look like an end
        } else {
            CHECK(one.bytes == source.sent());
            if (sink.is_open())
                CHECK(sink.saw_end());
        }
        if (!sink.is_open())
            return;
        CHECK(sink.received() == one.bytes);
        if (!stuffed || !one.reason)
            CHECK(sink.received() == source.sent());
    }

    bool is_limited() const {
        return std::ranges::find(events_, happening::timeout, &relay_event::what) != events_.end();
    }

    static bool is_error_of(happening what, error_code ec) {
        switch (what) {
        case happening::cancel:
            return ec == asio::error::operation_aborted;
        case happening::timeout:
            return ec == asio::error::timed_out;
        case happening::reset:
            return ec == asio::error::connection_reset || ec == asio::error::broken_pipe;
        default:
            return !ec;
        }
    }

    static constexpr asio::cancellation_type types[] = {asio::cancellation_type::terminal,
                                                        asio::cancellation_type::partial,
                                                        asio::cancellation_type::total};

    relayed<Kind> r_;
    const std::vector<relay_event> events_;
    const unsigned number_;
    std::vector<happening> failures_; // in their order
    bool ended_[2] = {};              // client, server
    bool stuffed_[2] = {};            // there, back
};

template <class Stream>
std::string transport_of() {
    if constexpr (requires { typename Stream::next_layer_type; })
        return "TLS over " + transport_of<typename Stream::next_layer_type>();
    else
        return std::is_same_v<Stream, tcp_stream>     ? "TCP"
               : std::is_same_v<Stream, local_stream> ? "Unix sockets"
                                                      : "pipes";
}

// Each sequence of so many events, each at either side.
template <class Kind>
void play_relay_scenarios(std::vector<relay_event>& events, std::size_t length, unsigned& number) {
    if (events.size() == length) {
        std::string name;
        for (const relay_event& one : events)
            name += (name.empty() ? "" : ", then ") + one.name();
        CAPTURE(name);
        return relay_scenario<Kind>(events, number++).play();
    }
    for (const happening what : all_happenings)
        for (const bool at_client : {true, false}) {
            events.push_back({what, at_client});
            play_relay_scenarios<Kind>(events, length, number);
            events.pop_back();
        }
}

// Row 15 of the reliability programme: a hundred of two events; in the long form also a thousand
// of three.
template <class Kind>
void play_relay_scenarios() {
    unsigned number = 0;
    for (std::size_t length = 2; length <= proof_amount(2, 3); ++length) {
        std::vector<relay_event> events;
        play_relay_scenarios<Kind>(events, length, number);
    }
    CHECK(number == proof_amount(100, 1100));
    add_to_proof(15, "combinations over " + transport_of<typename relay_kind<Kind>::stream>(),
                 number);
    add_to_proof(15, "combinations", number);
}

} // namespace sluice::test
