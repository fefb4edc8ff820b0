// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Any bytes, in contiguous memory and in pieces: every operation has the same outcome, and moves
// only if it succeeds. The first bytes of the input choose pieces and operations.
#include <sluice/buffer/byte_reader.hpp>
#include <sluice/buffer/text.hpp>
#include <sluice/pipe/pipe.hpp>

#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>
#include <type_traits>

using namespace sluice;

namespace {

void require(bool holds, const char* what) {
    if (holds)
        return;
    std::cerr << what << '\n';
    std::abort();
}

template <class T>
bool same(const T& a, const T& b) {
    return a == b || (a != a && b != b); // not-a-number is not itself
}
bool same(const readable_buffer& a, const readable_buffer& b) {
    return a.to_string() == b.to_string();
}
template <class T>
bool same(const parsed<T>& a, const parsed<T>& b) {
    if (!a || !b)
        return a.has_value() == b.has_value() && a.error() == b.error();
    if constexpr (std::is_void_v<T>)
        return true;
    else
        return same(*a, *b);
}

class two_readers {
public:
    two_readers(std::string_view text, std::uint32_t cuts) : text_(text), whole_(text_) {
        const std::uint32_t longest = 1 + cuts % 40;
        while (!text.empty()) {
            cuts = cuts * 1664525 + 1013904223;
            const std::size_t n = std::min<std::size_t>(text.size(), 1 + (cuts >> 16) % longest);
            writable_buffer batch = pipe_.writer.alloc();
            batch.write(asio::buffer(text.data(), n));
            batch.commit();
            text.remove_prefix(n);
        }
        pipe_.writer.complete();
        cut_ = byte_reader(pipe_.reader.try_read().value().buffer);
    }

    void run(unsigned what, unsigned how) {
        const input_state state = how % 2 == 0 ? input_state::partial : input_state::complete;
        const std::size_t size = 1 + how % 8;
        switch (what % 20) {
        case 0:
            return both([=](byte_reader& in) { return in.skip(how); });
        case 1:
            return both([=](byte_reader& in) { return in.read_view(how); });
        case 2:
            return both([=](byte_reader& in) { return in.peek(how); });
        case 3:
            return both([](byte_reader& in) { return in.read(); });
        case 4:
            return both([](byte_reader& in) { return in.read_be<std::uint32_t>(); });
        case 5:
            return both([](byte_reader& in) { return in.read_le<double>(); });
        case 6:
            return both([=](byte_reader& in) { return in.read_be<std::int64_t>(size); });
        case 7:
            return both([=](byte_reader& in) { return in.read_le<std::uint16_t>(size); });
        case 8:
            return both([=](byte_reader& in) { return in.read_varint<std::uint32_t>(how % 16); });
        case 9:
            return both([](byte_reader& in) { return in.read_zigzag<std::int64_t>(); });
        case 10:
            return both([=](byte_reader& in) { return in.read_decimal<std::int32_t>(state); });
        case 11:
            return both([=](byte_reader& in) { return in.read_decimal<double>(state); });
        case 12:
            return both([=](byte_reader& in) { return in.read_hex<std::uint64_t>(state); });
        case 13:
            return search(how, '\n');
        case 14:
            return search(how, byte_set(",;=\n"));
        case 15:
            return search(how, ~byte_set::range('a', 'z'));
        case 16:
            return search(how, "\r\n");
        case 17:
            return search(how, std::string_view(text_).substr(0, how % 8));
        case 18:
            return stands_here(how);
        default:
            return go_back(how);
        }
    }

private:
    template <class Operation>
    void both(Operation operation) {
        const std::size_t before = whole_.position();
        const auto whole = operation(whole_);
        const auto cut = operation(cut_);
        require(same(whole, cut), "pieces have another outcome than contiguous memory");
        require(whole || whole_.position() == before, "what failed has moved");
        same_place();
    }

    void same_place() {
        require(whole_.position() == cut_.position(), "it stands at another place");
        require(whole_.remaining() == cut_.remaining(), "something else remains");
        require(whole_.empty() == cut_.current().empty(), "it is at the end, or is not");
        require(same(whole_.rest(), cut_.rest()), "other bytes remain");
    }

    // As it is, with an escape, and going on where a search in the first bytes ended.
    void search(unsigned how, const delimiter& plain) {
        const delimiter what = how % 2 == 0 ? plain : plain.escaped_by('\\');
        const parsed<std::size_t> place = whole_.find(what);
        std::size_t seen = 0;
        for (std::size_t known = how % 5; known < cut_.remaining(); known += 1 + how % 7) {
            byte_reader some(cut_.rest().slice(0, known));
            const parsed<std::size_t> early = some.find(what, seen);
            require(seen <= known, "more was seen than there is");
            require(!early || same(place, early), "found in a part, but not in the whole");
            if (early)
                break;
        }
        require(same(cut_.find(what, seen), place), "a search that went on found another place");
        switch (how / 2 % 3) {
        case 0:
            return both([&](byte_reader& in) { return in.read_until(what); });
        case 1:
            return both([&](byte_reader& in) { return in.skip_until(what); });
        default:
            return both([&](byte_reader& in) { return in.find(what); });
        }
    }

    void stands_here(unsigned how) {
        std::string text(whole_.rest().slice(0, how % 16).to_string());
        if (how % 3 == 0)
            text += '\n';
        both([&](byte_reader& in) { return in.starts_with(text); });
        both([&](byte_reader& in) { return in.skip_past(text); });
        const auto run = [](byte_reader& in) {
            return parsed<std::size_t>(in.skip_past(white_space) + in.skip_past('x'));
        };
        both(run);
        require(same(trim(whole_.rest()), trim(cut_.rest())), "trimmed to something else");
    }

    void go_back(unsigned how) {
        const std::size_t n = how % (whole_.position() + 1);
        whole_.rewind(n);
        cut_.rewind(n);
        if (how % 16 == 0) {
            whole_.discard_read();
            cut_.discard_read();
        }
        same_place();
    }

    const std::string text_;
    byte_reader whole_;
    asio::io_context context_;
    sluice::pipe pipe_{context_};
    byte_reader cut_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2 || size < 2 + 2 * std::size_t{data[1]})
        return 0;
    const std::uint8_t* operations = data + 2;
    const std::uint8_t* const text = operations + 2 * std::size_t{data[1]};
    two_readers readers(
        {reinterpret_cast<const char*>(text), static_cast<std::size_t>(data + size - text)},
        data[0]);
    for (; operations != text; operations += 2)
        readers.run(operations[0], operations[1]);
    return 0;
}
