// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// KJ's pipe in memory, which holds nothing itself. Usage: p1_handoff_kj ROUNDS MILLISECONDS
#include "harness/rounds.hpp"

#include <kj/async-io.h>

#include <iostream>
#include <stdexcept>

namespace {

class kj_pipe final : public bench::form {
public:
    explicit kj_pipe(std::size_t chunk) : chunk_(chunk, 'x'), memory_(64 * 1024) {}
    ~kj_pipe() noexcept override {} // KJ's may throw

    std::uint64_t pass(std::size_t count) override {
        for (std::size_t i = 0; i < count; ++i) {
            kj::Promise<void> written = pipe_.out->write(chunk_.data(), chunk_.size());
            const std::size_t n =
                pipe_.in->tryRead(memory_.data(), 1, memory_.size()).wait(waiting_);
            written.wait(waiting_);
            if (n != chunk_.size() || memory_[0] != 'x')
                throw std::runtime_error("bytes were lost");
        }
        return count;
    }

private:
    kj::EventLoop loop_;
    kj::WaitScope waiting_{loop_};
    kj::OneWayPipe pipe_ = kj::newOneWayPipe();
    const std::string chunk_;
    std::vector<char> memory_;
};

} // namespace

int main(int argc, char** argv) {
    bench::round_options options;
    options.rounds = argc > 1 ? std::stoi(argv[1]) : 5;
    options.duration = std::chrono::milliseconds(argc > 2 ? std::stoi(argv[2]) : 20);
    for (const std::size_t chunk : {64, 1024, 16384})
        bench::run_rounds(std::cout, {{"chunk", std::to_string(chunk)}},
                          {{{{"form", "KJ newOneWayPipe"}, {"style", "suspending coroutine"}},
                            [chunk] { return std::make_unique<kj_pipe>(chunk); }}},
                          options);
}
