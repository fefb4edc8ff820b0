// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "document_root.hpp"

#include <boost/system/system_error.hpp>

#include <linux/openat2.h>
#include <sys/syscall.h>

#include <cerrno>
#include <climits>
#include <fcntl.h>
#include <optional>

namespace file_server {

namespace {

// Opening must neither wait for the other end of a FIFO nor acquire a terminal.
constexpr int open_flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

int open_at_once(int directory, const char* path) {
    int fd = -1;
    do
        fd = ::openat(directory, path, open_flags);
    while (fd < 0 && errno == EINTR);
    return fd;
}

std::optional<std::string> real_path_of(int fd) {
    char target[PATH_MAX];
    const std::string link = "/proc/self/fd/" + std::to_string(fd);
    const ssize_t length = ::readlink(link.c_str(), target, sizeof(target));
    if (length <= 0 || static_cast<std::size_t>(length) == sizeof(target))
        return std::nullopt;
    return std::string(target, static_cast<std::size_t>(length));
}

bool kernel_has_openat2(int directory) {
    struct open_how how = {};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_BENEATH;
    const descriptor probe(
        static_cast<int>(::syscall(SYS_openat2, directory, ".", &how, sizeof(how))));
    return static_cast<bool>(probe);
}

} // namespace

document_root::document_root(const std::string& directory)
    : document_root(directory, confinement::by_kernel) {
    if (!kernel_has_openat2(directory_.get()))
        *this = document_root(directory, confinement::by_real_path);
}

document_root::document_root(const std::string& directory, confinement method)
    : directory_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC))
    , method_(method) {
    if (!directory_)
        throw boost::system::system_error(last_error(), directory);
    if (method == confinement::by_real_path) {
        const auto path = real_path_of(directory_.get());
        if (!path)
            throw boost::system::system_error(last_error(), directory);
        real_path_ = *path;
    }
}

sluice::result<opened_file> document_root::open(const std::string& path) const {
    if (path.find('\0') != std::string::npos)
        return sluice::error_code(EINVAL, boost::system::system_category());
    const char* name = path.empty() ? "." : path.c_str();
    opened_file opened;
    opened.file =
        descriptor(method_ == confinement::by_kernel ? open_beneath(name) : open_and_locate(name));
    if (!opened.file || ::fstat(opened.file.get(), &opened.status) != 0)
        return last_error();
    if (!S_ISREG(opened.status.st_mode) && !S_ISDIR(opened.status.st_mode))
        return sluice::error_code(EACCES, boost::system::system_category());
    return opened;
}

int document_root::open_beneath(const char* path) const {
    struct open_how how = {};
    how.flags = open_flags;
    how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
    long fd = -1;
    int attempts = 10; // EAGAIN: a rename was under way while ".." of a link was followed
    do
        fd = ::syscall(SYS_openat2, directory_.get(), path, &how, sizeof(how));
    while (fd < 0 && (errno == EINTR || (errno == EAGAIN && --attempts > 0)));
    if (fd < 0 && errno == EXDEV)
        errno = EACCES;
    return static_cast<int>(fd);
}

int document_root::open_and_locate(const char* path) const {
    descriptor file(open_at_once(directory_.get(), path));
    if (!file)
        return -1;
    const auto real = real_path_of(file.get());
    const bool inside = real && (real_path_ == "/" || *real == real_path_ ||
                                 real->compare(0, real_path_.size() + 1, real_path_ + "/") == 0);
    if (!inside) {
        errno = EACCES;
        return -1;
    }
    return file.release();
}

} // namespace file_server
