// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "session.hpp"

#include "access_log.hpp"
#include "refusal.hpp"
#include <sluice/http/read.hpp>
#include <sluice/http/write.hpp>

#include <boost/asio/experimental/awaitable_operators.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace file_server {

namespace asio = boost::asio;
namespace http = boost::beast::http;

namespace {

constexpr std::size_t longest_header = 16 * 1024;
constexpr std::uint64_t longest_body = 1024 * 1024;
constexpr std::size_t piece_size = 64 * 1024;    // of a body
constexpr std::size_t turn_size = 8 * 1024;      // of answers; then others have their turn
constexpr std::uint64_t large_file = 256 * 1024; // from here on the system sends it, if it can
constexpr std::uint64_t least_rate = 64 * 1024;  // bytes a second that a client has to take

template <class T>
sluice::error_code error_of(const sluice::result<T>& outcome) {
    return outcome ? sluice::error_code() : outcome.error();
}

} // namespace

session::session(stream_socket socket, service& owner)
    : service_(owner)
    , peer_(owner.settings.verbose ? peer_name(socket) : std::string())
    , link_(make_link(std::move(socket), owner))
    , deadline_(owner.clock, [this] { on_deadline(); })
    , position_(owner.sessions.insert(owner.sessions.end(), this)) {}

session::~session() {
    service_.sessions.erase(position_);
}

awaitable<> session::run() {
    using namespace asio::experimental::awaitable_operators;
    co_await (link_->run() && converse());
}

awaitable<> session::converse() {
    // Not while (co_await ...): g++ 12 miscompiles an await in a loop's condition.
    for (bool more = true; more; first_request_ = false) {
        more = co_await exchange();
        if (more && input().buffered() != 0)
            co_await service_.pipelining.next();
    }
    co_await close();
}

awaitable<bool> session::exchange() {
    request_parser parser;
    parser.header_limit(longest_header);
    parser.body_limit(longest_body);
    const http::request_header<>& request = parser.get();
    http::request_header<> asked; // to the request Beast adds the fields that come behind a body

    error_code ec = co_await receive_header(parser);
    std::optional<http::status> refused;
    if (!ec)
        refused = refusal_of_body(request, parser.chunked());
    const bool has_body = !ec && !refused && !parser.is_done();
    if (has_body) {
        asked = request;
        ec = co_await receive_body(parser);
    }
    if (ec) {
        if (timed_out_ && phase_ == phase::rest_of_request)
            refused = http::status::request_timeout;
        else
            refused = refusal_of_error(ec, request, unread_line());
        if (!refused)
            co_return false;
    }

    const bool keep_alive = !refused && parser.keep_alive() && !service_.draining;
    const bool head_only = request.method() == http::verb::head;
    answer reply = refused ? error_answer(*refused, {request.version(), head_only, false})
                           : respond(service_.root, has_body ? asked : request, keep_alive);
    ++service_.served.requests;
    ec = co_await send(reply);
    if (!ec && output().unflushed() >= turn_size)
        ec = co_await flush();
    if (service_.settings.verbose)
        log_request(peer_, request, reply);
    if (ec)
        cancel(); // the announced length cannot be kept: no orderly end
    co_return keep_alive && !ec;
}

awaitable<sluice::error_code> session::receive_header(request_parser& parser) {
    const auto& settings = service_.settings;
    request_until_ = service_.clock.now() + settings.request_timeout;
    error_code ec = error_of(sluice::http::try_read_header(input(), parser));
    if (ec != asio::error::would_block)
        co_return ec;

    // All that came has been answered: out with it, before waiting for more.
    ec = co_await flush();
    if (ec)
        co_return ec;
    if (input().buffered() == 0 && !parser.got_some()) {
        wait_for(phase::request, service_.clock.now() + (first_request_ ? settings.header_timeout
                                                                        : settings.idle_timeout));
        if (service_.draining)
            co_return asio::error::operation_aborted;
        const auto [failure, arrived] = co_await input().async_read(awaited);
        if (failure)
            co_return failure;
        if (arrived.cancelled && arrived.buffer.empty())
            co_return asio::error::operation_aborted;
        input().consume(0);
    }
    request_until_ = service_.clock.now() + settings.request_timeout;
    wait_for(phase::rest_of_request,
             service_.clock.now() + std::min(settings.header_timeout, settings.request_timeout));
    std::tie(ec, std::ignore) = co_await sluice::http::async_read_header(input(), parser, awaited);
    co_return ec;
}

