// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/stream/detail/file_service.hpp>
#include <sluice/stream/detail/native_file.hpp>

#include <boost/asio/append.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/query.hpp>

#include <algorithm>
#include <utility>

namespace sluice::detail {

// A read, write or sync of a file_stream, as a composed operation: to a thread of the files, and
// back.
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
        auto& context = boost::asio::query(executor, boost::asio::execution::context);
        auto threads = boost::asio::use_service<file_service>(context).get_executor();
        const int descriptor = stream_.native_handle();
        const file_action what = what_;
        boost::asio::post(
            boost::asio::bind_executor(threads, [executor, descriptor, what, position, pieces,
                                                 moved = std::move(self)]() mutable {
                error_code ec;
                const std::size_t n = do_file_action(descriptor, what, position, pieces, ec);
                boost::asio::post(executor, boost::asio::append(std::move(moved), ec, n));
            }));
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
