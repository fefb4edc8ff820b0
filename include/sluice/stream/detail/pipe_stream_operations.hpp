// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/pipe/detail/try_read_any.hpp>
#include <sluice/pipe/pipe_reader.hpp>
#include <sluice/stream/detail/stream_traits.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/cancellation_type.hpp>
#include <boost/asio/post.hpp>

#include <algorithm>
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
    void read(Reader& reader, const Buffers& buffers) {
        if (boost::asio::buffer_size(buffers) == 0)
            return;
        const result<read_result> delivered = try_read_any(reader);
        if (delivered)
            take(reader, buffers, *delivered);
        else
            ec = delivered.error();
    }

    // A flush without news says whether there is room: so a wait that is cancelled has written
    // nothing.
    template <class Writer, class Buffers>
    void write(Writer& writer, const Buffers& buffers) {
        if (boost::asio::buffer_size(buffers) == 0)
            return;
        const result<void> room = writer.try_flush();
        ec = room ? error_code() : room.error();
        if (!ec)
            copy(writer, buffers);
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
        if (std::exchange(started_, true))
            return self.complete(done_.ec, done_.size);
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        done_.read(stream_.reader(), buffers_);
        if (is_would_block(done_.ec)) {
            note(true);
            return stream_.reader().async_read(std::move(self));
        }
        boost::asio::post(stream_.get_executor(), std::move(self));
    }

    template <class Self>
    void operator()(Self& self, error_code ec, const read_result& read) {
        note(false);
        done_.ec = ec;
        if (!ec)
            done_.take(stream_.reader(), buffers_, read);
        self.complete(done_.ec, done_.size);
    }

private:
    // Where the reader can tell itself, the stream may be gone by the time of an abortion.
    void note(bool reading) noexcept {
        if constexpr (!is_pipe_reader<typename Stream::reader_type>)
            stream_.reading_ = reading;
    }

    Stream& stream_;
    Buffers buffers_;
    stream_transfer done_;
    bool started_ = false;
};

template <class Stream, class Buffers>
class stream_write {
public:
    stream_write(Stream& stream, const Buffers& buffers) : stream_(stream), buffers_(buffers) {}

    template <class Self>
    void operator()(Self& self) {
        if (std::exchange(started_, true))
            return self.complete(done_.ec, done_.size);
        self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        if (write())
            boost::asio::post(stream_.get_executor(), std::move(self));
        else
            stream_.writer().flush(std::move(self));
    }

    template <class Self>
    void operator()(Self& self, error_code ec) {
        if (ec || write())
            return self.complete(ec ? ec : done_.ec, done_.size);
        stream_.writer().flush(std::move(self));
    }

private:
    // False if there is no room.
    bool write() {
        done_.write(stream_.writer(), buffers_);
        return !is_would_block(done_.ec);
    }

    Stream& stream_;
    Buffers buffers_;
    stream_transfer done_;
    bool started_ = false;
};

} // namespace sluice::detail
