// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "p11_growth/growth.hpp"
#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/line_decoder.hpp>
#include <sluice/pipe/pipe.hpp>

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>

#include <algorithm>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace bench {

namespace {

namespace asio = boost::asio;
using executor = asio::io_context::executor_type;

class with_pipe : public sized_work {
protected:
    static sluice::pipe_options unlimited() {
        sluice::pipe_options result;
        result.pause_threshold = 0;
        result.max_buffered = 0;
        return result;
    }
    // Looks at each piece.
    std::uint64_t take(const sluice::read_result& read) {
        std::uint64_t size = 0;
        for (const asio::const_buffer piece : read.buffer) {
            if (*static_cast<const char*>(piece.data()) != 'x')
                throw std::runtime_error("other bytes arrived");
            size += piece.size();
        }
        pipe_.reader.advance(read.buffer.finish());
        return size;
    }

    asio::io_context context_{1};
    sluice::basic_pipe<executor> pipe_{context_.get_executor(), unlimited()};
};

class buffered_bytes final : public with_pipe {
public:
    explicit buffered_bytes(std::size_t bytes)
        : bytes_(bytes)
        , chunk_(std::min<std::size_t>(bytes, 16 * 1024), 'x') {}

    std::uint64_t once() override {
        for (std::size_t sent = 0; sent < bytes_; sent += chunk_.size()) {
            pipe_.writer.write(asio::buffer(chunk_));
            pipe_.writer.try_flush().value();
        }
        return take(pipe_.reader.try_read().value());
    }

private:
    const std::size_t bytes_;
    const std::string chunk_;
};

class copied_bytes final : public sized_work {
public:
    explicit copied_bytes(std::size_t bytes)
        : chunk_(std::min<std::size_t>(bytes, 16 * 1024), 'x')
        , blocks_(bytes / chunk_.size()) {}

    std::uint64_t once() override {
        for (auto& block : blocks_) {
            block = std::make_unique_for_overwrite<char[]>(chunk_.size());
            std::memcpy(block.get(), chunk_.data(), chunk_.size());
        }
        for (auto& block : blocks_) {
            if (block[0] != 'x')
                throw std::runtime_error("other bytes arrived");
            block.reset();
        }
        return chunk_.size() * blocks_.size();
    }

private:
    const std::string chunk_;
    std::vector<std::unique_ptr<char[]>> blocks_;
};

// A decoder that begins again at the front of an unfinished line would take ever longer.
class one_line final : public with_pipe {
public:
    explicit one_line(std::size_t pieces) : pieces_(pieces), piece_(64, 'x') {}

    std::uint64_t once() override {
        for (std::size_t i = 1; i < pieces_; ++i) {
            pipe_.writer.write(asio::buffer(piece_));
            pipe_.writer.try_flush().value();
            if (lines_.try_next())
                throw std::runtime_error("the line had not ended");
        }
        std::string last = piece_;
        last.back() = '\n';
        pipe_.writer.write(asio::buffer(last));
        pipe_.writer.try_flush().value();
        return lines_.try_next().value().size() + 1;
    }

private:
    static sluice::line_options any_size() {
        sluice::line_options result;
        result.max_size = std::size_t{1} << 30;
        return result;
    }

    const std::size_t pieces_;
    const std::string piece_;
    sluice::framed_reader<sluice::basic_pipe_reader<executor>&, sluice::line_decoder> lines_{
        pipe_.reader, sluice::line_decoder(any_size())};
};

class linked_pieces final : public with_pipe {
public:
    explicit linked_pieces(std::size_t pieces)
        : pieces_(pieces)
        , text_(1024, 'x')
        , piece_(sluice::readable_buffer::over(asio::buffer(text_)).preserve()) {}

    std::uint64_t once() override {
        for (std::size_t i = 0; i < pieces_; ++i)
            pipe_.writer.append(piece_);
        pipe_.writer.try_flush().value();
        return take(pipe_.reader.try_read().value());
    }

private:
    const std::size_t pieces_;
    const std::string text_;
    const sluice::preserved_buffer piece_;
};

class many_producers final : public with_pipe {
public:
    explicit many_producers(std::size_t threads) : threads_(threads) {}

    std::uint64_t once() override {
        std::vector<std::jthread> running;
        for (std::size_t i = 0; i < threads_; ++i)
            running.emplace_back([this] { produce(); });
        std::uint64_t taken = 0;
        while (taken < threads_ * (total / threads_ / batch) * batch) {
            if (const auto read = pipe_.reader.try_read())
                taken += take(*read);
            else
                std::this_thread::yield();
        }
        return taken;
    }

private:
    static constexpr std::size_t total = 16 << 20, batch = 4096;

    void produce() {
        const std::string message(64, 'x');
        auto mine = pipe_.writer.alloc();
        for (std::size_t i = 0; i < total / threads_ / batch; ++i) {
            for (std::size_t j = 0; j < batch / message.size(); ++j)
                mine.write(asio::buffer(message));
            mine.try_flush().value();
        }
    }

    const std::size_t threads_;
};

} // namespace

std::unique_ptr<sized_work> buffered(std::size_t bytes) {
    return std::make_unique<buffered_bytes>(bytes);
}

std::unique_ptr<sized_work> copied(std::size_t bytes) {
    return std::make_unique<copied_bytes>(bytes);
}

std::unique_ptr<sized_work> line_in_pieces(std::size_t pieces) {
    return std::make_unique<one_line>(pieces);
}

std::unique_ptr<sized_work> read_of_pieces(std::size_t pieces) {
    return std::make_unique<linked_pieces>(pieces);
}

std::unique_ptr<sized_work> producers(std::size_t threads) {
    return std::make_unique<many_producers>(threads);
}

} // namespace bench
