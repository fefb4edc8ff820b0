// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "session.hpp"

#include "command.hpp"
#include "support/address.hpp"

#include <boost/asio/error.hpp>

#include <new>

namespace resp_server {

namespace asio = boost::asio;

namespace {

constexpr std::size_t piece_size = 64 * 1024; // of replies, before the client has to take them

template <class T>
sluice::error_code error_of(const sluice::result<T>& outcome) {
    return outcome ? sluice::error_code() : outcome.error();
}

std::string peer_name(const stream_socket& socket) {
    sluice::error_code ec;
    const auto peer = socket.remote_endpoint(ec);
    return ec ? std::string() : support::text_of(peer);
}

sluice::connection_options connection_options(const service& shared) {
    sluice::connection_options result;
    result.input.pool = shared.pool;
    result.input.max_buffered = shared.settings.max_request + piece_size;
    result.output.pool = shared.pool;
    return result;
}

sluice::resp_command_decoder decoder(const options& settings) {
    sluice::resp_options result;
    result.max_size = settings.max_request;
    result.max_bulk_size = settings.max_request;
    return sluice::resp_command_decoder(result);
}

} // namespace

session::session(stream_socket socket, service& shared)
    : connected{connection(counting_socket(std::move(socket)), connection_options(shared))}
    , client(shared.next_id++, peer_name(link.stream()),
             reply(link.output(), piece_size + shared.settings.max_reply))
    , shared_(shared)
    , commands_(link.input(), decoder(shared.settings))
    , position_(shared.sessions.insert(shared.sessions.end(), this))
    , active_(shared.seconds) {}

session::~session() {
    shared_.channels.forget(*this);
    std::erase(shared_.with_messages, this);
    shared_.sessions.erase(position_);
}

// Two operations beside each other, with nothing to cancel either: awaiting both as one would make
// Asio prepare for that each time.
awaitable<> session::run() {
    link.async_run([self = shared_from_this()](error_code) {});
    try {
        co_await converse();
    } catch (...) {
        cancel();
        shared_.flush_messages(); // of the commands before
        throw;
    }
}

awaitable<> session::converse() {
    while (!quits) {
        auto command = commands_.try_next();
        const bool dry = !command && command.error() == asio::error::would_block;
        if (dry || output().unflushed() >= piece_size) {
            error_code ec = try_flush();
            if (ec == asio::error::would_block)
                std::tie(ec) = co_await output().flush(awaited);
            shared_.flush_messages();
            active_ = shared_.seconds;
            if (ec)
                break;
        }
        if (dry) {
            if (shared_.stopping)
                break;
            reading_ = true;
            const auto [ec, next] = co_await commands_.async_next(awaited);
            reading_ = false;
            active_ = shared_.seconds;
            if (ec)
                command = ec;
            else
                command = next;
        }
        if (command) {
            serve(*command);
        } else {
            if (commands_.decoder().fault().what() != sluice::resp_fault::none)
                refuse();
            break;
        }
    }
    co_await close();
}

void session::serve(sluice::resp_command given) {
    if (given.empty())
        return;
    words_.clear();
    joined_.clear();
    for (const sluice::readable_buffer& word : given)
        words_.push_back(in_one_piece(word));
    try {
        execute(words_, shared_, *this);
    } catch (const reply_too_large&) {
        quits = true;
        cancel();
    }
}

std::string_view session::in_one_piece(const sluice::readable_buffer& word) {
    if (!word.is_contiguous())
        return joined_.emplace_back(word.to_string());
    const asio::const_buffer piece = word.front();
    return {static_cast<const char*>(piece.data()), piece.size()};
}

void session::refuse() {
    out.error("ERR Protocol error: " + commands_.decoder().fault().text());
}

awaitable<> session::close() {
    shared_.channels.forget(*this);
    published_ += output().unflushed();
    output().complete();
    shared_.flush_messages();
    co_await output().async_wait_drained(awaited);
    input().complete(); // the connection lingers until the client closes, or for a moment
}

void session::drain() {
    if (reading_)
        input().cancel_pending_read();
}

void session::end_if_idle(unsigned limit) {
    const bool listens = reading_ && !channels.empty();
    if (!listens && shared_.seconds - active_ >= limit)
        cancel();
}

void session::deliver(std::string_view channel, std::string_view message) {
    if (lags_too_far_)
        return;
    if (lags_) {
        behind_ += channel.size() + message.size();
        const std::size_t limit = shared_.settings.output_limit;
        lags_too_far_ = behind_ > limit && backlog() > limit;
    }
    if (!has_messages_)
        shared_.with_messages.push_back(this);
    has_messages_ = true;
    try {
        out.push(3);
        out.bulk("message");
        out.bulk(channel);
        out.bulk(message);
    } catch (const reply_too_large&) { // its own affair, not that of who published
        lags_too_far_ = true;
    } catch (const std::bad_alloc&) {
        lags_too_far_ = true;
    }
}

void session::flush_messages() {
    const auto alive = shared_from_this();
    has_messages_ = false;
    if (lags_too_far_)
        return cancel();
    if (try_flush() != asio::error::would_block || lags_)
        return;
    lags_ = true;
    behind_ = 0;
    try {
        output().flush([watched = weak_from_this()](error_code) {
            if (const auto self = watched.lock())
                self->lags_ = false;
        });
    } catch (const std::bad_alloc&) { // again not that of who published
        cancel();
    }
}

session::error_code session::try_flush() {
    published_ += output().unflushed();
    return error_of(output().try_flush());
}

std::uint64_t session::backlog() {
    return published_ + output().unflushed() - link.stream().taken();
}

} // namespace resp_server
