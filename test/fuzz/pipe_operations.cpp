// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Any operations on a pipe, which does what strings do, and leaves nobody waiting. The first bytes
// of the input choose the pipe's options, each byte after them an operation.
#include "fuzz/pipe_writing.hpp"

#include <boost/asio/post.hpp>

using namespace sluice;
using fuzz::require;

namespace {

constexpr std::size_t most_kept = 8;

pipe_options choose_options(fuzz::fuzz_input& input) {
    constexpr std::size_t segment_sizes[] = {1, 2, 16, 64, 4096};
    pipe_options options;
    options.pool = segment_pool({.segment_size = segment_sizes[input.choose(5)]});
    options.minimum_segment_size = 1;
    options.pause_threshold = input.choose(64);
    options.resume_threshold = input.choose(options.pause_threshold + 1);
    options.max_buffered = input.flag() ? 0 : 1 + input.choose(100);
    if (input.flag())
        options.reader_resumption = resumption::post;
    if (input.flag())
        options.writer_resumption = resumption::post;
    return options;
}

class comparison : fuzz::pipe_writing {
public:
    using pipe_writing::pipe_writing;

    void run() {
        const bool inside = input_.flag(), answers = input_.flag(), ends = input_.flag();
        reader_answers_ = answers;
        while (!input_.empty()) {
            if (inside) // so that handlers can run within operations
                asio::post(context_, [this] { operate(); });
            else
                operate();
            settle();
        }
        if (!ends)
            return; // all goes, and whoever waits with it
        batches_.clear();
        model_.complete_writer({});
        pipe_.writer.complete();
        model_.complete_reader({});
        pipe_.reader.complete();
        settle();
        require(!reading_ && waits_.empty(), "somebody waits although both ends are completed");
    }

private:
    void operate() {
        using operation = void (comparison::*)();
        static constexpr operation operations[] = {
            &comparison::write,       &comparison::scatter,     &comparison::reserve,
            &comparison::append,      &comparison::try_flush,   &comparison::start_flush,
            &comparison::start_drain, &comparison::start_watch, &comparison::cancel_wait,
            &comparison::open_batch,  &comparison::fill_batch,  &comparison::commit_batch,
            &comparison::flush_batch, &comparison::drop_batch,  &comparison::try_read,
            &comparison::start_read,  &comparison::cancel_read, &comparison::advance,
            &comparison::advance,     &comparison::consume,     &comparison::preserve,
            &comparison::wake_reader, &comparison::end_writer,  &comparison::end_reader,
            &comparison::begin_again, &comparison::misuse};
        (this->*operations[input_.choose(std::size(operations))])();
    }

    // ---- reading

    std::optional<std::size_t> choose_request() {
        return input_.flag() ? std::nullopt : std::optional(input_.choose(120));
    }
    void try_read() {
        const auto at_least = choose_request();
        const auto outcome =
            at_least ? pipe_.reader.try_read_at_least(*at_least) : pipe_.reader.try_read();
        if (reading_)
            return require(outcome.error() == errc::read_pending, "a second read was not refused");
        const error_code expected = model_.read(at_least, options_.max_buffered);
        require(outcome.has_error() == expected.failed() &&
                    (!expected || outcome.error() == expected),
                "a read has another outcome");
        if (expected == errc::already_completed || expected == errc::advance_required)
            return;
        model_.may_advance = false;
        if (outcome)
            check_delivery(*outcome);
        if (expected != asio::error::would_block)
            model_.deliver(expected);
    }
    void start_read() {
        if (reading_)
            return;
        reading_ = true;
        read_cancelled_ = false;
        at_least_ = choose_request();
        if (!model_.must_advance)
            model_.may_advance = false;
        auto handler = asio::bind_cancellation_slot(
            read_signal_.slot(),
            [this](error_code ec, const read_result& read) { has_read(ec, read); });
        if (at_least_)
            pipe_.reader.async_read_at_least(*at_least_, std::move(handler));
        else
            pipe_.reader.async_read(std::move(handler));
        require(reading_, "a read has completed within its start");
    }
    void has_read(error_code ec, const read_result& read) {
        require(reading_, "a read has completed twice");
        reading_ = false;
        if (model_.reader_done)
            return require(ec == asio::error::operation_aborted || ec == errc::already_completed,
                           "a completed reader reads");
        if (ec == asio::error::operation_aborted)
            return require(read_cancelled_, "a read was aborted by nobody");
        const error_code expected = model_.read(at_least_, options_.max_buffered);
        require(ec == expected, "a read has another outcome");
        if (ec == errc::advance_required)
            return;
        check_delivery(read, ec);
        model_.deliver(ec);
        if (!reader_answers_ || !model_.must_advance || input_.empty())
            return;
        advance();
        start_read();
    }
    void check_delivery(const read_result& read, error_code ec = {}) {
        require(read.buffer.equals(model_.buffered), "other bytes were delivered");
        require(read.examined == read.buffer.at(model_.examined), "something else was examined");
        require(read.cancelled == (!ec && model_.cancelled), "it is cancelled, or is not");
        require(read.completed == (model_.ended_in_order() && !ec), "it is the end, or is not");
        for (const asio::const_buffer piece : read.buffer)
            require(piece.size() != 0, "a piece is empty");
        last_ = read.buffer;
    }
    void cancel_read() {
        read_cancelled_ = true;
        read_signal_.emit(cancellation_type());
    }
    void wake_reader() {
        if (!model_.reader_done)
            model_.cancelled = true;
        pipe_.reader.cancel_pending_read();
    }

