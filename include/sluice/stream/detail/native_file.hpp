// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/stream/file_path.hpp>

#include <boost/asio/buffer.hpp>

#include <array>
#include <cstddef>
#include <cstdint>

namespace sluice::detail {

// One positional transfer, of which each system call may do a part: at most so many pieces.
struct file_pieces {
    static constexpr std::size_t max_pieces = 16;

    template <class Buffers>
    explicit file_pieces(const Buffers& buffers, std::uint64_t most) noexcept {
        const auto end = boost::asio::buffer_sequence_end(buffers);
        for (auto it = boost::asio::buffer_sequence_begin(buffers);
             it != end && count != max_pieces && most != 0; ++it)
            add(*it, most);
    }
    void add(boost::asio::const_buffer from, std::uint64_t& most) noexcept {
        if (from.size() == 0)
            return;
        const std::size_t n = from.size() < most ? from.size() : static_cast<std::size_t>(most);
        pieces[count++] = {const_cast<void*>(from.data()), n};
        most -= n;
    }

    struct piece {
        void* data;
        std::size_t size;
    };
    std::array<piece, max_pieces> pieces;
    std::size_t count = 0;
};

// An open file by its descriptor.
class native_file {
public:
    enum class mode { read, write, append, update };

    native_file() noexcept = default;
    explicit native_file(int descriptor) noexcept;
    native_file(native_file&& other) noexcept;
    native_file& operator=(native_file&& other) noexcept;
    ~native_file() { close(); }

    static native_file open(const file_path& path, mode how, error_code& ec);
    error_code close() noexcept;
    int release() noexcept;
    bool is_open() const noexcept { return descriptor_ >= 0; }
    int descriptor() const noexcept { return descriptor_; }
    bool is_regular() const noexcept { return is_regular_; }
    std::uint64_t size(error_code& ec) const noexcept;

    // What the system has in memory; 0 where it must be waited for, or asked in another way.
    std::size_t read_cached(std::uint64_t position, const file_pieces& pieces) const noexcept;

private:
    int descriptor_ = -1;
    bool is_regular_ = false;
};

enum class file_action { read, write, append, sync };

// Does it at once, on this thread, which may have to wait for the device.
std::size_t do_file_action(int descriptor, file_action what, std::uint64_t position,
                           const file_pieces& pieces, error_code& ec) noexcept;

// What a system call for it says that returned this: a count, or a negative error number.
std::size_t file_action_result(file_action what, std::ptrdiff_t returned, error_code& ec) noexcept;

} // namespace sluice::detail
