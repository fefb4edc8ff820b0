// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/testing/manual_executor.hpp>
#include <sluice/testing/network_stream.hpp>

#include <cstdint>
#include <memory>
#include <utility>

namespace sluice::testing {

/// A simulated network, and the world around it: handlers run in an order drawn from the seed, time
/// moves when there is nothing else to do and sometimes before, bytes arrive late and in pieces. A
/// stream never loses, repeats or reorders bytes.
///
/// Everything is drawn from the seed: one that makes a test fail makes it fail again, as long as
/// the test itself draws what is random from it, too.
///
/// *Thread safety.* One thread for all of a network, and one network at a time: they share the
/// manual clock.
///
/// \snippet test/doc/reference_test.cpp network
class network {
public:
    /// Shuffles the context.
    network(manual_context& context, std::uint64_t seed,
            const network_options& options = network_options());

    /// Two streams that are connected to each other: `network_stream` or `network_socket`.
    template <class Stream = network_stream>
    std::pair<Stream, Stream> connect() {
        const boost::asio::any_io_executor executor = context_->get_executor();
        const auto there = std::make_shared<detail::network_link>(executor, state_);
        const auto back = std::make_shared<detail::network_link>(executor, state_);
        there->back = back;
        back->back = there;
        return {Stream(detail::network_end{executor, back, there}),
                Stream(detail::network_end{executor, there, back})};
    }

    /// Runs a handler, or moves the time to where the next thing happens; false if there is
    /// nothing left that could happen. What has not completed then never will.
    bool step();

    /// Runs until nothing is left. False if `most` steps were not enough: something goes on for
    /// ever.
    bool run(std::uint64_t most = 10'000'000);

private:
    manual_context* context_;
    std::shared_ptr<detail::network_state> state_;
};

} // namespace sluice::testing
