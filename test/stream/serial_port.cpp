// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/numbered_bytes.hpp"
#include "support/pipe_traffic.hpp"
#include "support/transfer_outcome.hpp"
#include <sluice/stream/pump.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/serial_port.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <pty.h>
#include <string>
#include <termios.h>

namespace asio = boost::asio;
using namespace sluice::test;

TEST_CASE("async_pump: a serial port, which a terminal passes for, both ways") {
    int far = -1, near = -1;
    REQUIRE(::openpty(&far, &near, nullptr, nullptr, nullptr) == 0);
    termios raw{};
    ::tcgetattr(near, &raw);
    ::cfmakeraw(&raw);
    ::tcsetattr(near, TCSANOW, &raw);

    asio::io_context context;
    asio::serial_port port(context, near);
    asio::posix::stream_descriptor device(context, far);
    sluice::pipe in(context), out(context);
    transfer_outcome receiving, sending;
    asio::cancellation_signal stop;
    sluice::async_pump(port, in.writer, {},
                       asio::bind_cancellation_slot(stop.slot(), receiving.handler()));
    sluice::async_pump(out.reader, port, {}, sending.handler());

    const std::string said = numbered_bytes(20'000);
    std::string heard;
    transfer_outcome writing;
    asio::async_write(device, asio::buffer(said), writing.handler());
    while (heard.size() != said.size()) {
        REQUIRE(context.run_one_for(std::chrono::seconds(20)) != 0);
        heard += drain(in.reader);
    }
    CHECK((heard == said));
    stop.emit(asio::cancellation_type::total);

    out.writer.write(asio::buffer("an answer", 9));
    out.writer.complete();
    context.restart();
    context.run_for(std::chrono::seconds(20));
    CHECK(receiving.ec == asio::error::operation_aborted);
    CHECK(receiving.bytes == said.size());
    CHECK_FALSE(sending.ec);
    CHECK(sending.bytes == 9);
    char answer[20];
    CHECK(device.read_some(asio::buffer(answer)) == 9);
}
