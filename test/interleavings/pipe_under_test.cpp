// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "interleavings/pipe_under_test.hpp"

#define atomic explored_atomic
#define mutex explored_mutex
#define __builtin_ia32_pause explored_pause

#include "../src/buffer/detail/byte_search.cpp"
#include "../src/buffer/detail/chain_builder.cpp"
#include "../src/buffer/preserved_buffer.cpp"
#include "../src/buffer/readable_buffer.cpp"
#include "../src/buffer/share_chain.cpp"
#include "../src/detail/throw_error.cpp"
#include "../src/error.cpp"
#include "../src/memory/pool_state.cpp"
#include "../src/memory/segment_pool.cpp"
#include "../src/pipe/detail/consumer.cpp"
#include "../src/pipe/detail/parked_operation.cpp"
#include "../src/pipe/detail/pipe_core.cpp"
#include "../src/pipe/detail/pipe_service.cpp"
#include "../src/pipe/detail/pipe_state.cpp"
#include "../src/pipe/detail/producer.cpp"
#include "../src/pipe/detail/published_word.cpp"
#include "../src/pipe/detail/resume.cpp"
#include "../src/pipe/detail/writer_tail.cpp"

#undef atomic
#undef mutex
#undef __builtin_ia32_pause

namespace {

// Each thread of a search has its own.
struct dispatching_per_thread {
    dispatching_per_thread() {
        using sluice::detail::dispatching;
        sluice::test::explorer::exchange_local = [](void* fresh) -> void* {
            return std::exchange(dispatching::innermost, static_cast<dispatching*>(fresh));
        };
    }
} const set_up;

} // namespace
