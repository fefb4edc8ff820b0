// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/testing/network.hpp>

namespace sluice::testing {

network::network(manual_context& context, std::uint64_t seed, const network_options& options)
    : context_(&context)
    , state_(std::make_shared<detail::network_state>(
          detail::network_state{options, random_source(seed)})) {
    context.shuffle(state_->random.next());
}

bool network::step() {
    constexpr std::uint64_t slow_handlers = 16; // one in so many is late
    constexpr auto latest = std::chrono::milliseconds(20);
    if (state_->random.one_in(slow_handlers) &&
        manual_clock::next_expiry() <= manual_clock::now() + latest)
        return manual_clock::advance_to_next();
    return context_->run_one() || manual_clock::advance_to_next();
}

bool network::run(std::uint64_t most) {
    for (std::uint64_t i = 0; i != most; ++i)
        if (!step())
            return true;
    return false;
}

} // namespace sluice::testing
