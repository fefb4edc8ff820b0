// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// To be preloaded: transfers of sockets, pipes and files are short, interrupted, or would block, as
// the system may make them. The numbers are drawn from SLUICE_SHORT_IO_SEED.
//
// Would block: only calls after which a program waits for the descriptor anew. Asio's own
// asynchronous reads and writes rely on the system to say so only if it is true.
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

namespace {

std::uint64_t drawn() noexcept {
    static std::atomic<std::uint64_t> threads{0};
    thread_local std::uint64_t state = [] {
        const char* const seed = std::getenv("SLUICE_SHORT_IO_SEED");
        return (seed != nullptr ? std::strtoull(seed, nullptr, 10) : 1) + 77 * ++threads;
    }();
    std::uint64_t z = state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

bool is_meant(int descriptor) noexcept {
    struct stat status {};
    if (descriptor <= 2 || ::fstat(descriptor, &status) != 0)
        return false;
    return S_ISSOCK(status.st_mode) || S_ISFIFO(status.st_mode) || S_ISREG(status.st_mode);
}

bool fails(int descriptor, bool may_block) noexcept {
    const std::uint64_t n = drawn() % 16;
    if (n == 0) {
        errno = EINTR;
        return true;
    }
    if (n == 1 && may_block && (::fcntl(descriptor, F_GETFL) & O_NONBLOCK) != 0) {
        errno = EAGAIN;
        return true;
    }
    return false;
}

std::size_t shortened(std::size_t size) noexcept {
    return size > 1 && drawn() % 3 == 0 ? 1 + drawn() % size : size;
}

// A few pieces, cut short.
struct cut_pieces {
    cut_pieces(const iovec* from, std::size_t count) noexcept {
        std::size_t all = 0;
        for (std::size_t i = 0; i != std::min(count, pieces.size()); ++i)
            all += from[i].iov_len;
        for (std::size_t left = shortened(all); left != 0; ++size) {
            pieces[size] = from[size];
            pieces[size].iov_len = std::min(pieces[size].iov_len, left);
            left -= pieces[size].iov_len;
        }
        if (all == 0 && count != 0)
            pieces[size++] = from[0];
    }
    std::array<iovec, 64> pieces;
    std::size_t size = 0;
};

template <class Function>
Function* next(const char* name) noexcept {
    return reinterpret_cast<Function*>(::dlsym(RTLD_NEXT, name));
}

} // namespace

#define SLUICE_NEXT(name) static auto* const real = next<decltype(::name)>(#name)

extern "C" {

ssize_t read(int descriptor, void* data, std::size_t size) {
    SLUICE_NEXT(read);
    if (!is_meant(descriptor))
        return real(descriptor, data, size);
    return fails(descriptor, false) ? -1 : real(descriptor, data, shortened(size));
}

ssize_t write(int descriptor, const void* data, std::size_t size) {
    SLUICE_NEXT(write);
    if (!is_meant(descriptor))
        return real(descriptor, data, size);
    return fails(descriptor, false) ? -1 : real(descriptor, data, shortened(size));
}

ssize_t readv(int descriptor, const iovec* pieces, int count) {
    SLUICE_NEXT(readv);
    if (!is_meant(descriptor))
        return real(descriptor, pieces, count);
    const cut_pieces cut(pieces, static_cast<std::size_t>(count));
    return fails(descriptor, false)
               ? -1
               : real(descriptor, cut.pieces.data(), static_cast<int>(cut.size));
}

ssize_t writev(int descriptor, const iovec* pieces, int count) {
    SLUICE_NEXT(writev);
    if (!is_meant(descriptor))
        return real(descriptor, pieces, count);
    const cut_pieces cut(pieces, static_cast<std::size_t>(count));
    return fails(descriptor, false)
               ? -1
               : real(descriptor, cut.pieces.data(), static_cast<int>(cut.size));
}

ssize_t preadv(int descriptor, const iovec* pieces, int count, off_t offset) {
    SLUICE_NEXT(preadv);
    const cut_pieces cut(pieces, static_cast<std::size_t>(count));
    return fails(descriptor, false)
               ? -1
               : real(descriptor, cut.pieces.data(), static_cast<int>(cut.size), offset);
}

ssize_t pwritev(int descriptor, const iovec* pieces, int count, off_t offset) {
    SLUICE_NEXT(pwritev);
    const cut_pieces cut(pieces, static_cast<std::size_t>(count));
    return fails(descriptor, false)
               ? -1
               : real(descriptor, cut.pieces.data(), static_cast<int>(cut.size), offset);
}

ssize_t recv(int descriptor, void* data, std::size_t size, int flags) {
    SLUICE_NEXT(recv);
    return fails(descriptor, true) ? -1 : real(descriptor, data, shortened(size), flags);
}

ssize_t send(int descriptor, const void* data, std::size_t size, int flags) {
    SLUICE_NEXT(send);
    return fails(descriptor, true) ? -1 : real(descriptor, data, shortened(size), flags);
}

ssize_t recvmsg(int descriptor, msghdr* message, int flags) {
    SLUICE_NEXT(recvmsg);
    if (fails(descriptor, true))
        return -1;
    cut_pieces cut(message->msg_iov, message->msg_iovlen);
    msghdr changed = *message;
    changed.msg_iov = cut.pieces.data();
    changed.msg_iovlen = cut.size;
    return real(descriptor, &changed, flags);
}

ssize_t sendmsg(int descriptor, const msghdr* message, int flags) {
    SLUICE_NEXT(sendmsg);
    if (fails(descriptor, true))
        return -1;
    cut_pieces cut(message->msg_iov, message->msg_iovlen);
    msghdr changed = *message;
    changed.msg_iov = cut.pieces.data();
    changed.msg_iovlen = cut.size;
    return real(descriptor, &changed, flags);
}

ssize_t splice(int from, off64_t* from_offset, int to, off64_t* to_offset, std::size_t size,
               unsigned flags) {
    SLUICE_NEXT(splice);
    const bool fail = fails(from, false) || ((flags & SPLICE_F_NONBLOCK) != 0 && fails(to, true));
    return fail ? -1 : real(from, from_offset, to, to_offset, shortened(size), flags);
}

ssize_t sendfile(int to, int from, off_t* offset, std::size_t size) noexcept {
    SLUICE_NEXT(sendfile);
    return fails(to, true) ? -1 : real(to, from, offset, shortened(size));
}

} // extern "C"
