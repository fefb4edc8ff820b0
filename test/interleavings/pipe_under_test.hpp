// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// The library's own pipe, compiled with atomics and mutexes that an explorer drives: for a program
// that does not link the library.
#pragma once

#include "interleavings/explored_atomic.hpp"

// All that the library includes of others, before the names change their meaning.
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_allocator.hpp>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/compose.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/recycling_allocator.hpp>
#include <boost/config.hpp>
#include <boost/system/result.hpp>
#include <boost/system/system_error.hpp>
#include <boost/version.hpp>

#include <algorithm>
#include <array>
#include <atomic>
#include <bit>
#include <charconv>
#include <compare>
#include <concepts>
#include <cstring>
#include <exception>
#include <iterator>
#include <limits>
#include <memory>
#include <memory_resource>
#include <mutex>
#include <new>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace std { // where the library looks for them
using sluice::test::explored_atomic;
using sluice::test::explored_mutex;
} // namespace std

inline void explored_pause() {
    sluice::test::explorer::spin();
}

#define atomic explored_atomic
#define mutex explored_mutex
#define __builtin_ia32_pause explored_pause

#include <sluice/pipe/pipe.hpp>

#undef atomic
#undef mutex
#undef __builtin_ia32_pause
