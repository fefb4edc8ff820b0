// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/stream/detail/write_windows.hpp>

#include <boost/asio/recycling_allocator.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/serializer.hpp>

#include <concepts>
#include <memory>
#include <type_traits>
#include <utility>

namespace sluice::http::detail {

template <class Message>
using serializer_of =
    boost::beast::http::serializer<Message::is_request::value, typename Message::body_type,
                                   typename Message::fields_type>;

// A Beast message; not a const one where the body's writer changes the body, as that of a file
// does.
template <class Message>
concept serialisable = std::constructible_from<serializer_of<std::remove_cv_t<Message>>, Message&>;

enum class extent { whole, header_only, one_window };
using enum extent;

// Serialises into the writer, without a flush: all of it, the header, or some 64 KiB. Adds what was
// written to `total`, also before an error or an exception.
template <class Writer, class Serializer>
error_code serialise(Writer& writer, Serializer& serializer, extent how_much, std::size_t& total) {
    serializer.split(how_much == header_only);
    if (how_much == one_window)
        serializer.limit(sluice::detail::write_window); // a body may be one long piece
    const std::size_t enough = total + sluice::detail::write_window;
    error_code ec;
    while (!serializer.is_done()) {
        std::size_t n = 0;
        serializer.next(ec, [&](error_code&, const auto& buffers) { n = writer.write(buffers); });
        if (ec)
            return ec;
        serializer.consume(n);
        total += n;
        if (how_much == header_only ? serializer.is_header_done()
                                    : how_much == one_window && total >= enough)
            break;
    }
    return {};
}

// A whole message that needs no chunks, straight from the writers of its fields and its body: half
// the cost of going through a serializer, which prepares for stopping anywhere.
template <class Writer, class Message>
result<std::size_t> write_unchunked(Writer& writer, Message& message) {
    typename Message::body_type::writer body(message.base(), message.body());
    error_code ec;
    body.init(ec);
    if (ec)
        return ec;
    const auto first = body.get(ec); // before anything is written
    if (ec)
        return ec;
    std::size_t total = 0;
    using header_writer = typename Message::fields_type::writer;
    if constexpr (Message::is_request::value) {
        header_writer header(message, message.version(), message.method());
        total = writer.write(header.get());
    } else {
        header_writer header(message, message.version(), message.result_int());
        total = writer.write(header.get());
    }
    if (!first)
        return total;
    total += writer.write(first->first);
    for (bool more = first->second; more;) {
        const auto piece = body.get(ec);
        if (ec)
            return ec;
        if (!piece)
            break;
        total += writer.write(piece->first);
        more = piece->second;
    }
    return total;
}

// A serializer cannot be moved as an operation can: it lies in memory as Asio recycles it.
template <class Serializer>
struct recycle {
    using allocator_type = boost::asio::recycling_allocator<Serializer>;
    void operator()(Serializer* serializer) const noexcept {
        std::destroy_at(serializer);
        allocator_type().deallocate(serializer, 1);
    }
};

template <class Serializer>
using recycled = std::unique_ptr<Serializer, recycle<Serializer>>;

template <class Serializer, class Message>
recycled<Serializer> make_recycled(Message& message) {
    typename recycle<Serializer>::allocator_type allocator;
    Serializer* const memory = allocator.allocate(1);
    try {
        return recycled<Serializer>(std::construct_at(memory, message));
    } catch (...) {
        allocator.deallocate(memory, 1);
        throw;
    }
}

// What a serializer gives; `Held` is a reference to it, or owns it.
template <class Serializer, class Held>
class serialised {
public:
    explicit serialised(Held serializer) : held_(std::forward<Held>(serializer)) {}

    template <class Writer>
    error_code write(Writer& writer, std::size_t& total) {
        return serialise(writer, get(), one_window, total);
    }
    bool is_done() { return get().is_done(); }

private:
    Serializer& get() noexcept {
        if constexpr (std::is_reference_v<Held>)
            return held_;
        else
            return *held_;
    }

    Held held_;
};

} // namespace sluice::http::detail
