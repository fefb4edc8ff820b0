// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

// What differs between the Boost versions Sluice supports (1.81 and later), in one place.

#include <boost/asio/async_result.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/version.hpp>

#include <type_traits>

#if BOOST_VERSION < 108100
#    error "Sluice needs Boost 1.81 or later"
#endif

// Whether Asio has `cancel_after` and `cancel_at` itself.
#if BOOST_VERSION >= 108600
#    define SLUICE_ASIO_HAS_CANCEL_AFTER 1
#else
#    define SLUICE_ASIO_HAS_CANCEL_AFTER 0
#endif

namespace sluice::detail {

// Before 1.86 an executor without a default token has void, where later ones say `deferred_t`.
template <class Executor>
using default_token_t =
    std::conditional_t<std::is_void_v<boost::asio::default_completion_token_t<Executor>>,
                       boost::asio::deferred_t, boost::asio::default_completion_token_t<Executor>>;

} // namespace sluice::detail
