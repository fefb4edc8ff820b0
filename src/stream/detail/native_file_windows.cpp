// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#if defined(_WIN32)

#    include <sluice/stream/detail/native_file.hpp>

#    include <sys/stat.h>

#    include <algorithm>
#    include <cerrno>
#    include <cstdio>
#    include <fcntl.h>
#    include <io.h>
#    include <limits>
#    include <share.h>
#    include <windows.h>

namespace sluice::detail {

namespace {

error_code last_windows_error() noexcept {
    return {static_cast<int>(::GetLastError()), boost::system::system_category()};
}
error_code last_error_of_runtime() noexcept {
    return {errno, boost::system::generic_category()};
}

HANDLE handle_of(int descriptor) noexcept {
    return reinterpret_cast<HANDLE>(::_get_osfhandle(descriptor));
}

// One piece; handles that were not opened to be overlapped wait all the same.
std::size_t transfer(int descriptor, file_action what, std::uint64_t position,
                     const file_pieces::piece& piece, error_code& ec) noexcept {
    const auto size = static_cast<DWORD>(
        std::min<std::size_t>(piece.size, std::numeric_limits<DWORD>::max() / 2));
    OVERLAPPED where{};
    if (what == file_action::append)
        position = ~std::uint64_t(0); // the end
    where.Offset = static_cast<DWORD>(position);
    where.OffsetHigh = static_cast<DWORD>(position >> 32);
    DWORD moved = 0;
    const BOOL done = what == file_action::read
                          ? ::ReadFile(handle_of(descriptor), piece.data, size, &moved, &where)
                          : ::WriteFile(handle_of(descriptor), piece.data, size, &moved, &where);
    if (!done && ::GetLastError() != ERROR_HANDLE_EOF)
        ec = last_windows_error();
    return moved;
}

} // namespace

native_file::native_file(int descriptor) noexcept : descriptor_(descriptor) {
    is_regular_ = ::GetFileType(handle_of(descriptor)) == FILE_TYPE_DISK;
}

native_file native_file::open(const file_path& path, mode how, error_code& ec) {
    const int flags = how == mode::read     ? _O_RDONLY
                      : how == mode::write  ? _O_WRONLY | _O_CREAT | _O_TRUNC
                      : how == mode::append ? _O_WRONLY | _O_CREAT | _O_APPEND
                                            : _O_WRONLY | _O_CREAT;
    int descriptor = -1;
    const auto open_with = [&](auto call, const auto* name) {
        return call(&descriptor, name, flags | _O_BINARY | _O_NOINHERIT, _SH_DENYNO,
                    _S_IREAD | _S_IWRITE);
    };
    const errno_t failed = path.wide() != nullptr ? open_with(::_wsopen_s, path.wide())
                                                  : open_with(::_sopen_s, path.c_str());
    ec = failed != 0 ? error_code(failed, boost::system::generic_category()) : error_code();
    return failed != 0 ? native_file() : native_file(descriptor);
}

error_code native_file::close() noexcept {
    const int descriptor = release();
    return descriptor >= 0 && ::_close(descriptor) != 0 ? last_error_of_runtime() : error_code();
}

std::uint64_t native_file::size(error_code& ec) const noexcept {
    LARGE_INTEGER size{};
    ec = ::GetFileSizeEx(handle_of(descriptor_), &size) ? error_code() : last_windows_error();
    return ec ? 0 : static_cast<std::uint64_t>(size.QuadPart);
}

std::size_t native_file::read_cached(std::uint64_t, const file_pieces&) const noexcept {
    return 0;
}

std::size_t do_file_action(int descriptor, file_action what, std::uint64_t position,
                           const file_pieces& pieces, error_code& ec) noexcept {
    ec = {};
    if (what == file_action::sync) {
        if (!::FlushFileBuffers(handle_of(descriptor)))
            ec = last_windows_error();
        return 0;
    }
    std::size_t moved = 0;
    for (std::size_t i = 0; i != pieces.count && !ec; ++i) {
        const std::size_t n = transfer(descriptor, what, position + moved, pieces.pieces[i], ec);
        moved += n;
        if (n != pieces.pieces[i].size)
            break;
    }
    if (moved != 0)
        ec = {}; // it comes again
    return ec ? 0 : file_action_result(what, static_cast<std::ptrdiff_t>(moved), ec);
}

} // namespace sluice::detail

#endif
