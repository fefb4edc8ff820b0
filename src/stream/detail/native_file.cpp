// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/stream/detail/native_file.hpp>

#include <boost/asio/error.hpp>

#include <utility>

namespace sluice::detail {

native_file::native_file(native_file&& other) noexcept
    : descriptor_(other.release())
    , is_regular_(other.is_regular_) {}

native_file& native_file::operator=(native_file&& other) noexcept {
    if (this != &other) {
        close();
        descriptor_ = other.release();
        is_regular_ = other.is_regular_;
    }
    return *this;
}

int native_file::release() noexcept {
    return std::exchange(descriptor_, -1);
}

std::size_t file_action_result(file_action what, std::ptrdiff_t returned, error_code& ec) noexcept {
    ec = {};
    if (returned < 0)
        ec.assign(static_cast<int>(-returned), boost::system::system_category());
    else if (returned == 0 && what == file_action::read)
        ec = boost::asio::error::eof;
    return returned < 0 ? 0 : static_cast<std::size_t>(returned);
}

} // namespace sluice::detail
