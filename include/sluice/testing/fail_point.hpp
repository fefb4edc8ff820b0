// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>

#include <atomic>
#include <cstddef>
#include <functional>
#include <stdexcept>
#include <vector>

namespace sluice::testing {

/// Counts the points of a scenario at which something may fail, and says of one of them that it
/// does. Streams (`failing_stream`), memory (`failing_resource`) and code of your own ask it, each
/// time they come to such a point.
///
/// *Thread safety.* Points may be asked for from any thread.
///
/// \snippet test/doc/testing_test.cpp points
class fail_point {
public:
    /// Fails at the point with this number, from 0 on, with this error. Without: at none.
    explicit fail_point(std::size_t at = never, error_code ec = {}) noexcept : at_(at), ec_(ec) {}

    /// No point at all.
    static constexpr std::size_t never = static_cast<std::size_t>(-1);

    /// A point: true if it is the one that fails.
    bool fails() noexcept { return passed_++ == at_; }

    /// A point that fails as an error: that error, or none.
    error_code error() noexcept { return fails() ? ec_ : error_code(); }

    /// A point that fails as an exception: throws `boost::system::system_error` with the error.
    void check();

    /// How many points there were so far.
    std::size_t passed() const noexcept { return passed_; }
    /// The one that fails was among them.
    bool failed() const noexcept { return passed_ > at_; }

private:
    const std::size_t at_;
    const error_code ec_;
    std::atomic<std::size_t> passed_ = 0;
};

/// What a stream may fail with.
std::vector<error_code> stream_errors();

/// Runs a scenario with a failure at its first point, at its second, and so on, until a run comes
/// to its end without one; and all that for each of the errors. Returns the number of failures.
///
/// The scenario is a function of a `fail_point&`. It makes everything anew, and checks that it
/// ended in a defined state, with and without a failure. A `std::bad_alloc` or `system_error` that
/// comes out of it after the failure is one such state; every other exception is passed on.
///
/// Throws `std::logic_error` for a scenario with more than `most` points.
std::size_t for_each_fail_point(const std::function<void(fail_point&)>& scenario,
                                const std::vector<error_code>& errors = stream_errors(),
                                std::size_t most = 100'000);

} // namespace sluice::testing
