// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/test_pipe.hpp"
#include <sluice/buffer/byte_reader.hpp>
#include <sluice/buffer/pooled_buffer.hpp>
#include <sluice/buffer/write.hpp>
#include <sluice/buffer/writer_output.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string_view>

using namespace sluice;
using namespace sluice::test;

static_assert(BufferWriter<pipe_writer>);
static_assert(BufferWriter<writable_buffer>);

namespace {

void write_some_of_each(BufferWriter auto& to) {
    write_be<std::uint32_t>(to, 0x01020304);
    write_varint<std::uint64_t>(to, 300);
    write_decimal(to, -42);
    write(to, asio::buffer(" ", 1));
    writer_output out(to);
    std::ranges::copy(std::string_view("text"), out.begin());
}

} // namespace

TEST_CASE("numbers and text are written to the stream, to a batch, and to scratch memory") {
    for (const std::size_t size : segment_sizes) {
        CAPTURE(size);
        test_pipe pipe(with_segments(size));
        write_some_of_each(pipe.writer);
        writable_buffer batch = pipe.writer.alloc();
        const asio::mutable_buffer length = batch.reserve(2);
        write_some_of_each(batch);
        store_be<std::uint16_t>(length, static_cast<std::uint16_t>(batch.size() - 2));
        batch.commit();
        pooled_buffer scratch;
        write_some_of_each(scratch);
        pipe.writer.append(scratch.take());
        CHECK(pipe.writer.try_flush());
        const auto read = pipe.reader.try_read();
        REQUIRE(read.has_value());
        const std::string_view once("\1\2\3\4\xac\2-42 text", 14);
        CHECK(read->buffer.to_string() ==
              std::string(once) + std::string("\0\x0e", 2) + std::string(once) + std::string(once));
    }
}
