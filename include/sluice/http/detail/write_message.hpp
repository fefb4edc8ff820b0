// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>

#include <boost/asio/cancellation_state.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/recycling_allocator.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/system/system_error.hpp>

#include <concepts>
#include <memory>
#include <new>
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
    static constexpr std::size_t window = 64 * 1024;
    serializer.split(how_much == header_only);
    if (how_much == one_window)
        serializer.limit(window); // a body may be one long piece
    const std::size_t enough = total + window;
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
    std::size_t total = 0;
    using header_writer = typename Message::fields_type::writer;
    if constexpr (Message::is_request::value) {
        header_writer header(message, message.version(), message.method());
        total = writer.write(header.get());
    } else {
        header_writer header(message, message.version(), message.result_int());
        total = writer.write(header.get());
    }
    for (bool more = true; more;) {
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

// `Held` is a reference to the serializer, or owns it.
template <class Writer, class Serializer, class Held>
class write_message {
public:
    write_message(Writer& writer, Held serializer)
        : writer_(writer)
        , held_(std::forward<Held>(serializer)) {}

    template <class Self>
    void operator()(Self& self, error_code ec = {}) {
        if (!started_) {
            started_ = true;
            self.reset_cancellation_state(boost::asio::enable_total_cancellation());
        } else if (ec || error_ || get().is_done()) {
            return self.complete(error_ ? error_ : ec, total_);
        }
        try {
            error_ = serialise(writer_, get(), one_window, total_);
        } catch (const std::bad_alloc&) {
            error_ = make_error_code(boost::system::errc::not_enough_memory);
        } catch (const boost::system::system_error& error) {
            error_ = error.code();
        }
        writer_.flush(std::move(self));
    }

private:
    Serializer& get() noexcept {
        if constexpr (std::is_reference_v<Held>)
            return held_;
        else
            return *held_;
    }

    Writer& writer_;
    Held held_;
    std::size_t total_ = 0;
    error_code error_;
    bool started_ = false;
};

} // namespace sluice::http::detail
