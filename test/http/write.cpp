// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/http_corpus.hpp"
#include "support/http_outcome.hpp"
#include <sluice/http/write.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/beast/http/buffer_body.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/file_body.hpp>
#include <boost/beast/http/write.hpp>
#include <doctest/doctest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace http = boost::beast::http;
using namespace sluice::test;
using sluice::error_code;

namespace {

boost::asio::io_context idle_context; // nothing runs in it

constexpr std::size_t write_segment_sizes[] = {1, 16, 4096};

// What a new pipe holds after `write` put something into it.
template <class Write>
std::string written(std::size_t segment_size, Write write) {
    sluice::pipe pipe(idle_context, with_segments_of(segment_size));
    const sluice::result<std::size_t> count = write(pipe.writer);
    REQUIRE(count.has_value());
    CHECK(pipe.writer.unflushed() == *count);
    CHECK(pipe.reader.buffered() == 0); // not before a flush
    pipe.writer.complete();
    const auto read = pipe.reader.try_read();
    REQUIRE(read.has_value());
    CHECK(read->buffer.size() == *count);
    return read->buffer.to_string();
}

template <class Message>
std::string written_by_beast(const Message& message) {
    std::ostringstream out;
    out << message;
    return out.str();
}

template <class Message>
void check_like_beast(const Message& message) {
    for (const std::size_t size : write_segment_sizes)
        CHECK(written(size, [&](auto& writer) { return sluice::http::write(writer, message); }) ==
              written_by_beast(message));
}

http::response<http::string_body> page(std::string body) {
    http::response<http::string_body> message(http::status::ok, 11, std::move(body));
    message.set(http::field::server, "test");
    message.set("X-Empty", "");
    return message;
}

struct temporary_file {
    std::string path;
    explicit temporary_file(const std::string& bytes) {
        path = (std::filesystem::temp_directory_path() / "sluice-test-XXXXXX").string();
        const int descriptor = ::mkstemp(path.data());
        REQUIRE(descriptor != -1);
        std::FILE* file = ::fdopen(descriptor, "wb");
        std::fwrite(bytes.data(), 1, bytes.size(), file);
        std::fclose(file);
    }
    ~temporary_file() { std::remove(path.c_str()); }
};

} // namespace

TEST_CASE("http::write: messages look like Beast writes them") {
    auto message = page("hello");
    message.prepare_payload();
    check_like_beast(message);
    check_like_beast(page(""));
    check_like_beast(page(std::string(100'000, 'x')));

    auto chunked = page("hello");
    chunked.chunked(true);
    check_like_beast(chunked);
    auto empty_chunked = page("");
    empty_chunked.chunked(true);
    check_like_beast(empty_chunked);

    http::request<http::empty_body> get(http::verb::get, "/x", 11);
    get.set(http::field::host, "h");
    check_like_beast(get);
    get.method_string("BREW");
    check_like_beast(get);
    http::response<http::empty_body> odd(http::int_to_status(299), 10);
    odd.reason("Fine");
    check_like_beast(odd);
}

TEST_CASE("http::write: the body of a file") {
    for (const std::size_t size : {0u, 1u, 4096u, 50'000u}) {
        std::string bytes(size, 'f');
        if (size != 0)
            bytes.back() = 'e';
        const temporary_file file(bytes);
        for (const bool chunked : {false, true}) {
            http::response<http::file_body> message(http::status::ok, 11);
            error_code ec;
            message.body().open(file.path.c_str(), boost::beast::file_mode::scan, ec);
            REQUIRE(!ec);
            if (chunked)
                message.chunked(true);
            else
                message.prepare_payload();
            const std::string sent =
                written(4096, [&](auto& writer) { return sluice::http::write(writer, message); });
            const auto outcome = beast_outcome<false>(sent);
            CHECK(outcome.error == "");
            CHECK(outcome.body == bytes);
            CHECK(outcome.taken == sent.size());
        }
    }
}

TEST_CASE("http::write: a buffer_body in one piece, and one that would go on") {
    http::response<http::buffer_body> message(http::status::ok, 11);
    std::string body = "abc";
    message.body() = {body.data(), body.size(), false};
    message.content_length(3);
    const std::string sent =
        written(16, [&](auto& writer) { return sluice::http::write(writer, message); });
    CHECK(sent == "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc");

    message.body() = {nullptr, 0, true};
    sluice::pipe pipe(idle_context);
    CHECK(sluice::http::write(pipe.writer, message).error() == http::error::need_buffer);
}

TEST_CASE("http::write_header writes the header alone") {
    auto message = page("hello");
    message.prepare_payload();
    const std::string whole = written_by_beast(message);
    const std::string header = whole.substr(0, whole.size() - 5);
    for (const std::size_t size : write_segment_sizes)
        CHECK(written(size, [&](auto& writer) {
                  return sluice::http::write_header(writer, message);
              }) == header);
    message.erase(http::field::content_length);
    message.chunked(true);
    const std::string chunked =
        written(16, [&](auto& writer) { return sluice::http::write_header(writer, message); });
    CHECK(chunked.ends_with("\r\n\r\n"));
    CHECK(written_by_beast(message).starts_with(chunked));
}

TEST_CASE("http::write: several answers, one flush") {
    sluice::pipe pipe(idle_context);
    auto message = page("x");
    message.prepare_payload();
    std::string all;
    for (int i = 0; i != 50; ++i) {
        all += written_by_beast(message);
        CHECK(sluice::http::write(pipe.writer, message).has_value());
    }
    (void)pipe.writer.try_flush();
    CHECK(pipe.stats().flushes == 1);
    CHECK(pipe.reader.try_read()->buffer.equals(all));
}

TEST_CASE("http::write: what was read and written is read again the same") {
    std::size_t accepted = 0;
    for (const auto& [name, bytes] : http_corpus()) {
        CAPTURE(name);
        string_parser<true> parser;
        parser.eager(true);
        error_code ec;
        parser.put(boost::asio::buffer(bytes), ec);
        if (ec || !parser.is_done())
            continue;
        const auto& message = parser.get();
        if (parser.chunked() != message.chunked()) // Beast reads codings that it does not write
            continue;
        ++accepted;
        const std::string sent =
            written(16, [&](auto& writer) { return sluice::http::write(writer, message); });
        const auto again = beast_outcome(sent);
        const auto before = describe(parser, ec, bytes.size());
        CHECK(again.error == "");
        CHECK(again.head == before.head);
        CHECK(again.body == before.body);
        CHECK(again.taken == sent.size());
        CHECK(sent == written_by_beast(message));
    }
    CHECK(accepted >= 20);
}

TEST_CASE("http::write: what a completed pipe says") {
    sluice::pipe pipe(idle_context);
    pipe.writer.complete();
    CHECK_THROWS_AS((void)sluice::http::write(pipe.writer, page("x")), boost::system::system_error);
}
