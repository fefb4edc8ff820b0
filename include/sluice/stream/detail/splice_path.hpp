// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/detail/system_pipe.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>

namespace sluice::detail {

// The way of bytes from a descriptor to another one: through a pipe of the system, which one of
// them may be itself, or through memory if the system does not have that. It never waits.
class splice_path {
public:
    splice_path(int from, int to, system_pipe_service& pipes) noexcept;
    ~splice_path();
    splice_path(const splice_path&) = delete;
    splice_path& operator=(const splice_path&) = delete;

    // Whether it is a stream socket or a pipe.
    static bool may_end_at(int descriptor) noexcept;

    // Moves what can be moved now, at most so many bytes out of the source. The descriptors are in
    // non-blocking mode, and those it was made with, or -1 when they have been closed.
    void go(int from, int to, std::uint64_t most) noexcept;

    // What the last `go` found:
    bool waits_for_source() const noexcept { return waits_for_source_; }
    bool waits_for_sink() const noexcept { return waits_for_sink_; }
    bool source_is_over() const noexcept { return source_is_over_; }
    error_code source_error() const noexcept { return source_error_; }
    error_code sink_error() const noexcept { return sink_error_; }

    std::uint64_t taken() const noexcept { return taken_; }
    std::uint64_t given() const noexcept { return given_; }
    bool is_empty() const noexcept { return taken_ == given_; }

private:
    enum class way { direct, through_pipe, through_memory };
    struct landing {
        std::unique_ptr<std::byte[]> bytes;
        std::size_t capacity = 0, begin = 0, end = 0;
        bool allocate(std::size_t size) noexcept;
    };

    bool step(std::uint64_t most) noexcept;
    bool move_directly(std::size_t most) noexcept;
    bool take(std::size_t most) noexcept;
    bool give() noexcept;
    bool use_memory() noexcept;
    std::ptrdiff_t take_into_memory(std::size_t most) noexcept;
    std::ptrdiff_t give_from_memory() noexcept;
    void release() noexcept;

    int from_, to_;
    system_pipe_service& pipes_;
    const bool from_pipe_;
    way way_;
    system_pipe pipe_;
    landing memory_;
    std::uint64_t taken_ = 0, given_ = 0;
    error_code source_error_, sink_error_;
    bool source_is_over_ = false;
    bool source_would_block_ = false;
    bool waits_for_source_ = false, waits_for_sink_ = false;
};

} // namespace sluice::detail