awaitable<sluice::error_code> session::receive_body(request_parser& parser) {
    if (parser.is_done())
        co_return error_code();
    if (expects_continue(parser.get()) && input().buffered() == 0) {
        output().write(asio::buffer(std::string_view("HTTP/1.1 100 Continue\r\n\r\n")));
        if (const error_code ec = co_await flush())
            co_return ec;
    }
    wait_for(phase::rest_of_request, request_until_);
    const auto [ec, size] = co_await sluice::http::async_read(input(), parser, awaited);
    co_return ec;
}

awaitable<sluice::error_code> session::send(answer& reply) {
    const auto head = sluice::http::write_header(output(), reply.head);
    if (!head)
        co_return head.error();
    service_.served.bytes += *head;
    for (std::string_view rest = reply.text; !rest.empty();) {
        const std::string_view piece = rest.substr(0, piece_size);
        rest.remove_prefix(piece.size());
        service_.served.bytes += output().write(asio::buffer(piece));
        if (output().unflushed() >= piece_size)
            if (const error_code ec = co_await flush())
                co_return ec;
    }
    if (!reply.file)
        co_return error_code();
    link::file file(service_.clock.get_executor());
    file.assign(reply.file.release());
    file.seek(reply.file_first, reply.file_length);
    if (reply.file_length >= large_file && link_->takes_files())
        co_return co_await send_by_system(file);
    co_return co_await send_file(file);
}

awaitable<sluice::error_code> session::send_file(link::file& file) {
    while (file.limit() != 0) {
        const auto wanted =
            static_cast<std::size_t>(std::min<std::uint64_t>(file.limit(), piece_size));
        const auto [failure, size] =
            co_await file.async_read_some(output().prepare_sequence(wanted), awaited);
        if (failure)
            co_return failure; // eof: the file has become shorter
        output().commit(size);
        service_.served.bytes += size;
        if (output().unflushed() >= piece_size)
            if (const error_code ec = co_await flush())
                co_return ec;
    }
    co_return error_code();
}

awaitable<sluice::error_code> session::send_by_system(link::file& file) {
    link_->cork();
    if (const error_code ec = co_await flush())
        co_return ec;
    wait_for(phase::client_to_read, request_until_);
    if (const auto [ec] = co_await output().async_wait_drained(awaited); ec)
        co_return ec;
    std::uint64_t paid = 0;
    const error_code ec = co_await link_->send(file, [&](std::uint64_t sent) {
        service_.served.bytes += sent - paid;
        earn(sent - paid);
        paid = sent;
        wait_for(phase::client_to_read, request_until_);
    });
    if (!ec && file.limit() != 0)
        co_return asio::error::eof; // the file has become shorter
    co_return ec;
}

// The time for a request is what a client's account starts with and the most it can hold; what the
// client takes, at the least rate, is paid in.
awaitable<sluice::error_code> session::flush() {
    const std::size_t size = output().unflushed();
    error_code ec = asio::error::would_block;
    if (size < turn_size) // else the other connections of this thread get their turn
        ec = error_of(output().try_flush());
    if (ec == asio::error::would_block) {
        wait_for(phase::client_to_read, request_until_);
        std::tie(ec) = co_await output().flush(awaited);
    }
    earn(size);
    co_return ec;
}

void session::earn(std::uint64_t size) {
    const std::chrono::milliseconds earned(size * 1000 / least_rate);
    request_until_ =
        std::min(request_until_ + earned, service_.clock.now() + service_.settings.request_timeout);
}

awaitable<> session::close() {
    const bool quietly = phase_ == phase::request; // nobody waits for an answer
    output().complete();
    wait_for(phase::client_to_read, service_.clock.now() + service_.settings.request_timeout);
    co_await output().async_wait_drained(awaited);
    if (quietly)
        cancel();
    else
        input().complete(); // the connection lingers until the client closes, or for a moment
}

// What the parser refused is still in the pipe: its first line, as far as it came.
std::string session::unread_line() {
    const auto unread = input().try_read();
    if (!unread)
        return {};
    const auto& bytes = unread->buffer;
    const auto newline = bytes.find('\n');
    std::string line = (newline ? bytes.slice(bytes.start(), *newline) : bytes).to_string();
    if (newline)
        line += '\n';
    input().consume(0);
    return line;
}

void session::drain() {
    if (phase_ == phase::request)
        input().cancel_pending_read();
}

void session::wait_for(phase what, time_point until) {
    phase_ = what;
    deadline_.set(until);
}

void session::on_deadline() {
    timed_out_ = true;
    if (phase_ == phase::request || phase_ == phase::rest_of_request)
        input().cancel_pending_read();
    else
        cancel();
}

} // namespace file_server
