// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/detail/stream_traits.hpp>
#include <sluice/stream/detail/watched_pump.hpp>

#include <boost/asio/compose.hpp>

#include <cstdint>
#include <type_traits>
#include <utility>

namespace sluice::detail {

// Initiates a pump that is one composed operation; `by` is the one of its ends whose executor it
// runs on.
template <template <class, class> class Pump, class From, class To, class By>
struct start_pump {
    using executor_type = typename By::executor_type;
    using clock_type = stream_clock_t<By>;
    executor_type get_executor() const noexcept { return by->get_executor(); }

    template <class Handler>
    void operator()(Handler&& handler, const pump_options& options) const {
        using decayed = std::decay_t<Handler>;
        if (is_watched(options))
            watched_pump<start_pump, associates_of<decayed, executor_type>>::start(
                decayed(std::forward<Handler>(handler)), get_executor(), *this, options);
        else
            run(options, nullptr, std::forward<Handler>(handler));
    }

    template <class Handler>
    void run(const pump_options& options, std::uint64_t* moved, Handler&& handler) const {
        if constexpr (veiled_stream<From>)
            from->visit([&]<class Stream>(Stream& seen) {
                start_pump<Pump, Stream, To, Stream>{&seen, to, &seen}.run(
                    options, moved, std::forward<Handler>(handler));
            });
        else if constexpr (veiled_stream<To>)
            to->visit([&]<class Stream>(Stream& seen) {
                start_pump<Pump, From, Stream, Stream>{from, &seen, &seen}.run(
                    options, moved, std::forward<Handler>(handler));
            });
        else
            boost::asio::async_compose<Handler, void(error_code, std::uint64_t)>(
                Pump<From, To>(*from, *to, options, moved), handler, *by);
    }

    From* from;
    To* to;
    By* by;
};

} // namespace sluice::detail
