// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/pipe_writer.hpp>
#include <sluice/stream/detail/file_mover.hpp>
#include <sluice/stream/detail/stream_traits.hpp>

#include <new>

namespace sluice::detail {

// Reads a file into a pipe in pieces of one size, ahead of who reads there.
template <class Executor>
class file_filler final : public file_mover<file_filler<Executor>, Executor> {
    using base = file_mover<file_filler, Executor>;
    using owner = std::unique_ptr<file_filler>;
    using typename base::turn;

public:
    static void start(basic_file_stream<Executor>&& file, basic_pipe_writer<Executor>&& to,
                      std::size_t piece_size) {
        owner made(new file_filler(std::move(file), std::move(to), piece_size));
        made.release()->resume(resumption::post, {});
    }

    void resumed(owner self, error_code ec) {
        if (!ec) // else nobody reads any more
            read(std::move(self));
    }

    void moved(owner self, error_code ec, std::size_t n) {
        to_.commit(n);
        if (ec)
            return to_.complete(ec == boost::asio::error::eof ? error_code() : ec);
        if (to_.unflushed() < piece_size_) // the end is near, and is to arrive with these bytes
            return read(std::move(self));
        const result<void> flushed = to_.try_flush();
        if (flushed)
            read(std::move(self));
        else if (is_would_block(flushed.error()))
            pipe_access::core(to_).start_wait(waiting::flush, self.release());
    }

private:
    file_filler(basic_file_stream<Executor>&& file, basic_pipe_writer<Executor>&& to,
                std::size_t piece_size) noexcept
        : base(std::move(file))
        , to_(std::move(to))
        , piece_size_(piece_size) {}

    void read(owner self) {
        try {
            const auto buffers = to_.prepare_sequence(piece_size_ - to_.unflushed());
            this->file_.async_read_some(buffers, turn{std::move(self)});
        } catch (const std::bad_alloc&) {
            if (self)
                to_.complete(make_error_code(boost::system::errc::not_enough_memory));
        }
    }

    basic_pipe_writer<Executor> to_;
    const std::size_t piece_size_;
};

} // namespace sluice::detail
