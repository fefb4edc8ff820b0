// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "heap_failures/course.hpp"
#include "support/numbered_bytes.hpp"
#include <sluice/pipe/pipe_options.hpp>
#include <sluice/pipe/read_result.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/write.hpp>

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace sluice::test {

using wait_fate = fate_of<int>;
using read_fate = fate_of<read_result>;
using transfer_fate = fate_of<std::uint64_t>;

// Of small segments, each of which is an allocation that can fail, and soon full.
inline pipe_options narrow_pipe(resumption how = resumption::post) {
    segment_pool_options memory;
    memory.segment_size = 16;
    memory.max_cached_bytes = 0;
    pipe_options options;
    options.pool = segment_pool(memory);
    options.minimum_segment_size = 1;
    options.pause_threshold = 40;
    options.resume_threshold = 20;
    options.reader_resumption = options.writer_resumption = how;
    return options;
}

// Numbered bytes that are sent in ten pieces, and gathered where they arrive.
class passage {
public:
    explicit passage(std::size_t size = 300)
        : all_(numbered_bytes(size))
        , there_(2 * size, '\0')
        , piece_(size / 10) {}

    std::string_view all() const noexcept { return all_; }
    // The piece that is to be sent, until it was.
    std::string_view next_text() const noexcept { return all().substr(sent_, piece_); }
    asio::const_buffer next() const noexcept { return asio::buffer(next_text()); }
    asio::const_buffer rest() const noexcept { return asio::buffer(all().substr(sent_)); }
    void sent() noexcept { sent(piece_); }
    void sent(std::size_t n) noexcept { sent_ += n; }
    bool all_sent() const noexcept { return sent_ == all_.size(); }

    template <class Buffers>
    void receive(const Buffers& buffers) noexcept {
        received_ += asio::buffer_copy(asio::buffer(there_) + received_, buffers);
    }
    std::string_view there() const noexcept { return {there_.data(), received_}; }
    bool arrived() const noexcept { return there() == all(); }
    // All of it up to some place.
    bool arrived_in_part() const noexcept { return all().starts_with(there()); }

    // As a writer and a reader do it.
    template <class Writer>
    part writing(Writer& writer, wait_fate& flushed) {
        return {flushed,
                [&] {
                    if (written_ == sent_ && !all_sent()) {
                        writer.write(next());
                        written_ += piece_;
                    }
                    writer.flush(flushed.handler());
                },
                [&] {
                    if (!all_sent())
                        sent();
                    if (!all_sent())
                        return true;
                    writer.complete();
                    return false;
                }};
    }
    template <class Reader>
    part reading(Reader& reader, read_fate& read) {
        return {read, [&] { reader.async_read(read.handler()); },
                [&] {
                    const readable_buffer shown = std::exchange(read.result.buffer, {});
                    if (!shown.empty()) { // consumed, even if whoever waited cannot be resumed
                        receive(shown);
                        reader.consume(shown.size());
                    }
                    return !read.result.completed;
                }};
    }

    // As the peer of a socket does it, piece by piece.
    template <class Socket>
    part feeding(Socket& socket, wait_fate& fed) {
        return {fed,
                [&] {
                    error_code ec; // of a peer that has given up
                    asio::write(socket, next(), ec);
                    sent();
                    if (all_sent())
                        socket.shutdown(Socket::shutdown_send, ec);
                    fed.handler()(error_code());
                },
                [&] { return !all_sent(); }};
    }
    template <class Socket>
    part draining(Socket& socket, wait_fate& drained) {
        return {drained,
                [&] {
                    drain(socket);
                    drained.handler()(error_code());
                },
                [&] { return !ended_; }};
    }
    // What is there; false: that was nothing.
    template <class Socket>
    bool drain(Socket& socket) {
        error_code ec;
        socket.non_blocking(true, ec);
        const std::size_t n = socket.read_some(asio::buffer(asio::buffer(there_) + received_), ec);
        received_ += n;
        ended_ = ec && ec != asio::error::would_block;
        return n != 0;
    }

private:
    const std::string all_;
    std::string there_;
    const std::size_t piece_;
    std::size_t written_ = 0, sent_ = 0, received_ = 0;
    bool ended_ = false;
};

} // namespace sluice::test
