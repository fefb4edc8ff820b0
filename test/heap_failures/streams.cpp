// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Each allocation of the heap fails once while bytes go through sockets, and through what pumps
// into and out of them.
#include "heap_failures/course.hpp"
#include "heap_failures/passage.hpp"
#include "support/stream_pairs.hpp"
#include <sluice/pipe/pipe.hpp>
#include <sluice/stream/connection.hpp>
#include <sluice/stream/pipe_stream.hpp>
#include <sluice/stream/pump.hpp>
#include <sluice/stream/relay.hpp>
#include <sluice/stream/stream_reader.hpp>
#include <sluice/stream/stream_writer.hpp>
#include <sluice/stream/write.hpp>

#include <boost/asio/bind_allocator.hpp>
#include <boost/asio/write.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <memory_resource>
#include <new>
#include <optional>
#include <string>
#include <utility>

using namespace sluice;
using namespace sluice::test;

namespace {

using socket_type = asio::local::stream_protocol::socket;

// More than a narrow socket takes at once.
constexpr std::size_t many = 50'000;

void narrow(socket_type& socket) {
    socket.set_option(asio::socket_base::send_buffer_size(1));
}

pipe_options holding(std::size_t most) {
    segment_pool_options memory;
    memory.max_cached_bytes = 0;
    pipe_options options;
    options.pool = segment_pool(memory);
    options.pause_threshold = most;
    options.resume_threshold = most;
    return options;
}

pump_options keeping_open() {
    pump_options options;
    options.complete_sink = false;
    return options;
}

// Each pump is started again, up to the end of its source; then its sink is completed.
template <class From, class Writer>
part pumping(From& from, Writer& to, transfer_fate& pumped) {
    return {pumped, [&] { async_pump(from, to, keeping_open(), pumped.handler()); },
            [&] {
                to.complete();
                return false;
            }};
}

bool ends_properly(const fate& of) {
    return !of.ec || of.ec == no_memory || of.ec == asio::error::operation_aborted;
}

} // namespace

TEST_CASE("rule 27: a pump from a socket loses nothing when any one allocation of the heap fails") {
    with_every_failure([](course& now) {
        asio::io_context context;
        local_pair sockets(context);
        passage bytes;
        const pipe_options options = holding(40);
        std::optional<sluice::pipe> to;
        now.attempt([&] { to.emplace(context, options); });
        wait_fate fed;
        transfer_fate pumped;
        read_fate read;
        now.carry_out(context, {pumping(sockets.far, to->writer, pumped),
                                bytes.feeding(sockets.near, fed), bytes.reading(to->reader, read)});
        CHECK(bytes.arrived());
    });
}

TEST_CASE("rule 27: a pump to a socket loses nothing when any one allocation of the heap fails") {
    with_every_failure([](course& now) {
        asio::io_context context;
        local_pair sockets(context);
        narrow(sockets.near);
        passage bytes(many);
        const pipe_options options = holding(many);
        std::optional<sluice::pipe> from;
        now.attempt([&] { from.emplace(context, options); });
        transfer_fate pumped;
        wait_fate flushed, drained;
        now.carry_out(
            context,
            {{pumped, [&] { async_pump(from->reader, sockets.near, {}, pumped.handler()); }},
             bytes.writing(from->writer, flushed),
             bytes.draining(sockets.far, drained)});
        CHECK(bytes.arrived());
    });
}

TEST_CASE("rule 27: a pump between pipes loses nothing when any one allocation of the heap fails") {
    with_every_failure([](course& now) {
        asio::io_context context;
        passage bytes;
        const pipe_options before = holding(100), behind = holding(40);
        std::optional<sluice::pipe> from, to;
        now.attempt([&] { from.emplace(context, before); });
        now.attempt([&] { to.emplace(context, behind); });
        transfer_fate pumped;
        wait_fate flushed;
        read_fate read;
        now.carry_out(context,
                      {bytes.reading(to->reader, read), pumping(from->reader, to->writer, pumped),
                       bytes.writing(from->writer, flushed)});
        CHECK(bytes.arrived());
    });
}

