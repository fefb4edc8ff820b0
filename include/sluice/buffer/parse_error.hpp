// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>

#include <type_traits>

namespace sluice {

/// Why something could not be read from the bytes that are there.
enum class parse_error {
    need_more = 1, ///< it may be there when more bytes have arrived
    malformed      ///< it is not there, whatever arrives
};

/// `errc::truncated_frame` for need_more, `errc::malformed_frame` for malformed: what each of them
/// is when no more bytes will come.
error_code make_error_code(parse_error e) noexcept;

/// A value read from bytes, or why there is none. `value()` throws `boost::system::system_error`
/// with `make_error_code` of the reason.
/// \tparam T of the value, or void
template <class T>
using parsed = boost::system::result<T, parse_error>;

} // namespace sluice

namespace boost::system {
template <>
struct is_error_code_enum<sluice::parse_error> : std::true_type {};
} // namespace boost::system
