// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "service.hpp"
#include <sluice/pipe/pipe_reader.hpp>
#include <sluice/pipe/pipe_writer.hpp>
#include <sluice/stream/file_stream.hpp>

#include <cstdint>
#include <functional>
#include <memory>

namespace file_server {

/// A client's connection, in clear or over TLS.
class link {
public:
    using reader = sluice::basic_pipe_reader<executor>;
    using writer = sluice::basic_pipe_writer<executor>;
    using file = sluice::basic_file_stream<executor>;

    link() = default;
    link(const link&) = delete;
    link& operator=(const link&) = delete;
    virtual ~link() = default;

    virtual reader& input() = 0;
    virtual writer& output() = 0;
    /// Moves the bytes until the connection has ended.
    virtual awaitable<> run() = 0;
    virtual void cancel() = 0;

    /// Whether files can be sent past the output pipe: then the system does it.
    virtual bool takes_files() const noexcept = 0;
    /// Until the end of the next `send`, what does not fill a frame is held back: the start of an
    /// answer leaves with its file.
    virtual void cork() = 0;
    /// Sends a file up to its limit, while the output pipe is drained and not written to. `moved`
    /// is told from time to time how much has been sent; at the end how much in all.
    virtual awaitable<sluice::error_code> send(file& what,
                                               const std::function<void(std::uint64_t)>& moved) = 0;
};

std::unique_ptr<link> make_link(stream_socket socket, service& owner);

} // namespace file_server
