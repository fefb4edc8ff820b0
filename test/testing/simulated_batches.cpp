// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Row 7 of the reliability programme: producers write records into one pipe at any time, in batches
// and otherwise, and a consumer takes them as it likes.
#include "support/simulation.hpp"
#include <sluice/buffer/byte_reader.hpp>
#include <sluice/pipe/pipe.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>

#include <algorithm>
#include <functional>
#include <memory>
#include <numeric>
#include <optional>
#include <vector>

using namespace sluice;
using namespace sluice::test;

namespace {

// A record: producer, sequence and size of the text, 4 bytes each; the text; 4 bytes of its sum.
constexpr std::size_t head_size = 12, sum_size = 4;

std::uint32_t sum_of(std::string_view text) {
    return std::accumulate(
        text.begin(), text.end(), std::uint32_t(7),
        [](std::uint32_t sum, char c) { return sum * 31 + static_cast<unsigned char>(c); });
}

std::string number(std::uint32_t value) {
    std::string bytes(4, '\0');
    for (int i = 0; i != 4; ++i)
        bytes[static_cast<std::size_t>(i)] = static_cast<char>(value >> (24 - 8 * i));
    return bytes;
}

asio::cancellation_type any_type(testing::random_source& random) {
    static constexpr asio::cancellation_type types[] = {asio::cancellation_type::terminal,
                                                        asio::cancellation_type::partial,
                                                        asio::cancellation_type::total};
    return random.pick(types);
}

// Takes whole records; unless it is prompt it waits for more than it needs, and leaves what it
// could take. It cancels its reads.
class record_consumer {
public:
    record_consumer(simulated_world& world, pipe_reader& reader, bool prompt, std::size_t producers)
        : prompt(prompt)
        , world_(world)
        , reader_(reader)
        , pause_(world.executor())
        , expected(producers) {}

    const bool prompt;

    void go_on() {
        if (world_.random.one_in(4)) {
            pause_.expires_after(world_.any_time(std::chrono::milliseconds(40)));
            return pause_.async_wait([this](error_code) { read(); });
        }
        read();
    }

private:
    void read() {
        const auto handler = [this](error_code ec, const read_result& read) {
            world_.expect(reading_, "a read completes twice");
            reading_ = false;
            if (ec == asio::error::operation_aborted)
                return go_on();
            if (ec != errc::already_completed) // else the reader is gone
                take(read, ec.failed());       // an error still shows what was never consumed
            if (!ec && (!read.completed || left_over != 0))
                return go_on();
            done = true;
            end = ec;
        };
        auto bound = asio::bind_cancellation_slot(signal_.slot(), handler);
        if (world_.random.one_in(3))
            reader_.async_read_at_least(
                prompt ? left_over + 1 : static_cast<std::size_t>(world_.random.between(1, 100)),
                std::move(bound));
        else
            reader_.async_read(std::move(bound));
        world_.expect(!reading_, "a read completes inside its initiating function");
        reading_ = true;
        if (world_.random.one_in(6))
            signal_.emit(any_type(world_.random));
        else if (world_.random.one_in(8))
            reader_.cancel_pending_read();
    }

    void take(const read_result& read, bool all) {
        byte_reader in(read.buffer);
        std::size_t consumed = 0;
        for (;;) {
            byte_reader record = in;
            const auto id = record.read_be<std::uint32_t>(), at = record.read_be<std::uint32_t>(),
                       size = record.read_be<std::uint32_t>();
            if (!size)
                break;
            const auto text = record.read_view(*size);
            const auto sum = record.read_be<std::uint32_t>();
            if (!text || !sum)
                break;
            world_.expect(*id < expected.size() && *at == expected[*id],
                          "a record is out of order");
            world_.expect(*sum == sum_of(text->to_string()), "a record is torn");
            if (!world_.fault.empty())
                break;
            ++expected[*id];
            consumed += head_size + *size + sum_size;
            in = record;
            if (!all && !prompt && world_.random.one_in(3))
                break; // the rest at the next read
        }
        const read_cursor from = read.buffer.at(consumed);
        const std::size_t rest = read.buffer.size() - consumed;
        const auto examined = static_cast<std::size_t>(world_.random.below(rest));
        reader_.advance(from, world_.random.one_in(2) || read.completed
                                  ? read.buffer.at(consumed + examined)
                                  : read.buffer.finish());
        left_over = rest;
    }

    simulated_world& world_;
    pipe_reader& reader_;
    manual_timer pause_;
    asio::cancellation_signal signal_;
    bool reading_ = false;

public:
    std::vector<std::uint32_t> expected; // the next record of each producer
    std::size_t left_over = 0;
    bool done = false;
    error_code end;
};

// Commits its records in batches or as the writer's own bytes, and flushes some of them.
class record_producer {
public:
    record_producer(simulated_world& world, pipe_writer& writer, const record_consumer& consumer,
                    std::uint32_t id, std::uint32_t records)
        : world_(world)
        , writer_(writer)
        , consumer_(consumer)
        , pause_(world.executor())
        , id_(id)
        , left_(records) {}

    std::uint32_t committed = 0;
    bool done = false;
    bool refused = false; // by a reader that is gone

