// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "room.hpp"

#include "session.hpp"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace line_chat {

namespace {

constexpr std::size_t most_undelivered = 16 * 1024;

} // namespace

room::place room::join(session& newcomer) {
    do {
        newcomer.name = "guest" + std::to_string(++guests_);
    } while (is_taken(newcomer.name));
    say({text("* "), text(newcomer.name), text(" has joined")});
    deliver();
    return members_.insert(members_.end(), &newcomer);
}

void room::leave(place who, std::string_view why) {
    const std::string name = (*who)->name;
    deliver();
    members_.erase(who);
    if (!why.empty())
        say({text("* "), text(name), text(" "), text(why)});
    flush();
}

void room::say(std::initializer_list<sluice::readable_buffer> parts, const session* but) {
    if (but != but_)
        deliver();
    but_ = but;
    for (const sluice::readable_buffer& part : parts)
        scratch_.writer.write(part);
    scratch_.writer.write(text("\n"));
    if (scratch_.writer.unflushed() >= most_undelivered)
        flush();
}

void room::deliver() {
    if (scratch_.writer.unflushed() == 0)
        return;
    (void)scratch_.writer.try_flush();
    const sluice::readable_buffer lines = scratch_.reader.try_read().value().buffer;
    const sluice::preserved_buffer kept = lines.preserve();
    scratch_.reader.advance(lines.finish());
    for (session* const member : members_)
        if (member != but_)
            member->tell(kept);
}

void room::flush() {
    deliver();
    std::vector<session*> too_slow;
    for (session* const member : members_)
        if (!member->flush())
            too_slow.push_back(member);
    for (session* const member : too_slow)
        member->let_go();
}

bool room::is_taken(std::string_view name) const {
    return std::ranges::any_of(members_, [&](const session* one) { return one->name == name; });
}

std::string room::names() const {
    std::string list;
    for (const session* one : members_)
        list += (list.empty() ? "" : ", ") + one->name;
    return list;
}

} // namespace line_chat
