// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "file_reader.hpp"
#include "options.hpp"
#include "output.hpp"
#include "pattern.hpp"
#include "progress.hpp"

#include <boost/asio/awaitable.hpp>

/// Searches files, one after the other.
class search {
public:
    explicit search(const options& what);

    /// Prints what is asked for of all files.
    asio::awaitable<void, io_executor> run(io_executor on);

    /// 0: some line was selected; 1: none; 2: something could not be read.
    int exit_code() const { return failed_ ? 2 : selected_any_ ? 0 : 1; }

private:
    asio::awaitable<void, io_executor> run(io_executor on, std::string name);
    // False when it need not see more of the file.
    bool look(const sluice::readable_buffer& line, const file_reader& file);
    bool look(std::string_view line, bool binary);
    bool select(std::string_view line, bool binary);
    void complain(std::string_view text);

    const options& options_;
    patterns patterns_;
    output output_;
    progress progress_;
    std::string prefix_; // of each line that is printed
    std::string joined_; // a line that lies in pieces
    std::uint64_t done_ = 0, selected_ = 0;
    bool binary_matches_ = false;
    bool selected_any_ = false, failed_ = false;
};
