// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/detail/native_file.hpp>

namespace sluice::detail {

// One action on a file, which belongs to whoever carries it out until one of these is called.
class file_job {
public:
    file_job(int on, file_action action, std::uint64_t at, const file_pieces& with) noexcept
        : descriptor(on)
        , what(action)
        , position(at)
        , pieces(with) {}
    file_job(const file_job&) = delete;
    file_job& operator=(const file_job&) = delete;

    // From any thread.
    virtual void done(error_code ec, std::size_t n) = 0;
    // Ends it without an upcall.
    virtual void destroy() noexcept = 0;

    const int descriptor;
    const file_action what;
    const std::uint64_t position;
    const file_pieces pieces;
    file_job* next = nullptr; // for those who carry it out
    bool repeated = false;

protected:
    ~file_job() = default;
};

// Those who wait for files, so that nobody else must. Any thread may start jobs. Their destruction
// waits for what has begun, and destroys what has not.
class file_workers {
public:
    file_workers() = default;
    file_workers(const file_workers&) = delete;
    file_workers& operator=(const file_workers&) = delete;
    virtual ~file_workers() = default;

    virtual void start(file_job& job) = 0;
};

} // namespace sluice::detail
