// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "network.hpp"
#include <sluice/parse/resp_encoder.hpp>
#include <sluice/pipe/pipe_writer.hpp>

#include <cstddef>
#include <string_view>

namespace resp_server {

/// A reply that would take more memory than it may. It is not complete: the client must go.
struct reply_too_large {};

/// Writes the parts of replies to a connection's output; nothing is sent before a flush.
class reply {
public:
    /// Throws `reply_too_large` where more than so many bytes would be written without a flush.
    reply(output_writer& output, std::size_t most) noexcept : output_(output), most_(most) {}

    void ok() { simple("OK"); }
    void simple(std::string_view text) { (void)encoder_.simple_string(text, output_); }
    /// CR and LF become spaces.
    void error(std::string_view text);
    void integer(std::int64_t value) { encoder_.integer(value, output_); }
    void number(double value) { encoder_.number(value, output_); }
    void bulk(std::string_view text) {
        if (output_.unflushed() + text.size() > most_)
            throw reply_too_large();
        encoder_.bulk(text, output_);
    }
    void verbatim(std::string_view text) { (void)encoder_.verbatim_string("txt", text, output_); }
    void null() { encoder_.null(output_); }
    void null_array() { encoder_.null_array(output_); }
    void array(std::size_t size) { encoder_.array(size, output_); }
    void map(std::size_t pairs) { encoder_.map(pairs, output_); }
    void set(std::size_t size) { encoder_.set(size, output_); }
    void push(std::size_t size) { encoder_.push(size, output_); }

    sluice::resp_version version() const noexcept { return encoder_.version(); }
    void version(sluice::resp_version version) noexcept { encoder_.version(version); }

private:
    output_writer& output_;
    std::size_t most_;
    sluice::resp_encoder encoder_{sluice::resp_version::resp2};
};

} // namespace resp_server
