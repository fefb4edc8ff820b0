// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include "harness/rounds.hpp"

namespace bench {

/// Does some work in a size, once for each pass counted, and returns the bytes that it moved.
class sized_work {
public:
    virtual ~sized_work() = default;
    virtual std::uint64_t once() = 0;
};

std::unique_ptr<sized_work> buffered(std::size_t bytes);        ///< written, then read
std::unique_ptr<sized_work> copied(std::size_t bytes);          ///< into fresh blocks, then freed
std::unique_ptr<sized_work> line_in_pieces(std::size_t pieces); ///< a look after each
std::unique_ptr<sized_work> read_of_pieces(std::size_t pieces); ///< linked, in one read
std::unique_ptr<sized_work> producers(std::size_t threads);     ///< of batches, for one reader

} // namespace bench
