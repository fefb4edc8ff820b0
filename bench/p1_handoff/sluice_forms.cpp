// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "p1_handoff/sluice_forms.hpp"

namespace bench {

void add_sluice_forms(contestants& to, std::size_t chunk, threads number) {
    const std::pair<const char*, sluice::resumption> ways[] = {
        {"dispatch", sluice::resumption::dispatch}, {"post", sluice::resumption::post}};
    for (const auto& [name, how] : ways) {
        if (number == threads::two && how == sluice::resumption::dispatch)
            continue; // to another thread it is a post
        const labels names{{"form", "sluice"}, {"resumption", name}};
        const auto styled = [&](const char* style) {
            labels all = names;
            all["style"] = style;
            return all;
        };
        add_asynchronous<sluice_forms::callbacks>(to, chunk, number, styled("callbacks"), how);
        add_asynchronous<sluice_forms::trying>(to, chunk, number, styled("trying coroutine"), how);
        add_asynchronous<sluice_forms::suspending>(to, chunk, number,
                                                   styled("suspending coroutine"), how);
    }
}

} // namespace bench
