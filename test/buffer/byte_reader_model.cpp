// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "plain_reader.hpp"
#include "support/pieces.hpp"
#include "support/show_parsed.hpp"
#include <sluice/buffer/byte_reader.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <type_traits>

using namespace sluice;
using namespace sluice::test;

namespace {

class comparison {
public:
    explicit comparison(std::uint32_t seed) : random_(seed) {
        static constexpr std::string_view likely = "0123456789aF--,;\r\n\r\n\\\" \x80\x80\xff\x01";
        const std::size_t size = below(120);
        for (std::size_t i = 0; i != size; ++i)
            model_.text +=
                below(4) == 0 ? static_cast<char>(below(256)) : likely[below(likely.size())];
        for (std::size_t i = 0; i != size;) {
            const std::size_t n = std::min(1 + below(below(2) == 0 ? 3 : 40), size - i);
            writable_buffer batch = pipe_.writer.alloc();
            batch.write(asio::buffer(model_.text.data() + i, n));
            batch.commit();
            i += n;
        }
        pipe_.writer.complete();
        in_ = byte_reader(pipe_.reader.try_read().value().buffer);
    }

    void step() {
        switch (below(16)) {
        case 0:
            return skip(below(12));
        case 1:
            return rewind();
        case 2:
            return read_view(below(20));
        case 3:
            return sized<std::uint64_t>();
        case 4:
            return sized<std::int64_t>();
        case 5:
            return sized<std::int16_t>();
        case 6:
            return varint<std::uint32_t>();
        case 7:
            return varint<std::uint64_t>();
        case 8:
            return digits<std::int16_t>();
        case 9:
            return digits<std::uint64_t>();
        case 10:
            return digits<std::int64_t>();
        case 11:
            return search();
        case 12:
            return search();
        case 13:
            return stands_here();
        case 14:
            return run();
        default:
            return fixed();
        }
    }

private:
    std::size_t below(std::size_t n) { return random_() % n; }

    template <class T>
    void same(const parsed<T>& actual, const parsed<T>& expected) {
        REQUIRE(actual.has_value() == expected.has_value());
        if (!actual)
            CHECK(actual.error() == expected.error());
        else if constexpr (!std::is_void_v<T>)
            CHECK(*actual == *expected);
        same_place();
    }
    void same_place() {
        REQUIRE(in_.position() == model_.at);
        CHECK(in_.remaining() == model_.rest().size());
        CHECK(in_.empty() == model_.rest().empty());
        CHECK(in_.current().empty() == in_.empty());
        CHECK(in_.rest().equals(model_.rest()));
        if (!in_.empty())
            CHECK(in_.peek().value() == std::byte(model_.rest().front()));
    }
    static parsed<std::string> text_of(const parsed<readable_buffer>& view) {
        if (!view)
            return view.error();
        return view->to_string();
    }
    parsed<std::string> taken(const parsed<std::size_t>& size, std::size_t behind) {
        if (!size)
            return size.error();
        const std::string text(model_.rest().substr(0, *size));
        model_.at += *size + behind;
        return text;
    }

    void skip(std::size_t n) {
        same(in_.skip(n), n <= model_.rest().size() ? (model_.at += n, parsed<void>())
                                                    : parsed<void>(parse_error::need_more));
    }
    void rewind() {
        const std::size_t n = below(model_.at + 1);
        in_.rewind(n);
        model_.at -= n;
        same_place();
    }
    void read_view(std::size_t n) {
        const auto size = n <= model_.rest().size() ? parsed<std::size_t>(n)
                                                    : parsed<std::size_t>(parse_error::need_more);
        same(text_of(in_.read_view(n)), taken(size, 0));
    }
    template <class T>
    void sized() {
        const std::size_t size = 1 + below(8);
        const bool big = below(2) == 0;
        same(big ? in_.read_be<T>(size) : in_.read_le<T>(size), model_.read_sized<T>(size, big));
    }
    void fixed() {
        const bool big = below(2) == 0;
        same(big ? in_.read_be<std::uint32_t>() : in_.read_le<std::uint32_t>(),
             model_.read_sized<std::uint32_t>(4, big));
    }
    template <class T>
    void varint() {
        const std::size_t most = below(12);
        same(in_.read_varint<T>(most), model_.read_varint<T>(most));
    }
    template <class T>
    void digits() {
        const input_state state = below(2) == 0 ? input_state::partial : input_state::complete;
        same(in_.read_decimal<T>(state), model_.read_digits<T>(10, state));
        using unsigned_type = std::make_unsigned_t<T>;
        same(in_.read_hex<unsigned_type>(state), model_.read_digits<unsigned_type>(16, state));
    }
    void search() {
        static constexpr byte_set few(",;\n"), many = byte_set::range('\x80', '\xff');
        const char escape = below(2) == 0 ? '\\' : 0;
        const auto run = [&](const delimiter& plain, auto stands) {
            const delimiter what = escape != 0 ? plain.escaped_by(escape) : plain;
            const parsed<std::size_t> place = model_.find(stands, escape);
            // First in a part of the bytes, perhaps, and then in all.
            std::size_t seen = 0;
            byte_reader some(in_.rest().slice(0, below(in_.remaining() + 1)));
            if (const parsed<std::size_t> early = some.find(what, seen))
                CHECK(*early == place.value());
            if (below(2) == 0) {
                same(text_of(in_.read_until(what, seen)), taken(place, what.size()));
            } else {
                const parsed<void> found = in_.skip_until(what, seen);
                CHECK(found.has_value() == place.has_value());
                model_.at += place ? *place : 0;
            }
            CHECK((seen == 0 || !place));
            same_place();
        };
        const auto one_of = [](const byte_set& set) {
            return [&set](std::string_view text) { return set.contains(text.front()); };
        };
        const auto begins_with = [](std::string_view wanted) {
            return [wanted](std::string_view text) { return text.starts_with(wanted); };
        };
        switch (below(5)) {
        case 0:
            return run('\n', begins_with("\n"));
        case 1:
            return run(few, one_of(few));
        case 2:
            return run(many, one_of(many));
        case 3:
            return run("\r\n", begins_with("\r\n"));
        default:
            return run("-,\r\n", begins_with("-,\r\n"));
        }
    }
    void stands_here() {
        const std::size_t size = below(6);
        std::string text(model_.rest().substr(0, size));
        if (below(3) == 0)
            text += "\r\n";
        parsed<void> expected;
        if (model_.rest().starts_with(text))
            model_.at += text.size();
        else if (std::string_view(text).starts_with(model_.rest()))
            expected = parse_error::need_more;
        else
            expected = parse_error::malformed;
        same(in_.skip_past(text), expected);
    }
    void run() {
        static constexpr byte_set set("0123456789\r\n");
        CHECK(in_.skip_past(set) == model_.skip_past([](char c) { return set.contains(c); }));
        CHECK(in_.skip_past('-') == model_.skip_past([](char c) { return c == '-'; }));
        same_place();
    }

    std::minstd_rand random_;
    plain_reader model_;
    test_pipe pipe_;
    byte_reader in_;
};

} // namespace

TEST_CASE("byte_reader: does what the model does, over random bytes in random pieces") {
    for (std::uint32_t seed = 1; seed <= 4000; ++seed) {
        CAPTURE(seed);
        comparison both(seed);
        for (int step = 0; step != 60; ++step) {
            CAPTURE(step);
            both.step();
        }
    }
}
