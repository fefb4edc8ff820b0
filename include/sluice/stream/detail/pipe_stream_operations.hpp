// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/detail/certain_completion.hpp>
#include <sluice/pipe/detail/show_again.hpp>
#include <sluice/pipe/detail/try_read_any.hpp>
#include <sluice/pipe/pipe_reader.hpp>
#include <sluice/stream/detail/stream_traits.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>

#include <new>
#include <utility>

namespace sluice::detail {

// One transfer of a pipe_stream, in steps that do not wait. `would_block`: wait, then again.
struct stream_transfer {
    error_code ec;
    std::size_t size = 0;

    // From what was delivered; the end comes when there is no byte before it.
    template <class Reader, class Buffers>
    void take(Reader& reader, const Buffers& buffers, const read_result& read) {
        if (read.cancelled) {
            ec = boost::asio::error::operation_aborted;
            return;
        }
        size = boost::asio::buffer_copy(buffers, read.buffer);
        ec = read.buffer.empty() ? error_code(boost::asio::error::eof) : error_code();
        reader.consume(size);
    }

    template <class Reader, class Buffers>
    void read(Reader& reader, const Buffers& buffers, const result<read_result>& delivered) {
        if (delivered.has_value())
            take(reader, buffers, *delivered);
        else
            ec = delivered.error();
    }
    template <class Reader, class Buffers>
    void read(Reader& reader, const Buffers& buffers) {
        if (boost::asio::buffer_size(buffers) != 0)
            read(reader, buffers, try_read_any(reader));
    }

    // A flush without news says whether there is room: so a wait that is cancelled has written
    // nothing.
    template <class Writer, class Buffers>
    void write(Writer& writer, const Buffers& buffers, const result<void>& room) {
        if (room.has_value())
            copy(writer, buffers);
        else
            ec = room.error();
    }
    template <class Writer, class Buffers>
    void write(Writer& writer, const Buffers& buffers) {
        if (boost::asio::buffer_size(buffers) != 0)
            write(writer, buffers, writer.try_flush());
    }

private:
    static constexpr std::size_t most_at_once = 64 * 1024;

    template <class Writer, class Buffers>
    void copy(Writer& writer, const Buffers& buffers) {
        try {
            const auto end = boost::asio::buffer_sequence_end(buffers);
            for (auto it = boost::asio::buffer_sequence_begin(buffers); it != end; ++it)
                size += writer.write(
                    boost::asio::buffer(boost::asio::const_buffer(*it), most_at_once - size));
        } catch (const std::bad_alloc&) {
            if (size == 0)
                ec = make_error_code(boost::system::errc::not_enough_memory);
        } catch (const boost::system::system_error& error) {
            ec = error.code();
        }
        if (const result<void> published = writer.try_flush();
            !published && !is_would_block(published.error()))
            ec = published.error();
        if (ec)
            size = 0;
    }
};

// async_read_some and async_write_some of a pipe_stream, as composed operations. `Stream` says
// that it waits for as long as it does.
template <class Stream, class Buffers>
class stream_read {
public:
    stream_read(Stream& stream, const Buffers& buffers) : stream_(stream), buffers_(buffers) {}

    template <class Self>
    void operator()(Self& self) {
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        auto& reader = stream_.reader();
        const Buffers buffers = buffers_; // this object moves away with the operation
        if (boost::asio::buffer_size(buffers) == 0)
            return completion<Self>(self, stream_.get_executor()).complete_later();
        const result<read_result> delivered = try_read_any(reader);
        if (delivered.has_error() && is_would_block(delivered.error())) {
            note(true);
            try {
                return reader.async_read(std::move(self));
            } catch (const std::bad_alloc&) {
                note(false);
                throw;
            }
        }
        auto over = behind(self, delivered);
        over.result().read(reader, buffers, delivered);
        over.complete_later();
    }

    template <class Self>
    void operator()(Self& self, error_code ec, const read_result& read) {
        note(false);
        stream_transfer done{ec};
        if (!ec)
            done.take(stream_.reader(), buffers_, read);
        self.complete(done.ec, done.size);
    }

    template <class Self>
    void operator()(Self& self, const stream_transfer& done) {
        self.complete(done.ec, done.size);
    }

private:
    template <class Self>
    using completion = certain_completion<stream_transfer, Self, typename Stream::executor_type>;

    template <class Self>
    completion<Self> behind(Self& self, const result<read_result>& delivered) {
        auto& reader = stream_.reader();
        try {
            return completion<Self>(self, stream_.get_executor());
        } catch (const std::bad_alloc&) {
            if (delivered.has_value())
                give_back(reader, *delivered);
            throw;
        }
    }

    // Where the reader can tell itself, the stream may be gone by the time of an abortion.
    void note(bool reading) noexcept {
        if constexpr (!is_pipe_reader<typename Stream::reader_type>)
            stream_.reading_ = reading;
    }

    Stream& stream_;
    Buffers buffers_;
};

template <class Stream, class Buffers>
class stream_write {
public:
    stream_write(Stream& stream, const Buffers& buffers) : stream_(stream), buffers_(buffers) {}

    template <class Self>
    void operator()(Self& self) {
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        auto& writer = stream_.writer();
        const Buffers buffers = buffers_; // this object moves away with the operation
        const bool is_empty = boost::asio::buffer_size(buffers) == 0;
        const result<void> room = is_empty ? result<void>() : writer.try_flush();
        if (room.has_error() && is_would_block(room.error()))
            return writer.flush(std::move(self));
        certain_completion<stream_transfer, Self, typename Stream::executor_type> over(
            self, stream_.get_executor());
        if (!is_empty)
            over.result().write(writer, buffers, room);
        over.complete_later();
    }

    template <class Self>
    void operator()(Self& self, error_code ec) {
        stream_transfer done{ec};
        if (!ec)
            done.write(stream_.writer(), buffers_);
        if (is_would_block(done.ec))
            return stream_.writer().flush(std::move(self));
        self.complete(done.ec, done.size);
    }

    template <class Self>
    void operator()(Self& self, const stream_transfer& done) {
        self.complete(done.ec, done.size);
    }

private:
    Stream& stream_;
    Buffers buffers_;
};

} // namespace sluice::detail
