// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/readable_buffer.hpp>
#include <sluice/memory/segment.hpp>

#include <iterator>
#include <memory>

namespace sluice {

/// Shows any Asio buffer sequence as a `readable_buffer`, without a copy: for parsers over memory
/// that did not come from a pipe. Memory in one piece needs no such object: see
/// `readable_buffer::over`.
///
/// *Lifetimes.* The memory, and this object, stay while the view is used; moving the object does
/// not end the view. `view().preserve()` copies the bytes.
///
/// *Errors.* The constructor throws `std::bad_alloc`.
///
/// *Thread safety.* Distinct objects: safe. Shared objects: const use is safe.
///
/// \snippet test/doc/reference_test.cpp borrowed_buffer
class borrowed_buffer {
public:
    /// Looks at the buffers once, and copies none of their bytes.
    template <class ConstBufferSequence>
    explicit borrowed_buffer(const ConstBufferSequence& buffers) {
        const auto begin = boost::asio::buffer_sequence_begin(buffers);
        const auto end = boost::asio::buffer_sequence_end(buffers);
        links_ = std::make_unique<detail::segment[]>(
            static_cast<std::size_t>(std::distance(begin, end)));
        detail::segment* next = links_.get();
        detail::segment* last = nullptr;
        std::uint64_t size = 0;
        for (auto at = begin; at != end; ++at) {
            const boost::asio::const_buffer piece(*at);
            if (piece.size() == 0)
                continue;
            next->data = static_cast<const std::byte*>(piece.data());
            next->base = size;
            next->previous = last;
            if (last != nullptr)
                last->next.store(next, std::memory_order_relaxed);
            last = next++;
            size += piece.size();
        }
        if (last != nullptr)
            view_ =
                detail::buffer_access::make(links_.get(), 0, last, size, detail::next_stream_id());
    }

    /// The bytes of all buffers, in their order.
    readable_buffer view() const noexcept { return view_; }

private:
    std::unique_ptr<detail::segment[]> links_;
    readable_buffer view_;
};

} // namespace sluice
