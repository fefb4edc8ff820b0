// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#if !defined(_WIN32)

#    include <sluice/stream/detail/native_file.hpp>
#    include <sluice/stream/detail/system_call.hpp>

#    include <sys/stat.h>
#    include <sys/uio.h>

#    include <fcntl.h>
#    include <unistd.h>

namespace sluice::detail {

namespace {

// The pieces as system calls take them.
struct vectors {
    explicit vectors(const file_pieces& pieces) noexcept : count(static_cast<int>(pieces.count)) {
        for (std::size_t i = 0; i != pieces.count; ++i)
            first[i] = {pieces.pieces[i].data, pieces.pieces[i].size};
    }

    iovec first[file_pieces::max_pieces];
    int count;
};

} // namespace

native_file::native_file(int descriptor) noexcept : descriptor_(descriptor) {
    struct stat status {};
    is_regular_ = ::fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode);
}

native_file native_file::open(const file_path& path, mode how, error_code& ec) {
    const int flags = how == mode::read     ? O_RDONLY
                      : how == mode::write  ? O_WRONLY | O_CREAT | O_TRUNC
                      : how == mode::append ? O_WRONLY | O_CREAT | O_APPEND
                                            : O_WRONLY | O_CREAT;
    const int descriptor =
        uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0666); });
    ec = descriptor < 0 ? last_error() : error_code();
#    ifdef POSIX_FADV_SEQUENTIAL
    if (!ec && how == mode::read)
        (void)::posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL);
#    endif
    return native_file(descriptor);
}

error_code native_file::close() noexcept {
    const int descriptor = release();
    // After EINTR the descriptor is gone all the same.
    if (descriptor >= 0 && ::close(descriptor) != 0 && errno != EINTR)
        return last_error();
    return {};
}

std::uint64_t native_file::size(error_code& ec) const noexcept {
    struct stat status {};
    ec = ::fstat(descriptor_, &status) == 0 ? error_code() : last_error();
    return ec ? 0 : static_cast<std::uint64_t>(status.st_size);
}

std::size_t native_file::read_cached([[maybe_unused]] std::uint64_t position,
                                     [[maybe_unused]] const file_pieces& pieces) const noexcept {
#    ifdef RWF_NOWAIT
    if (!is_regular_)
        return 0;
    const vectors to(pieces);
    const ssize_t n = uninterrupted([&] {
        return ::preadv2(descriptor_, to.first, to.count, static_cast<off_t>(position), RWF_NOWAIT);
    });
    if (n > 0)
        return static_cast<std::size_t>(n);
#    endif
    return 0;
}

std::size_t do_file_action(int descriptor, file_action what, std::uint64_t position,
                           const file_pieces& pieces, error_code& ec) noexcept {
    const vectors vector(pieces);
    const auto where = static_cast<off_t>(position);
    const ssize_t n = uninterrupted([&]() -> ssize_t {
        switch (what) {
        case file_action::read:
            return ::preadv(descriptor, vector.first, vector.count, where);
        case file_action::write:
            return ::pwritev(descriptor, vector.first, vector.count, where);
        case file_action::append:
            return ::writev(descriptor, vector.first, vector.count);
        case file_action::sync:
            break;
        }
        return ::fdatasync(descriptor);
    });
    return file_action_result(what, n < 0 ? -errno : n, ec);
}

} // namespace sluice::detail

#endif
