// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "support/test_pipe.hpp"

#include <initializer_list>
#include <string_view>

namespace sluice::test {

// A view that lies in exactly these pieces, of which none is empty.
class pieces {
public:
    explicit pieces(std::initializer_list<std::string_view> texts) {
        for (const std::string_view text : texts) {
            writable_buffer batch = pipe_.writer.alloc();
            batch.write(asio::buffer(text));
            batch.commit();
        }
        pipe_.writer.complete();
        view_ = pipe_.reader.try_read().value().buffer;
    }

    const readable_buffer& view() const noexcept { return view_; }

private:
    test_pipe pipe_;
    readable_buffer view_;
};

} // namespace sluice::test
