// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

int main() {
    boost::asio::io_context context;
    boost::asio::ip::tcp::socket socket(context);
    context.run();
}