    void advance() {
        if (!model_.must_advance)
            return consume();
        const std::size_t by = input_.choose(last_.size() + 1);
        const std::size_t seen = by + input_.choose(last_.size() - by + 1);
        const read_cursor consumed = last_.at(by), examined = last_.at(seen);
        if (by != seen)
            require(thrown_by([&] { pipe_.reader.advance(examined, consumed); }) ==
                        errc::invalid_cursor,
                    "examined may lie before consumed");
        model_.advance(by, seen); // first: the writer may run inside
        pipe_.reader.advance(consumed, examined);
    }
    void consume() {
        const std::size_t by = input_.choose(model_.buffered.size() + 2);
        error_code expected;
        if (model_.reader_done)
            expected = errc::already_completed;
        else if (!model_.may_advance)
            expected = errc::no_read_to_advance;
        else if (by > model_.delivered)
            expected = errc::invalid_cursor;
        if (!expected)
            model_.advance(by, by); // first: the writer may run inside
        require(thrown_by([&] { pipe_.reader.consume(by); }) == expected,
                "a reader advances, or does not, where it should not");
    }
    void preserve() {
        if (!model_.must_advance || last_.empty() || kept_.size() >= most_kept)
            return;
        const std::size_t from = input_.choose(last_.size());
        const readable_buffer part = last_.slice(from, input_.choose(last_.size() - from + 1));
        kept_.emplace_back(part.preserve(), part.to_string());
    }

    // ---- the ends

    error_code choose_error() {
        return input_.flag() ? error_code(asio::error::timed_out) : error_code();
    }
    void end_writer() {
        const error_code ec = choose_error();
        if (input_.flag()) {
            model_.complete_writer(ec);
            return pipe_.writer.complete(ec);
        }
        model_.complete_writer(errc::writer_abandoned);
        writer_gone_ = true;
        const pipe_writer gone = std::move(pipe_.writer);
    }
    void end_reader() {
        const error_code ec = choose_error();
        if (input_.flag()) {
            model_.complete_reader(ec);
            return pipe_.reader.complete(ec);
        }
        model_.complete_reader(errc::reader_abandoned);
        reader_gone_ = true;
        const pipe_reader gone = std::move(pipe_.reader);
    }
    void begin_again() {
        if (writer_gone_ || reader_gone_)
            return;
        const bool may = model_.writer_done && model_.reader_done && !reading_;
        require(thrown_by([&] { pipe_.reset(); }) ==
                    (may ? error_code() : error_code(errc::not_completed)),
                "a pipe was reset too early, or not at all");
        if (!may)
            return;
        model_ = {};
        last_ = {};
        batches_.clear(); // they belong to the stream before
    }
    void misuse() {
        if (!model_.writer_done) {
            const asio::mutable_buffer room = pipe_.writer.prepare(input_.choose(100));
            require(room.size() != 0 && thrown_by([&] { pipe_.writer.commit(room.size() + 1); }) ==
                                            errc::commit_exceeds_prepared,
                    "more was committed than was prepared");
        }
        if (!reader_gone_ && !writer_gone_) {
            const pipe_statistics now = pipe_.stats();
            require(now.bytes_out == model_.consumed || model_.reader_done,
                    "something else was counted");
            require(now.bytes_in - now.bytes_out == pipe_.reader.buffered() || model_.reader_done,
                    "something else was counted");
        }
    }

    // Runs what can run. Whoever waits then has a reason.
    void settle() {
        context_.restart();
        context_.poll();
        require(model_.reader_done || pipe_.reader.buffered() == model_.buffered.size(),
                "something else is buffered");
        if (reading_)
            require(!model_.reader_done &&
                        model_.read(at_least_, options_.max_buffered) == asio::error::would_block,
                    "a read waits although it need not");
        waits_.remove_if([](const wait& one) { return one.done; });
        for (const wait& one : waits_) {
            require(!one.cancelled && !one.refused && !writer_gone_ && !model_.reader_done,
                    "a wait does not end");
            if (one.what == wait::flush)
                require(may_pause() && !reading_, "a flush waits although it need not");
            if (one.what == wait::drain)
                require(!model_.buffered.empty(), "nothing is left, and somebody waits for it");
        }
        for (const auto& [bytes, text] : kept_)
            require(bytes.buffer().equals(text), "what was preserved has changed");
    }

    readable_buffer last_;                // what was delivered
    std::optional<std::size_t> at_least_; // of the read that waits
    bool reading_ = false, read_cancelled_ = false, reader_answers_ = false;
    bool reader_gone_ = false;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    fuzz::fuzz_input input(data, size);
    const pipe_options options = choose_options(input);
    comparison(input, options).run();
    require(options.pool.stats().bytes_in_use == 0, "memory was not given back");
    return 0;
}
