// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "file_reader.hpp"

#include <boost/asio/use_future.hpp>

#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <new>
#include <poll.h>
#include <unistd.h>

namespace {

// Large reads, and room for the next ones while the last ones are searched.
constexpr std::size_t read_size = 128 * 1024;

sluice::pipe_options options_of_pipe() {
    sluice::pipe_options made;
    made.pause_threshold = 8 * read_size;
    made.resume_threshold = 7 * read_size;
    made.max_buffered = 0; // a line may be as long as it likes
    made.pool = sluice::segment_pool({.segment_size = read_size});
    return made;
}

sluice::error_code last_error() {
    return {errno, boost::system::system_category()};
}

// Standard input may be one that somebody else has made non-blocking.
ssize_t read_some(int file, const asio::mutable_buffer& room) {
    for (;;) {
        const ssize_t n = ::read(file, room.data(), room.size());
        if (n >= 0 || (errno != EAGAIN && errno != EINTR))
            return n;
        if (pollfd readable = {file, POLLIN, 0}; errno == EAGAIN)
            ::poll(&readable, 1, -1);
    }
}

} // namespace

file_reader::file_reader(const io_executor& on, const std::string& path)
    : pipe_(on, options_of_pipe()) {
    open(path);
    if (file_ < 0)
        pipe_.writer.complete(last_error());
    else
        thread_ = std::thread([this] { run(); });
}

file_reader::~file_reader() {
    pipe_.reader.complete();
    if (thread_.joinable())
        thread_.join();
    if (file_ > STDIN_FILENO)
        ::close(file_);
}

void file_reader::open(const std::string& path) {
    file_ = path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    struct stat about;
    if (file_ >= 0 && ::fstat(file_, &about) == 0 && S_ISREG(about.st_mode))
        size_ = static_cast<std::uint64_t>(about.st_size);
}

void file_reader::run() try {
    for (bool first = true;; first = false) {
        const asio::mutable_buffer room = pipe_.writer.prepare(read_size);
        const ssize_t n = read_some(file_, room);
        if (n <= 0)
            return pipe_.writer.complete(n == 0 ? sluice::error_code() : last_error());
        const auto size = static_cast<std::size_t>(n);
        if (first)
            binary_ = std::memchr(room.data(), 0, size) != nullptr;
        pipe_.writer.commit(size);
        sluice::result<void> flushed = pipe_.writer.try_flush();
        if (flushed.has_error() && flushed.error() != asio::error::would_block)
            return; // nobody reads any more
        if (flushed.has_error()) {
            try {
                pipe_.writer.flush(asio::use_future).get();
            } catch (const boost::system::system_error&) {
                return;
            }
        }
    }
} catch (const std::bad_alloc&) {
    pipe_.writer.complete(make_error_code(boost::system::errc::not_enough_memory));
}
