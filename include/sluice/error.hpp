// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

/// Back-pressured byte pipes for Boost.Asio.
namespace sluice {

/// What operations report.
using boost::system::error_code;

/// A value or an error_code. Its `value()` throws `boost::system::system_error`.
/// \tparam T of the value, or void
template <class T>
using result = boost::system::result<T>;

/// What Sluice itself reports. Errors of streams and of cancellation keep Asio's own codes.
enum class errc {
    read_pending = 1,   ///< a read was started while another one is outstanding
    advance_required,   ///< a read was delivered and not yet advanced
    no_read_to_advance, ///< advance or consume without a delivered read
    invalid_cursor,     ///< a cursor outside the delivered buffer, stale or foreign, or consumed >
                        ///< examined
    commit_exceeds_prepared, ///< commit or advance of more bytes than were prepared
    already_completed,       ///< use of an end that was completed
    not_completed,           ///< reset while an end is open, or while one of its operations runs
    writer_abandoned,        ///< the writer was destroyed without complete()
    reader_abandoned,        ///< the reader was destroyed without complete()
    buffer_limit_exceeded,   ///< more than max_buffered bytes are held without being consumed
    frame_too_large,         ///< a frame or message is longer than its decoder accepts
    malformed_frame,         ///< the bytes are no frame of the expected kind
    truncated_frame          ///< the input ended in the middle of a frame
};

/// The category named "sluice".
const boost::system::error_category& error_category() noexcept;

/// So an `errc` becomes an `error_code` by itself.
error_code make_error_code(errc e) noexcept;

} // namespace sluice

namespace boost::system {
template <>
struct is_error_code_enum<sluice::errc> : std::true_type {};
} // namespace boost::system
