// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "display.hpp"

#include "units.hpp"

#include <sys/ioctl.h>

#include <algorithm>
#include <cstdio>
#include <unistd.h>

namespace pipe_view {

namespace {

using namespace std::chrono_literals;

void put(const std::string& text) {
    // What cannot be shown is not worth an error.
    [[maybe_unused]] const auto n = ::write(STDERR_FILENO, text.data(), text.size());
}

std::size_t terminal_width() {
    winsize size{};
    if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

} // namespace

display::display(const options& settings, std::optional<std::uint64_t> expected)
    : settings_(settings)
    , expected_(expected)
    , at_terminal_(::isatty(STDERR_FILENO) == 1) {}

std::optional<std::chrono::milliseconds> display::interval() const {
    if (settings_.quiet)
        return std::nullopt;
    if (settings_.numeric)
        return 1s;
    if (!at_terminal_)
        return std::nullopt;
    return 100ms;
}

void display::update(std::uint64_t done) {
    const auto now = clock::now();
    const std::chrono::duration<double> passed = now - last_;
    // Over about a second, so that one can read it.
    const double weight = std::min(1.0, passed.count());
    const double rate = static_cast<double>(done - last_done_) / std::max(passed.count(), 1e-6);
    rate_ = last_ == begun_ ? rate : rate_ + weight * (rate - rate_);
    last_ = now;
    last_done_ = done;
    settings_.numeric ? write_number(done) : draw(done, rate_);
}

void display::finish(std::uint64_t done) {
    if (settings_.quiet)
        return;
    const std::chrono::duration<double> passed = clock::now() - begun_;
    if (settings_.numeric)
        return write_number(done);
    draw(done, static_cast<double>(done) / std::max(passed.count(), 1e-6));
    put("\n");
}

void display::write_number(std::uint64_t done) const {
    if (expected_ && *expected_ != 0)
        done = static_cast<std::uint64_t>(100 * static_cast<double>(done) /
                                          static_cast<double>(*expected_));
    put(std::to_string(done) + "\n");
}

void display::draw(std::uint64_t done, double rate) const {
    const std::size_t width = at_terminal_ ? terminal_width() - 1 : 78;
    std::string line = at_terminal_ ? "\r" : "";
    line += bar(done, rate, width);
    put(line);
}

std::string display::bar(std::uint64_t done, double rate, std::size_t width) const {
    const std::string suffix = settings_.lines ? " lines" : "";
    std::string line = settings_.name.empty() ? "" : settings_.name + ": ";
    line += amount_text(static_cast<double>(done), settings_.lines) + suffix + " " +
            time_text(clock::now() - begun_) + " [" + amount_text(rate, settings_.lines) + "/s]";
    if (line.size() < width)
        line += whereabouts(done, rate, width - line.size());
    line.resize(width, ' ');
    return line;
}

// The bar itself, and the time left.
std::string display::whereabouts(std::uint64_t done, double rate, std::size_t width) const {
    if (!expected_ || *expected_ == 0)
        return "";
    const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(*expected_));
    std::string tail = std::to_string(static_cast<int>(100 * part)) + "%";
    if (rate > 0 && done < *expected_)
        tail +=
            " ETA " +
            time_text(std::chrono::duration<double>(static_cast<double>(*expected_ - done) / rate));
    if (width < tail.size() + 10)
        return " " + tail;
    const std::size_t room = width - tail.size() - 4; // a space before, brackets, and one behind
    const auto filled = static_cast<std::size_t>(part * static_cast<double>(room));
    std::string middle(filled, '=');
    if (filled < room)
        middle += '>';
    middle.resize(room, ' ');
    return " [" + middle + "] " + tail;
}

} // namespace pipe_view
