// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "room.hpp"

#include "session.hpp"

#include <algorithm>
#include <chrono>
#include <vector>

namespace websocket_chat {

namespace {

std::string seconds_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(now).count());
}

message make_message(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

} // namespace

room::place room::join(session& newcomer) {
    do {
        newcomer.name = "guest" + std::to_string(++guests_);
    } while (is_taken(newcomer.name));
    say("joined " + newcomer.name);
    const place found = members_.insert(members_.end(), &newcomer);
    newcomer.tell(make_message("welcome " + newcomer.name));
    std::string people = "people";
    for (const session* one : members_)
        people += " " + one->name;
    newcomer.tell(make_message(std::move(people)));
    for (const message& one : said_)
        newcomer.tell(one);
    return found;
}

void room::leave(place who, std::string_view why) {
    const std::string name = (*who)->name;
    members_.erase(who);
    say("left " + name + " " + std::string(why));
}

void room::say(std::string what) {
    spread(make_message(std::move(what)));
}

void room::say(const session& who, std::string_view text) {
    const message what =
        make_message("says " + seconds_now() + " " + who.name + " " + std::string(text));
    said_.push_back(what);
    for (said_size_ += what->size(); said_size_ > memory_; said_.pop_front())
        said_size_ -= said_.front()->size();
    spread(what);
}

bool room::rename(session& who, std::string_view name) {
    if (is_taken(name))
        return false;
    say("renamed " + who.name + " " + std::string(name));
    who.name = name;
    return true;
}

bool room::is_taken(std::string_view name) const {
    return std::ranges::any_of(members_, [&](const session* one) { return one->name == name; });
}

void room::spread(const message& what) {
    std::vector<session*> too_slow;
    for (session* const member : members_)
        if (!member->tell(what))
            too_slow.push_back(member);
    for (session* const member : too_slow)
        member->let_go();
}

} // namespace websocket_chat
