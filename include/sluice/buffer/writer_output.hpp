// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/buffer_writer.hpp>

#include <iterator>

namespace sluice {

/// Lets algorithms write to a `BufferWriter` through an output iterator of characters or bytes:
/// `std::ranges::copy`, `std::format_to`, `fmt::format_to`.
///
/// It takes memory block by block. Bytes are committed when a block is full, by `commit()`, and
/// when it is destroyed: use the writer itself only after that. The iterators are copies of one
/// place. Assigning throws what `prepare` throws; what was written before stays.
///
/// *Thread safety.* Distinct objects: safe, with writers of their own. One object: one thread at a
/// time.
///
/// \snippet test/doc/reference_test.cpp writer_output
template <BufferWriter W>
class writer_output {
public:
    /// Writes what is assigned to it.
    class iterator {
    public:
        /// An output iterator.
        /// @{
        using iterator_category = std::output_iterator_tag;
        using value_type = void;
        using difference_type = std::ptrdiff_t;
        using pointer = void;
        using reference = void;

        explicit iterator(writer_output& to) noexcept : to_(&to) {}

        iterator& operator*() noexcept { return *this; }
        iterator& operator++() noexcept { return *this; }
        iterator& operator++(int) noexcept { return *this; }
        iterator& operator=(std::byte value) {
            to_->put(value);
            return *this;
        }
        iterator& operator=(char value) { return *this = static_cast<std::byte>(value); }
        iterator& operator=(unsigned char value) { return *this = static_cast<std::byte>(value); }
        /// @}

    private:
        writer_output* to_;
    };

    /// Writes to the writer, which must outlive it.
    explicit writer_output(W& writer) noexcept : writer_(writer) {}
    writer_output(const writer_output&) = delete;
    writer_output& operator=(const writer_output&) = delete;
    ~writer_output() { commit(); }

    /// Where the next byte goes.
    iterator begin() noexcept { return iterator(*this); }

    /// Commits what was written so far.
    void commit() {
        if (at_ != begin_)
            writer_.commit(static_cast<std::size_t>(at_ - begin_));
        begin_ = at_ = end_ = nullptr;
    }

private:
    void put(std::byte value) {
        if (at_ == end_) {
            commit();
            const boost::asio::mutable_buffer block = writer_.prepare(1);
            begin_ = at_ = static_cast<std::byte*>(block.data());
            end_ = begin_ + block.size();
        }
        *at_++ = value;
    }

    W& writer_;
    std::byte* begin_ = nullptr;
    std::byte* at_ = nullptr;
    std::byte* end_ = nullptr;
};

} // namespace sluice
