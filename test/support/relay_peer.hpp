// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/numbered_bytes.hpp"
#include <sluice/stream/pipe_stream.hpp>

#include <boost/asio/buffer.hpp>
#include <boost/asio/socket_base.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <type_traits>

namespace sluice::test {

namespace asio = boost::asio;

// Who sits at the far end of a stream that is relayed: sends numbered bytes, and checks those that
// come. It stays where it is.
template <class Stream>
class relay_peer {
public:
    explicit relay_peer(Stream stream) : stream_(std::move(stream)) {}
    relay_peer(const relay_peer&) = delete;
    relay_peer& operator=(const relay_peer&) = delete;

    Stream& stream() noexcept { return stream_; }

    // Sends more, as far as the stream takes it.
    void send(std::size_t count) {
        to_send_ += count;
        if (!sending_ && open_)
            write();
    }
    // Ends the sending direction behind what was to be sent.
    void end() {
        end_wanted_ = true;
        if (!sending_ && open_)
            shut_down();
    }
    void receive() {
        if (!receiving_ && open_)
            read();
    }
    // Is gone, at once, and what is on its way to it is lost.
    void reset() {
        open_ = false;
        reset(stream_);
    }

    bool is_open() const noexcept { return open_; }
    std::uint64_t sent() const noexcept { return sent_; }
    bool has_sent_all() const noexcept { return to_send_ == 0; }
    std::uint64_t received() const noexcept { return received_; }
    bool in_order() const noexcept { return in_order_; }
    bool saw_end() const noexcept { return saw_end_; }
    error_code why_not_sent() const noexcept { return write_error_; }
    error_code why_not_received() const noexcept { return read_error_; }

private:
    static void reset(auto& stream) {
        if constexpr (requires { stream.next_layer(); }) {
            reset(stream.next_layer());
        } else if constexpr (requires { stream.writer(); }) {
            stream.writer().complete(asio::error::connection_reset);
            stream.reader().complete(asio::error::connection_reset);
        } else {
            error_code ignored;
            stream.set_option(asio::socket_base::linger(true, 0), ignored);
            stream.close(ignored);
        }
    }

    void write() {
        if (to_send_ == 0)
            return;
        sending_ = true;
        out_ = numbered_bytes(std::min<std::uint64_t>(to_send_, 5000), sent_);
        stream_.async_write_some(asio::buffer(out_), [this](error_code ec, std::size_t n) {
            sending_ = false;
            sent_ += n;
            to_send_ -= n;
            if (ec) {
                write_error_ = ec;
                to_send_ = 0;
            } else if (to_send_ != 0) {
                write();
            } else if (end_wanted_) {
                shut_down();
            }
        });
    }

    void read() {
        receiving_ = true;
        stream_.async_read_some(asio::buffer(in_), [this](error_code ec, std::size_t n) {
            receiving_ = false;
            in_order_ = in_order_ && is_numbered({in_.data(), n}, received_);
            received_ += n;
            saw_end_ = saw_end_ || ec == asio::error::eof;
            if (ec)
                read_error_ = ec;
            else
                read();
        });
    }

    void shut_down() {
        error_code ignored; // the other side may be gone
        if constexpr (requires { stream_.async_shutdown_send([](error_code) {}); })
            stream_.async_shutdown_send([](error_code) {});
        else
            stream_.shutdown(asio::socket_base::shutdown_send, ignored);
    }

    Stream stream_;
    std::uint64_t to_send_ = 0, sent_ = 0, received_ = 0;
    std::string out_;
    std::array<char, 4096> in_{};
    error_code read_error_, write_error_;
    bool sending_ = false, receiving_ = false, end_wanted_ = false;
    bool in_order_ = true, saw_end_ = false, open_ = true;
};

} // namespace sluice::test
