// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/readable_buffer.hpp>
#include <sluice/error.hpp>
#include <sluice/pipe/detail/show_again.hpp>
#include <sluice/pipe/read_result.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>

#include <cstddef>
#include <optional>
#include <utility>

namespace sluice::detail {

// Reads until the first bytes of what is buffered are what is looked for, and leaves them
// delivered. `Sought` says how many bytes that takes at the least, `least()`, and how many it is in
// these bytes, `find(readable_buffer)`, an optional.
template <class Reader, class Sought>
class read_prefix {
public:
    read_prefix(Reader& reader, const Sought& sought) noexcept : reader_(reader), sought_(sought) {}

    template <class Self>
    void operator()(Self& self) {
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        reader_.async_read_at_least(sought_.least(), std::move(self)); // examined bytes, too
    }

    template <class Self>
    void operator()(Self& self, error_code ec, const read_result& read) {
        if (ec == boost::asio::error::operation_aborted || read.cancelled)
            return abort(self);
        if (ec)
            return self.complete(ec, read.buffer);
        if (const std::optional<std::size_t> size = sought_.find(read.buffer))
            return self.complete({}, read.buffer.slice(0, *size));
        reader_.advance(read.buffer.start(), read.buffer.finish());
        if (self.cancelled() != boost::asio::cancellation_type::none) // perhaps by the writer
            return abort(self);
        reader_.async_read(std::move(self)); // at the end it says which end that is
    }

private:
    template <class Self>
    void abort(Self& self) {
        show_again(reader_);
        self.complete(boost::asio::error::operation_aborted, readable_buffer());
    }

    Reader& reader_;
    Sought sought_;
};

} // namespace sluice::detail
