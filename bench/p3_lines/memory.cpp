// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Lines from memory, which a source copies into a pipe or a buffer.
#include "p3_lines/linear_buffer.hpp"
#include "p3_lines/lines.hpp"
#include "p3_lines/read_until.hpp"
#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/line_decoder.hpp>
#include <sluice/pipe/pipe.hpp>

#include <boost/asio/append.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>

#include <cstdio>
#include <fstream>
#include <unistd.h>

namespace bench {

namespace {

class sluice_pipe final : public asynchronous_taker {
public:
    using asynchronous_taker::asynchronous_taker;

private:
    void start() override {
        spawn(take());
        spawn(fill());
    }
    awaitable fill() {
        for (;;) {
            const asio::const_buffer piece = source_.next(window);
            if (piece.size() == 0)
                co_return;
            pipe_.writer.write(piece);
            if (pipe_.writer.try_flush().has_error())
                co_await pipe_.writer.flush(asio::deferred);
        }
    }
    awaitable take() {
        while (!all_arrived()) {
            while (const auto line = lines_.try_next())
                look(line->front().data(), line->size());
            if (all_arrived())
                break;
            const auto line = co_await lines_.async_next(asio::deferred);
            received();
            look(line.front().data(), line.size());
        }
        lines_.release();
    }

    sluice::basic_pipe<executor> pipe_{context_.get_executor()};
    sluice::framed_reader<sluice::basic_pipe_reader<executor>&, sluice::line_decoder> lines_{
        pipe_.reader};
};

class hand_loop final : public line_taker {
    void take_all() override {
        while (!all_arrived()) {
            received();
            const asio::mutable_buffer room = buffer_.room();
            const asio::const_buffer piece = source_.next(room.size());
            std::memcpy(room.data(), piece.data(), piece.size());
            buffer_.take_lines(piece.size(),
                               [this](const char* line, std::size_t size) { look(line, size); });
        }
    }

    linear_buffer buffer_;
};

// A stream that always has bytes, until the source has none.
class source_stream {
public:
    using executor_type = executor;

    source_stream(const executor& on, line_source& source) : executor_(on), source_(&source) {}
    executor_type get_executor() const noexcept { return executor_; }

    template <class MutableBuffers, class Token>
    auto async_read_some(const MutableBuffers& buffers, Token&& token) {
        return asio::async_initiate<Token, void(error_code, std::size_t)>(
            [](auto handler, const source_stream& self, const MutableBuffers& into) {
                const std::size_t n =
                    asio::buffer_copy(into, self.source_->next(asio::buffer_size(into)));
                asio::post(self.executor_, asio::append(std::move(handler), error_code(), n));
            },
            token, *this, buffers);
    }

private:
    executor executor_;
    line_source* source_;
};

class from_source_stream : public asynchronous_taker {
public:
    using asynchronous_taker::asynchronous_taker;

protected:
    source_stream& stream() { return stream_; }
    void fill() {}

private:
    source_stream stream_{context_.get_executor(), source_};
};

// An extra: what the standard library does with a file.
class getline_of_file final : public line_taker {
public:
    getline_of_file() {
        const asio::const_buffer all = text::get().bytes();
        std::ofstream(path_, std::ios::binary)
            .write(static_cast<const char*>(all.data()), static_cast<std::streamsize>(all.size()));
    }
    ~getline_of_file() override { std::remove(path_.c_str()); }

private:
    void take_all() override {
        std::string line;
        while (!all_arrived()) {
            received();
            std::ifstream file(path_, std::ios::binary);
            while (!all_arrived() && std::getline(file, line))
                look(line.data(), line.size());
        }
    }

    const std::string path_ = "/tmp/sluice_p3_lines_" + std::to_string(::getpid());
};

} // namespace

void add_memory_forms(contestants& to) {
    const std::string from = "memory";
    for (const reactor polled : {reactor::absent, reactor::present}) {
        const labels names{{"from", from},
                           {"form", "sluice"},
                           {"style", "coroutine"},
                           {"reactor", polled == reactor::present ? "yes" : "no"}};
        to.push_back({names, [polled] { return std::make_unique<sluice_pipe>(polled); }});
    }
    to.push_back({{{"from", from}, {"form", "hand loop"}, {"style", "loop"}},
                  [] { return std::make_unique<hand_loop>(); }});
    add_read_until_forms<from_source_stream>(to, from, {reactor::absent, reactor::present});
    to.push_back({{{"from", from}, {"form", "getline of a file"}, {"style", "loop"}},
                  [] { return std::make_unique<getline_of_file>(); }});
}

} // namespace bench
