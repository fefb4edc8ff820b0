// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "room.hpp"
#include <sluice/buffer/preserved_buffer.hpp>
#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/line_decoder.hpp>

#include <string>
#include <string_view>

namespace line_chat {

/// One client: takes lines out of its input, and says them to the room.
class session {
public:
    session(stream_socket socket, room& where);
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    /// Completes when the connection has ended.
    awaitable<> run();

    /// Adds lines to what the client is to get.
    void tell(const sluice::preserved_buffer& lines) { link_.output().append(lines); }
    /// Sends it. False if the client is too slow: as much as it may leave unread is unread.
    bool flush();
    /// Ends at once, for being too slow.
    void let_go();

    /// Ends in order.
    void close() { link_.input().cancel_pending_read(); }
    /// Ends at once.
    void cancel() { link_.cancel(); }

    std::string name;

private:
    awaitable<> move_bytes();
    awaitable<> converse();
    void hear(const sluice::readable_buffer& line);
    void obey(std::string_view command, std::string_view argument);
    void rename(std::string_view wanted);
    void answer(std::initializer_list<std::string_view> parts);
    std::string_view reason(sluice::error_code ec) const;

    room& room_;
    connection link_;
    sluice::framed_reader<connection::reader_type&, sluice::line_decoder> lines_;
    bool quits_ = false;
    bool too_slow_ = false;
};

} // namespace line_chat
