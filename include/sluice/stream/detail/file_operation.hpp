// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/detail/file_call.hpp>
#include <sluice/stream/detail/file_service.hpp>
#include <sluice/stream/detail/native_file.hpp>

#include <boost/asio/append.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/execution_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>

#include <algorithm>
#include <type_traits>
#include <utility>

namespace sluice::detail {

// A read, write or sync of a file_stream, as a composed operation: to those who wait for files, and
// back. What the system has in memory is read at once.
template <class Stream, class Buffers>
class file_operation {
public:
    file_operation(Stream& stream, file_action what, const Buffers& buffers)
        : stream_(stream)
        , what_(what)
        , buffers_(buffers) {}

    template <class Self>
    void operator()(Self& self) {
        const auto executor = stream_.get_executor();
        const std::uint64_t position = stream_.position_;
        const file_pieces pieces(buffers_, stream_.end_ - std::min(stream_.end_, position));
        if (what_ != file_action::sync && pieces.count == 0)
            return boost::asio::post(executor,
                                     boost::asio::append(std::move(self), nothing_to_do(), 0u));
        const native_file& file = stream_.file_;
        if (what_ == file_action::read)
            if (const std::size_t n = file.read_cached(position, pieces); n != 0)
                return boost::asio::post(executor,
                                         boost::asio::append(std::move(self), error_code(), n));
        auto& service = boost::asio::use_service<file_service>(
            boost::asio::query(executor, boost::asio::execution::context));
        using call = file_call<Self, std::decay_t<decltype(executor)>>;
        const bool is_regular = file.is_regular();
        const file_action what = what_;
        service.start(
            call::create(std::move(self), executor, file.descriptor(), what, position, pieces),
            is_regular);
    }

    template <class Self>
    void operator()(Self& self, error_code ec, std::size_t n) {
        stream_.position_ += n;
        self.complete(ec, n);
    }

private:
    error_code nothing_to_do() const {
        if (boost::asio::buffer_size(buffers_) == 0)
            return {};
        if (what_ == file_action::read)
            return boost::asio::error::eof;
        return make_error_code(boost::system::errc::file_too_large);
    }

    Stream& stream_;
    file_action what_;
    Buffers buffers_;
};

} // namespace sluice::detail
