// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/testing/fail_point.hpp>

#include <boost/asio/error.hpp>
#include <boost/system/system_error.hpp>

#include <new>

namespace sluice::testing {

void fail_point::check() {
    if (fails())
        throw boost::system::system_error(ec_, "sluice::testing::fail_point");
}

std::vector<error_code> stream_errors() {
    namespace error = boost::asio::error;
    return {error::eof,       error::connection_reset, error::broken_pipe, error::operation_aborted,
            error::timed_out, error::no_buffer_space};
}

std::size_t for_each_fail_point(const std::function<void(fail_point&)>& scenario,
                                const std::vector<error_code>& errors, std::size_t most) {
    std::size_t failures = 0;
    for (const error_code& ec : errors)
        for (std::size_t at = 0;; ++at) {
            if (at == most)
                throw std::logic_error("for_each_fail_point: the scenario has no end of points");
            fail_point point(at, ec);
            try {
                scenario(point);
            } catch (const std::bad_alloc&) {
                if (!point.failed())
                    throw;
            } catch (const boost::system::system_error&) {
                if (!point.failed())
                    throw;
            }
            if (!point.failed())
                break;
            ++failures;
        }
    return failures;
}

} // namespace sluice::testing
