// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/sluice.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

int main() {
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket socket(context);
    auto [reader, writer] = sluice::basic_pipe<boost::asio::any_io_executor>(context);
    writer.complete();
    context.run();
}
