// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "answer.hpp"
#include "deadlines.hpp"
#include "discarded_body.hpp"
#include "link.hpp"
#include "service.hpp"

#include <boost/beast/http/parser.hpp>

#include <cstdint>
#include <list>
#include <memory>
#include <string>

namespace file_server {

/// One client: reads its requests from the connection's input pipe, and writes the answers to its
/// output pipe. Answers to requests that came together leave in one write.
class session {
public:
    session(stream_socket socket, service& owner);
    session(const session&) = delete;
    session& operator=(const session&) = delete;
    ~session();

    /// Completes when the connection has ended.
    awaitable<> run();

    /// Ends after the request that is under way; at once, if there is none.
    void drain();

    /// Ends now.
    void cancel() { link_->cancel(); }

private:
    using error_code = sluice::error_code;
    using time_point = deadlines::clock::time_point;
    using request_parser = boost::beast::http::request_parser<discarded_body>;

    // What is being waited for, and so what the end of patience means.
    enum class phase { request, rest_of_request, client_to_read };

    awaitable<> converse();
    awaitable<bool> exchange(); // false: it was the last
    awaitable<error_code> receive_header(request_parser& parser);
    awaitable<error_code> receive_body(request_parser& parser);
    awaitable<error_code> send(answer& reply);
    awaitable<error_code> send_file(link::file& file);
    awaitable<error_code> send_by_system(link::file& file);
    awaitable<error_code> flush();
    void earn(std::uint64_t size);
    awaitable<> close();

    std::string unread_line();
    void wait_for(phase what, time_point until);
    void on_deadline();

    link::reader& input() { return link_->input(); }
    link::writer& output() { return link_->output(); }

    service& service_;
    std::string peer_; // for the log
    std::unique_ptr<link> link_;
    deadline deadline_;
    std::list<session*>::iterator position_;
    phase phase_ = phase::rest_of_request;
    time_point request_until_;
    bool first_request_ = true;
    bool timed_out_ = false;
};

} // namespace file_server
