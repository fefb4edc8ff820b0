// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/error.hpp>
#include <sluice/pipe/read_result.hpp>

#include <optional>

namespace sluice::detail {

// Bytes that are all there, read by the rules of a pipe whose writer has completed.
class memory_source {
public:
    explicit memory_source(const readable_buffer& bytes) noexcept
        : rest_(bytes)
        , examined_(bytes.start()) {}

    // With eof it shows what was never consumed.
    error_code read(std::optional<std::size_t> at_least, read_result& result) noexcept;
    void advance(const read_cursor& consumed, const read_cursor& examined);
    void consume(std::size_t n);
    void cancel_read() noexcept { cancelled_ = true; }
    void complete() noexcept;

    std::size_t buffered() const noexcept { return rest_.size(); }

private:
    enum class delivery { none, optional, required };

    readable_buffer rest_; // not consumed
    read_cursor examined_;
    delivery delivery_ = delivery::none;
    bool told_ = false; // the end
    bool cancelled_ = false;
    bool completed_ = false;
};

} // namespace sluice::detail