    void go_on() {
        if (refused || left_ == 0)
            return finish();
        later([this] { fill(); });
    }

private:
    template <class Function>
    void later(Function f) {
        pause_.expires_after(world_.any_time(std::chrono::milliseconds(20)));
        pause_.async_wait([f](error_code) { f(); });
    }

    void begin_record() {
        const auto text = numbered_bytes(static_cast<std::size_t>(world_.random.below(40)));
        record_ = number(id_) + number(committed) +
                  number(static_cast<std::uint32_t>(text.size())) + text + number(sum_of(text));
        written_ = 0;
    }

    void fill() {
        if (!batch_) {
            begin_record();
            if (world_.random.one_in(4)) {
                writer_.write(asio::buffer(record_));
                return record_committed();
            }
            batch_.emplace(writer_.alloc());
        }
        const std::size_t n =
            static_cast<std::size_t>(world_.random.between(1, record_.size() - written_));
        batch_->write(asio::buffer(record_.data() + written_, n));
        written_ += n;
        if (written_ != record_.size())
            return go_on();
        if (world_.random.one_in(8)) { // leaves no trace
            batch_.reset();
            return go_on();
        }
        batch_->commit();
        record_committed();
    }

    void record_committed() {
        ++committed;
        --left_;
        if (world_.random.one_in(4)) { // a later flush publishes it
            batch_.reset();
            return go_on();
        }
        auto handler = asio::bind_cancellation_slot(signal_.slot(), [this](error_code ec) {
            world_.expect(flushing_, "a flush completes twice");
            flushing_ = false;
            refused = ec && ec != asio::error::operation_aborted;
            batch_.reset();
            if (!refused && consumer_.prompt && world_.random.one_in(2))
                await_arrival(1000);
            else
                go_on();
        });
        if (batch_ && world_.random.one_in(2))
            batch_->flush(std::move(handler));
        else
            writer_.flush(std::move(handler));
        world_.expect(!flushing_, "a flush completes inside its initiating function");
        flushing_ = true;
        if (world_.random.one_in(4))
            signal_.emit(any_type(world_.random));
    }

    // What was flushed is read, though nothing more may come.
    void await_arrival(int most) {
        if (consumer_.done || consumer_.expected[id_] == committed)
            return go_on();
        if (most == 0)
            return world_.expect(false, "a record that was flushed does not arrive");
        later([this, most] { await_arrival(most - 1); });
    }

    void finish() {
        batch_.reset();
        done = true;
        if (on_done)
            on_done();
    }

public:
    std::function<void()> on_done;

private:
    simulated_world& world_;
    pipe_writer& writer_;
    const record_consumer& consumer_;
    manual_timer pause_;
    asio::cancellation_signal signal_;
    std::optional<writable_buffer> batch_;
    std::string record_;
    std::size_t written_ = 0;
    std::uint32_t id_, left_;
    bool flushing_ = false;
};

void play_batches(simulated_world& world) {
    const pipe_options options = world.any_pipe();
    sluice::pipe pipe(world.executor(), options);
    record_consumer consumer(world, pipe.reader, world.random.one_in(2),
                             static_cast<std::size_t>(world.random.between(1, 4)));
    std::vector<std::unique_ptr<record_producer>> producers;
    std::size_t open = consumer.expected.size();
    enum { orderly, fails, reader_goes } kind = orderly;
    if (world.random.one_in(4))
        kind = world.random.one_in(2) ? fails : reader_goes;
    for (std::uint32_t id = 0; id != consumer.expected.size(); ++id) {
        producers.push_back(std::make_unique<record_producer>(
            world, pipe.writer, consumer, id, static_cast<std::uint32_t>(world.random.below(20))));
        producers.back()->on_done = [&] {
            if (--open == 0)
                pipe.writer.complete(kind == fails ? error_code(asio::error::timed_out)
                                                   : error_code());
        };
        producers.back()->go_on();
    }
    manual_timer later(world.executor());
    if (kind == reader_goes) {
        later.expires_after(world.any_time(std::chrono::milliseconds(200)));
        later.async_wait([&](error_code) { pipe.reader.complete(); });
    }
    consumer.go_on();
    if (!world.run())
        return;

    world.expect(open == 0, "a producer hangs");
    world.expect(consumer.done, "the consumer hangs");
    for (std::uint32_t id = 0; id != producers.size(); ++id) {
        if (kind != reader_goes)
            world.expect(consumer.expected[id] == producers[id]->committed, "a record is lost");
        world.expect(consumer.expected[id] <= producers[id]->committed,
                     "a record comes from nowhere");
    }
    if (kind == orderly)
        world.expect(!consumer.end, "an orderly end fails", consumer.end);
    if (kind == fails)
        world.expect(consumer.end == asio::error::timed_out, "the writer's error is lost",
                     consumer.end);
    if (kind == orderly)
        world.expect(consumer.left_over == 0, "there are bytes left");
    world.expect(options.pool.stats().bytes_in_use == 0, "memory is not given back");
    world.expect(world.context.outstanding_work() == 0, "work is left");
}

} // namespace

TEST_CASE("simulation: batches of several producers into one pipe") {
    simulate("batches", play_batches);
}
