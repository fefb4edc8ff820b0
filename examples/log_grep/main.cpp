// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
// Prints the lines of files, or of standard input, that hold a text; -c: how many there are.
// A thread reads the file into a pipe, the main thread takes line after line out of it.

#include "options.hpp"
#include "search.hpp"

#include <boost/asio/co_spawn.hpp>

#include <exception>
#include <iostream>

int main(int argc, char** argv) try {
    const auto what = options::parse(argc, argv);
    if (!what) {
        std::cerr << "Usage: log_grep [-c] [-v] [-i] [-F] PATTERN [FILE...]\n";
        return 2;
    }
    asio::io_context context(1);
    search found(*what);
    asio::co_spawn(context.get_executor(), found.run(context.get_executor()),
                   [](std::exception_ptr failure) {
                       if (failure)
                           std::rethrow_exception(failure);
                   });
    context.run();
    return found.exit_code();
} catch (const std::exception& e) {
    std::cerr << "log_grep: " << e.what() << '\n';
    return 2;
}
