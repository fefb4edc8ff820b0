// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "service.hpp"
#include <sluice/pipe/pipe_reader.hpp>
#include <sluice/pipe/pipe_writer.hpp>
#include <sluice/stream/file_stream.hpp>

#include <cstdint>
#include <memory>
#include <tuple>

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
    /// Sends a file up to its limit, while the output pipe is drained and not written to; and says
    /// how much has been sent.
    virtual awaitable<std::tuple<sluice::error_code, std::uint64_t>> send(file& what) = 0;

    /// Whether the last bytes wait until they fill a frame, or no longer; as the start of an answer
    /// does for the file that follows.
    virtual void cork(bool on) = 0;

    /// The bytes that the client has acknowledged, those of TLS included; none, if nobody knows.
    virtual std::uint64_t acknowledged() = 0;
};

std::unique_ptr<link> make_link(stream_socket socket, service& owner);

} // namespace file_server
