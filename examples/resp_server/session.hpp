// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "client.hpp"
#include "network.hpp"
#include "service.hpp"
#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/resp_command_decoder.hpp>

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace resp_server {

struct connected {
    connection link;
};

/// One connection: takes commands out of its input, and writes the replies to its output. Replies
/// to commands that came together leave in one write.
class session final : private connected,
                      public client,
                      public std::enable_shared_from_this<session> {
public:
    session(stream_socket socket, service& shared);
    ~session();

    /// Completes when the connection has ended.
    awaitable<> run();

    /// Ends in order, once what has arrived is answered.
    void drain();
    /// Ends now.
    void cancel() { link.cancel(); }
    /// Ends now if for so many seconds nothing came, or could be sent.
    void end_if_idle(unsigned limit);

    void deliver(std::string_view channel, std::string_view message) override;
    /// Sends what was delivered. Ends now if the client lags too far behind.
    void flush_messages();

private:
    using error_code = sluice::error_code;

    awaitable<> converse();
    awaitable<> close();
    error_code try_flush();
    std::uint64_t backlog();
    void serve(sluice::resp_command given);
    void refuse();
    std::string_view in_one_piece(const sluice::readable_buffer& word);

    auto& input() { return link.input(); }
    auto& output() { return link.output(); }

    service& shared_;
    sluice::framed_reader<connection::reader_type&, sluice::resp_command_decoder> commands_;
    std::vector<std::string_view> words_; // of the command that runs
    std::list<std::string> joined_;       // those of them that came in pieces
    std::list<session*>::iterator position_;
    unsigned active_;             // the second in which it last got or sent something
    std::size_t behind_ = 0;      // bytes of messages since the client began to lag
    std::uint64_t published_ = 0; // bytes, of which the client has taken some
    bool lags_ = false;           // the client
    bool lags_too_far_ = false;   // to be let go
    bool has_messages_ = false;   // is in service::with_messages
    bool reading_ = false;        // waits for the client
};

} // namespace resp_server
