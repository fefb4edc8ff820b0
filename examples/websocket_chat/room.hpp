// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <cstddef>
#include <deque>
#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace websocket_chat {

class session;

/// What a client is to get: made once, and shared by all who get it.
using message = std::shared_ptr<const std::string>;

/// Everybody who is here, and what was said last. One thread uses it.
///
/// A message begins with a word that says what it is:
///
///   welcome NAME              you are in, and this is your name
///   people NAME NAME ...      who is there
///   says SECONDS NAME TEXT    somebody said this, so many seconds after 1970
///   joined NAME               somebody came
///   left NAME TEXT            somebody went, and why
///   renamed OLD NEW           somebody has another name
///   note TEXT                 the room has this to tell you
class room {
public:
    /// At most so many clients; newcomers are told the last so many bytes of what was said.
    room(std::size_t max_clients, std::size_t memory)
        : max_clients_(max_clients)
        , memory_(memory) {}

    using place = std::list<session*>::iterator;
    bool is_full() const noexcept { return members_.size() >= max_clients_; }
    /// The newcomer is given a name, and told what was said; the others are told who came.
    place join(session& newcomer);
    /// The others are told why.
    void leave(place who, std::string_view why);

    /// Everybody is told.
    void say(std::string what);
    /// The same, of a member; newcomers will be told, too.
    void say(const session& who, std::string_view text);
    /// A member wants another name. False: somebody has it.
    bool rename(session& who, std::string_view name);

private:
    bool is_taken(std::string_view name) const;
    void spread(const message& what);

    std::size_t max_clients_;
    std::size_t memory_;
    std::list<session*> members_;
    std::deque<message> said_;
    std::size_t said_size_ = 0;
    std::size_t guests_ = 0;
};

} // namespace websocket_chat
