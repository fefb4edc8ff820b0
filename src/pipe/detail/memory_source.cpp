// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/detail/throw_error.hpp>
#include <sluice/pipe/detail/memory_source.hpp>

#include <boost/asio/error.hpp>

#include <utility>

namespace sluice::detail {

error_code memory_source::read(std::optional<std::size_t> at_least, read_result& result) noexcept {
    if (completed_)
        return errc::already_completed;
    if (delivery_ == delivery::required)
        return errc::advance_required;
    result.buffer = rest_;
    result.examined = examined_;
    delivery_ = delivery::optional;
    if (std::exchange(cancelled_, false)) {
        result.cancelled = true;
        return {};
    }
    const bool enough = at_least && rest_.size() >= *at_least;
    if (told_ && !enough && examined_.position() == rest_.finish().position())
        return boost::asio::error::eof;
    delivery_ = delivery::required;
    result.completed = told_ = true;
    return {};
}

void memory_source::advance(const read_cursor& consumed, const read_cursor& examined) {
    if (delivery_ == delivery::none)
        throw_error(errc::no_read_to_advance, "sluice::memory_reader::advance");
    if (!rest_.contains(consumed) || !rest_.contains(examined) ||
        examined.position() < consumed.position())
        throw_error(errc::invalid_cursor, "sluice::memory_reader::advance");
    rest_ = rest_.slice(consumed, rest_.finish());
    examined_ = examined;
    delivery_ = delivery::none;
}

void memory_source::consume(std::size_t n) {
    if (delivery_ == delivery::none)
        throw_error(errc::no_read_to_advance, "sluice::memory_reader::consume");
    const read_cursor consumed = rest_.at(n);
    advance(consumed, consumed);
}

void memory_source::complete() noexcept {
    completed_ = true;
    delivery_ = delivery::none;
    rest_ = {};
}

} // namespace sluice::detail