TEST_CASE("rule 27: a pump between sockets ends with what it moved when an allocation fails") {
    pump_options by_system, by_copying, limited;
    by_copying.system_copy = limited.system_copy = false;
    limited.idle_timeout = std::chrono::hours(1);
    for (const pump_options& options : {by_system, by_copying, limited})
        with_every_failure([&](course& now) {
            asio::io_context context;
            local_pair in(context), out(context);
            narrow(out.near);
            passage bytes(many);
            transfer_fate pumped;
            wait_fate fed, drained;
            now.carry_out(context,
                          {{pumped,
                            [&] { async_pump(in.far, out.near, options, pumped.handler()); },
                            {},
                            [&] { out.near.close(); }},
                           bytes.feeding(in.near, fed),
                           bytes.draining(out.far, drained)});
            CHECK(ends_properly(pumped));
            CHECK((pumped.ec ? bytes.arrived_in_part() : bytes.arrived()));
            CHECK(pumped.result == bytes.there().size());
        });
}

TEST_CASE("rule 27: a stream_reader loses nothing when any one allocation of the heap fails") {
    for (const bool is_there : {false, true})
        with_every_failure([&](course& now) {
            asio::io_context context;
            local_pair sockets(context);
            passage bytes;
            stream_reader_options options;
            options.pool = holding(0).pool;
            std::optional<stream_reader<socket_type&>> reader;
            now.attempt([&] { reader.emplace(sockets.far, options); });
            read_fate read;
            wait_fate fed;
            const part reading = bytes.reading(*reader, read);
            const part feeding = bytes.feeding(sockets.near, fed);
            now.carry_out(context, {is_there ? feeding : reading, is_there ? reading : feeding});
            CHECK(bytes.arrived());
        });
}

TEST_CASE("rule 27: a stream_writer loses nothing when any one allocation of the heap fails") {
    with_every_failure([&](course& now) {
        asio::io_context context;
        local_pair sockets(context);
        narrow(sockets.near);
        passage bytes(many);
        stream_writer_options options;
        options.pool = holding(0).pool;
        std::optional<stream_writer<socket_type&>> writer;
        now.attempt([&] { writer.emplace(sockets.near, options); });
        wait_fate flushed, drained;
        now.carry_out(context,
                      {bytes.writing(*writer, flushed), bytes.draining(sockets.far, drained)});
        CHECK(bytes.arrived());
    });
}

TEST_CASE("rule 27: async_write to a socket says what it has written when an allocation fails") {
    with_every_failure([&](course& now) {
        asio::io_context context;
        local_pair sockets(context);
        narrow(sockets.near);
        passage bytes(5 * many); // several windows
        stream_writer_options options;
        options.pool = holding(0).pool;
        std::optional<stream_writer<socket_type&>> writer;
        now.attempt([&] { writer.emplace(sockets.near, options); });
        fate_of<std::size_t> written;
        wait_fate drained;
        now.carry_out(context,
                      {{written,
                        [&] {
                            bytes.sent(std::exchange(written.result, 0)); // by one that failed
                            sluice::async_write(*writer, bytes.rest(), written.handler());
                        },
                        [&] {
                            writer->complete();
                            return false;
                        }},
                       bytes.draining(sockets.far, drained)});
        CHECK(bytes.arrived());
    });
}

TEST_CASE("rule 27: a relay ends with what it moved when an allocation of the heap fails") {
    relay_options by_system, by_copying, at_once;
    by_copying.system_copy = at_once.system_copy = false;
    by_copying.between = at_once.between = holding(40);
    at_once.between.reader_resumption = at_once.between.writer_resumption = resumption::dispatch;
    for (const relay_options& options : {by_system, by_copying, at_once})
        for (const bool is_there : {false, true}) // what is sent, when the relay begins
            with_every_failure([&](course& now) {
                asio::io_context context;
                local_pair client(context), server(context);
                narrow(client.far);
                narrow(server.near);
                passage there(many), back(many);
                fate_of<relay_result> relayed;
                wait_fate fed_there, fed_back, drained_there, drained_back;
                const auto close = [&] {
                    client.far.close();
                    server.near.close();
                    return false;
                };
                const part relaying = {
                    relayed,
                    [&] { async_relay(client.far, server.near, options, relayed.handler()); },
                    close, close};
                const part feeding = there.feeding(client.near, fed_there);
                now.carry_out(context,
                              {is_there ? feeding : relaying, is_there ? relaying : feeding,
                               back.feeding(server.far, fed_back),
                               there.draining(server.far, drained_there),
                               back.draining(client.near, drained_back)});
                CHECK(ends_properly(relayed));
                for (const passage* const way : {&there, &back})
                    CHECK((relayed.ec ? way->arrived_in_part() : way->arrived()));
                CHECK(relayed.result.a_to_b.bytes == there.there().size());
                CHECK(relayed.result.b_to_a.bytes == back.there().size());
            });
}

