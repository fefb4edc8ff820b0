// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Does some work a number of times, for others to count what it takes.
// Usage: counts [FORM COUNT]
// Prints the allocations of one piece of it; without arguments, the names of the forms.

#include "counts/counts.hpp"
#include "harness/allocations.hpp"
#include "p1_handoff/sluice_forms.hpp"
#include <sluice/buffer/byte_reader.hpp>
#include <sluice/parse/line_decoder.hpp>

#include <cstdlib>
#include <iostream>

namespace {

using namespace bench;

class lines final : public form {
public:
    std::uint64_t pass(std::size_t count) override {
        sluice::byte_reader in;
        for (std::size_t i = 0; i < count; ++i) {
            if (in.empty())
                in = sluice::readable_buffer::over(asio::buffer(text_));
            in.discard_read();
            if (decoder_.decode(in)->size() != 63)
                throw std::runtime_error("that was no line");
        }
        return count;
    }

private:
    static std::string made() {
        std::string result;
        for (int i = 0; i < 1024; ++i)
            result += std::string(63, 'x') + '\n';
        return result;
    }

    const std::string text_ = made();
    sluice::line_decoder decoder_;
};

template <template <class, threads> class Form>
std::unique_ptr<form> handed_over(sluice::resumption how) {
    return std::make_unique<Form<typed_executor, threads::one>>(std::size_t{64}, reactor::absent,
                                                                how);
}

const std::map<std::string, std::unique_ptr<form> (*)()> forms{
    {"hand-off, cycle",
     []() -> std::unique_ptr<form> {
         return std::make_unique<sluice_forms::cycle<typed_executor>>(std::size_t{64});
     }},
    {"hand-off, callbacks, dispatch",
     [] { return handed_over<sluice_forms::callbacks>(sluice::resumption::dispatch); }},
    {"hand-off, callbacks, post",
     [] { return handed_over<sluice_forms::callbacks>(sluice::resumption::post); }},
    {"hand-off, trying coroutine, post",
     [] { return handed_over<sluice_forms::trying>(sluice::resumption::post); }},
    {"hand-off, suspending coroutine, dispatch",
     [] { return handed_over<sluice_forms::suspending>(sluice::resumption::dispatch); }},
    {"lines in memory", []() -> std::unique_ptr<form> { return std::make_unique<lines>(); }},
    {"HTTP, 1 request at a time", [] { return http_requests(1); }},
    {"HTTP, 16 requests at a time", [] { return http_requests(16); }}};

} // namespace

int main(int argc, char** argv) try {
    if (argc != 3) {
        for (const auto& one : forms)
            std::cout << one.first << '\n';
        return EXIT_SUCCESS;
    }
    const std::unique_ptr<form> work = forms.at(argv[1])();
    const std::size_t count = std::stoul(argv[2]);
    work->pass(1024); // pools and caches fill
    const std::uint64_t before = allocations();
    work->pass(count);
    std::cout << static_cast<double>(allocations() - before) / static_cast<double>(count) << '\n';
} catch (const std::exception& e) {
    std::cerr << "counts: " << e.what() << '\n';
    return EXIT_FAILURE;
}
