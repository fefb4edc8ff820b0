// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Frames straight from and to files: framed_reader over file_reader, framed_writer over
// file_writer.
#include "support/outcome.hpp"
#include "support/temporary_file.hpp"
#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/framed_writer.hpp>
#include <sluice/parse/line_decoder.hpp>
#include <sluice/parse/line_encoder.hpp>
#include <sluice/stream/file_reader.hpp>
#include <sluice/stream/file_writer.hpp>

using namespace sluice;
using namespace sluice::test;

namespace {

std::string file_line(std::size_t i) {
    return std::string(i * 31 % 200, 'a') + std::to_string(i);
}

} // namespace

TEST_CASE("lines are written to a file, and read from it, however it is cut") {
    constexpr std::size_t count = 2'000;
    const temporary_file target;
    asio::io_context context;
    std::size_t seen = 0;
    asio::co_spawn(
        context,
        [&]() -> asio::awaitable<void> {
            framed_writer out(file_writer(context, target.path), line_encoder());
            for (std::size_t i = 0; i != count; ++i) {
                CHECK(out.write(file_line(i)));
                if (i % 100 == 0)
                    co_await out.flush(asio::use_awaitable);
            }
            co_await out.flush(asio::use_awaitable);
            for (const std::size_t piece : {7u, 1'000u, 100'000u}) {
                file_reader_options options;
                options.piece_size = piece;
                framed_reader in(file_reader(context, target.path, options), line_decoder());
                for (std::size_t i = 0; i != count; ++i, ++seen)
                    CHECK((co_await in.async_next(asio::use_awaitable)).to_string() ==
                          file_line(i));
                const auto [ec, none] = co_await in.async_next(as_result);
                CHECK(ec == asio::error::eof);
            }
        },
        [](std::exception_ptr failure) { CHECK_FALSE(failure); });
    context.run();
    CHECK(seen == 3 * count);
}