TEST_CASE("rule 27: a relay that loses both of its pumps ends, while there is still no memory") {
    struct : std::pmr::memory_resource {
        void* do_allocate(std::size_t size, std::size_t alignment) override {
            if (exhausted)
                throw std::bad_alloc();
            return std::pmr::new_delete_resource()->allocate(size, alignment);
        }
        void do_deallocate(void* memory, std::size_t size, std::size_t alignment) override {
            std::pmr::new_delete_resource()->deallocate(memory, size, alignment);
        }
        bool do_is_equal(const memory_resource& other) const noexcept override {
            return this == &other;
        }
        bool exhausted = false;
    } memory;
    asio::io_context context;
    local_pair client(context), server(context);
    relay_options options;
    options.system_copy = false;
    fate_of<relay_result> relayed;
    async_relay(client.far, server.near, options,
                asio::bind_allocator(std::pmr::polymorphic_allocator<std::byte>(&memory),
                                     relayed.handler()));
    context.poll();
    asio::write(client.near, asio::buffer("a", 1));
    asio::write(server.far, asio::buffer("b", 1));
    memory.exhausted = true;
    unsigned thrown = 0;
    for (unsigned i = 0; i != 100 && relayed.calls == 0; ++i) {
        try {
            context.restart();
            context.poll();
        } catch (const std::bad_alloc&) {
            ++thrown;
        }
    }
    CHECK(relayed.calls == 1);
    CHECK(relayed.ec == asio::error::operation_aborted);
    CHECK(thrown == 2);
}

TEST_CASE("rule 27: a connection ends with what it moved when an allocation of the heap fails") {
    connection_options later, at_once;
    later.input = later.output = at_once.input = at_once.output = holding(40);
    for (pipe_options* const one : {&at_once.input, &at_once.output})
        one->reader_resumption = one->writer_resumption = resumption::dispatch;
    for (const connection_options& options : {later, at_once})
        for (const bool is_there : {false, true}) // what the peer sends, when the connection begins
            with_every_failure([&](course& now) {
                asio::io_context context;
                local_pair sockets(context);
                narrow(sockets.near);
                passage in(many), out(many);
                connection<socket_type> ours(std::move(sockets.near), options);
                transfer_fate run;
                wait_fate flushed, fed, drained;
                read_fate read;
                const auto close = [&] {
                    ours.stream().close();
                    return false;
                };
                const part running = {run, [&] { ours.async_run(run.handler()); }, close, close};
                const part feeding = in.feeding(sockets.far, fed);
                part reading = in.reading(ours.input(), read);
                part writing = out.writing(ours.output(), flushed);
                reading.given_up = writing.given_up = [] {}; // when the connection has
                now.carry_out(context, {is_there ? feeding : running, is_there ? running : feeding,
                                        reading, writing, out.draining(sockets.far, drained)});
                CHECK(ends_properly(run));
                CHECK((run.ec ? in.arrived_in_part() : in.arrived()));
                CHECK((run.ec ? out.arrived_in_part() : out.arrived()));
            });
}

TEST_CASE("rule 27: a pipe_stream loses nothing when any one allocation of the heap fails") {
    with_every_failure([](course& now) {
        asio::io_context context;
        passage bytes;
        const pipe_options options = holding(40);
        std::optional<std::pair<pipe_stream<>, pipe_stream<>>> ends;
        now.attempt([&] {
            ends.emplace(make_pipe_streams(asio::any_io_executor(context.get_executor()), options));
        });
        transfer_fate written;
        fate_of<std::size_t> read;
        std::string room(20, '\0');
        now.carry_out(
            context,
            {{written, [&] { ends->first.async_write_some(bytes.next(), written.handler()); },
              [&] {
                  bytes.sent(written.result);
                  return !bytes.all_sent();
              }},
             {read, [&] { ends->second.async_read_some(asio::buffer(room), read.handler()); },
              [&] {
                  bytes.receive(asio::buffer(room, read.result));
                  return !bytes.arrived();
              }}});
        CHECK(bytes.arrived());
    });
}
