// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/pipe_reader.hpp>
#include <sluice/stream/detail/file_mover.hpp>
#include <sluice/stream/detail/stream_traits.hpp>

namespace sluice::detail {

// Writes what is flushed into a pipe to a file, and closes it at the end.
template <class Executor>
class file_drainer final : public file_mover<file_drainer<Executor>, Executor> {
    using base = file_mover<file_drainer, Executor>;
    using owner = std::unique_ptr<file_drainer>;
    using typename base::turn;

public:
    static void start(basic_file_stream<Executor>&& file, basic_pipe_reader<Executor>&& from,
                      bool sync_at_end) {
        owner made(new file_drainer(std::move(file), std::move(from), sync_at_end));
        wait(std::move(made));
    }

    void resumed(owner self, error_code ec) {
        if (ec != look_again)
            return;
        read_result shown;
        ec = pipe_access::core(from_).finish_read({}, shown);
        take(std::move(self), ec, shown);
    }

    void moved(owner self, error_code ec, std::size_t n) {
        if (syncing_)
            return end(ec);
        from_.consume(n);
        if (ec)
            return end(ec);
        const result<read_result> read = from_.try_read();
        if (read)
            write(std::move(self), *read);
        else if (is_would_block(read.error()))
            wait(std::move(self));
        else
            take(std::move(self), read.error(), {});
    }

private:
    file_drainer(basic_file_stream<Executor>&& file, basic_pipe_reader<Executor>&& from,
                 bool sync_at_end) noexcept
        : base(std::move(file))
        , from_(std::move(from))
        , sync_at_end_(sync_at_end) {}

    static void wait(owner self) {
        pipe_core& pipe = pipe_access::core(self->from_);
        pipe.start_read(self.release(), {});
    }

    void take(owner self, error_code ec, const read_result& shown) {
        if (!ec)
            return write(std::move(self), shown);
        if (ec != boost::asio::error::eof || !sync_at_end_)
            return end({});
        syncing_ = true;
        this->file_.async_sync(turn{std::move(self)});
    }

    // Nothing to write, at the end, succeeds and comes back.
    void write(owner self, const read_result& shown) {
        this->file_.async_write_some(shown.buffer, turn{std::move(self)});
    }

    // Some file systems tell only at the closing that a write has failed.
    void end(error_code ec) {
        error_code closed;
        this->file_.close(closed);
        from_.complete(ec ? ec : closed);
    }

    basic_pipe_reader<Executor> from_;
    const bool sync_at_end_;
    bool syncing_ = false;
};

} // namespace sluice::detail
