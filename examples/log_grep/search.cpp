// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "search.hpp"

#include <sluice/parse/framed_reader.hpp>
#include <sluice/parse/line_decoder.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/deferred.hpp>

#include <cstdio>

search::search(const options& what) : options_(what), patterns_(what.pattern, what.ignore_case) {}

asio::awaitable<void, io_executor> search::run(io_executor on) {
    for (const std::string& name : options_.files)
        co_await run(on, name);
    output_.flush();
}

asio::awaitable<void, io_executor> search::run(io_executor on, std::string name) {
    file_reader file(on, name);
    if (name == "-")
        name = "(standard input)";
    prefix_ = options_.files.size() > 1 ? name + ":" : "";
    done_ = selected_ = 0;
    binary_matches_ = false;
    progress_.begin(file.size());

    const sluice::line_options all_lines{sluice::line_end::lf, sluice::readable_buffer::npos};
    sluice::framed_reader<pipe_reader&, sluice::line_decoder> lines(
        file.bytes(), sluice::line_decoder(all_lines));
    sluice::error_code ec;
    for (bool more = true; more && !ec;) {
        while (const auto line = lines.try_next())
            if (!(more = look(*line, file)))
                break;
        if (!more)
            break;
        output_.flush();
        sluice::readable_buffer line;
        std::tie(ec, line) = co_await lines.async_next(asio::as_tuple(asio::deferred));
        more = ec || look(line, file);
    }
    progress_.clear();
    if (ec && ec != asio::error::eof) {
        complain(name + ": " + ec.message());
        failed_ = true;
    }
    if (options_.count && file.opened())
        output_.add(prefix_ + std::to_string(selected_) + "\n");
    if (binary_matches_)
        complain(name + ": binary file matches");
}

bool search::look(const sluice::readable_buffer& line, const file_reader& file) {
    done_ += line.size() + 1;
    progress_.at(done_);
    if (!line.is_contiguous()) {
        joined_ = line.to_string();
        return look(joined_, file.binary());
    }
    const asio::const_buffer bytes = line.front();
    return look({static_cast<const char*>(bytes.data()), bytes.size()}, file.binary());
}

bool search::look(std::string_view line, bool binary) {
    // In a file that is not text a NUL ends a line, too.
    for (std::size_t end; binary && (end = line.find('\0')) != line.npos;) {
        if (!select(line.substr(0, end), true))
            return false;
        line.remove_prefix(end + 1);
    }
    return select(line, binary);
}

bool search::select(std::string_view line, bool binary) {
    if (patterns_.found_in(line) == options_.invert)
        return true;
    ++selected_;
    selected_any_ = true;
    if (options_.count)
        return true;
    if (binary || line.find('\0') != line.npos) {
        binary_matches_ = true;
        return false;
    }
    progress_.clear();
    output_.add(prefix_);
    output_.add(line);
    output_.add("\n");
    return true;
}

void search::complain(std::string_view text) {
    output_.flush();
    std::fprintf(stderr, "log_grep: %.*s\n", static_cast<int>(text.size()), text.data());
}
