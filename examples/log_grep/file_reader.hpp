// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/pipe.hpp>

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

namespace asio = boost::asio;

using io_executor = asio::io_context::executor_type;
using pipe_reader = sluice::basic_pipe_reader<io_executor>;

/// Reads a file into a pipe, on a thread of its own: a regular file cannot be awaited.
class file_reader {
public:
    /// Starts reading. What cannot be opened or read ends the pipe with that error.
    file_reader(const io_executor& on, const std::string& path);
    ~file_reader();

    /// Where the bytes arrive.
    pipe_reader& bytes() { return pipe_.reader; }

    bool opened() const { return file_ >= 0; }

    /// Whether the first bytes are not text. Known once any have arrived.
    bool binary() const { return binary_; }

    /// Of a regular file; else 0.
    std::uint64_t size() const { return size_; }

private:
    void run();
    void open(const std::string& path);

    sluice::basic_pipe<io_executor> pipe_;
    int file_ = -1;
    std::uint64_t size_ = 0;
    std::atomic<bool> binary_{false};
    std::thread thread_;
};
