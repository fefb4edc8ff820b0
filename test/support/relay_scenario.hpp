// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/relayed.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

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

// Two events, one after the other; what each side sends meanwhile; and how it must end.
template <class Kind>
class relay_scenario {
    using peer = relay_peer<typename relayed<Kind>::Stream>;

public:
    relay_scenario(relay_event first, relay_event second, unsigned number) : number_(number) {
        events_[0] = first;
        events_[1] = second;
    }

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
        if (failure_ && *failure_ != happening::reset)
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
            if (one.at_client || ended_[0] || ended_[1]) {
                fail(one.what);
                REQUIRE(r_.finish());
            }
        }
    }

    void fail(happening what) {
        if (!failure_)
            failure_ = what;
    }

    void check() {
        const error_code ec = r_.outcome.ec;
        const auto& [there, back] = r_.outcome.result;
        if (is_limited() && ec == asio::error::timed_out)
            fail(happening::timeout); // a machine that is slow enough may reach any limit
        CAPTURE(ec);
        CAPTURE(there.reason);
        CAPTURE(back.reason);
        switch (failure_.value_or(happening::end)) {
        case happening::cancel:
            CHECK(ec == asio::error::operation_aborted);
            break;
        case happening::timeout:
            CHECK(ec == asio::error::timed_out);
            break;
        case happening::reset:
            CHECK(is_of_reset(ec));
            break;
        default:
            CHECK_FALSE(ec);
        }
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
            CHECK((one.reason == r_.outcome.ec || failure_ == happening::reset));
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
        return events_[0].what == happening::timeout || events_[1].what == happening::timeout;
    }

    static bool is_of_reset(error_code ec) {
        return ec == asio::error::connection_reset || ec == asio::error::broken_pipe;
    }

    static constexpr asio::cancellation_type types[] = {asio::cancellation_type::terminal,
                                                        asio::cancellation_type::partial,
                                                        asio::cancellation_type::total};

    relayed<Kind> r_;
    relay_event events_[2];
    unsigned number_;
    std::optional<happening> failure_; // the first
    bool ended_[2] = {};               // client, server
    bool stuffed_[2] = {};             // there, back
};

// Each of the events at either side, followed by each: a hundred of them.
template <class Kind>
void play_relay_scenarios() {
    unsigned number = 0;
    for (const happening first : all_happenings)
        for (const bool first_at_client : {true, false})
            for (const happening second : all_happenings)
                for (const bool second_at_client : {true, false}) {
                    const relay_event one{first, first_at_client}, two{second, second_at_client};
                    INFO(one.name() << ", then " << two.name());
                    relay_scenario<Kind>(one, two, number++).play();
                }
    CHECK(number == 100);
}

} // namespace sluice::test
