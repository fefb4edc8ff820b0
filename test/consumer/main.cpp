// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// What a user writes first: a pipe, a flush, a read.

#include <sluice/sluice.hpp>

#include <boost/asio/io_context.hpp>

#include <iostream>
#include <string>
#include <string_view>

int main() {
    boost::asio::io_context context;
    auto [reader, writer] = sluice::pipe(context);

    std::string arrived;
    reader.async_read([&, &reader = reader](sluice::error_code ec, sluice::read_result read) {
        if (!ec) {
            arrived = read.buffer.to_string();
            reader.advance(read.buffer.finish());
        }
    });
    writer.write(boost::asio::buffer(std::string_view("through the pipe")));
    writer.flush([](sluice::error_code) {});
    context.run();

    std::cout << arrived << '\n';
    return arrived == "through the pipe" ? 0 : 1;
}
