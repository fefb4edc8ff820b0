// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Lines of memory where it is: nothing is copied.
#include "p3_lines/lines.hpp"
#include <sluice/parse/line_decoder.hpp>

#include <cstring>

namespace bench {

namespace {

class decoder_alone final : public line_taker {
    void take_all() override {
        while (!all_arrived()) {
            received();
            sluice::byte_reader in =
                sluice::readable_buffer::over(source_.next(text::get().bytes().size()));
            sluice::line_decoder decoder;
            while (!in.empty()) {
                in.discard_read();
                const auto line = decoder.decode(in);
                look(line->front().data(), line->size());
            }
        }
    }
};

class memchr_alone final : public line_taker {
    void take_all() override {
        while (!all_arrived()) {
            received();
            const asio::const_buffer piece = source_.next(text::get().bytes().size());
            const char* at = static_cast<const char*>(piece.data());
            const char* const end = at + piece.size();
            while (at != end) {
                const char* const lf = static_cast<const char*>(
                    std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
                look(at, static_cast<std::size_t>(lf - at));
                at = lf + 1;
            }
        }
    }
};

} // namespace

void add_in_place_forms(contestants& to) {
    const auto add = [&]<class Form>(const char* name, const char* style,
                                     std::type_identity<Form>) {
        to.push_back({{{"from", "memory in place"}, {"form", name}, {"style", style}},
                      [] { return std::make_unique<Form>(); }});
    };
    add("sluice", "line_decoder", std::type_identity<decoder_alone>());
    add("hand loop", "loop", std::type_identity<memchr_alone>());
}

} // namespace bench
