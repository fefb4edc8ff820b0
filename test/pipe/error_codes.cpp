// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include <sluice/error.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <system_error>

using sluice::errc;

TEST_CASE("error codes: each has a text of its own, in one category") {
    std::set<std::string> texts;
    int count = 0;
    for (const errc code : {errc::read_pending, errc::advance_required, errc::no_read_to_advance,
                            errc::invalid_cursor, errc::commit_exceeds_prepared,
                            errc::already_completed, errc::not_completed, errc::writer_abandoned,
                            errc::reader_abandoned, errc::buffer_limit_exceeded,
                            errc::frame_too_large, errc::malformed_frame, errc::truncated_frame}) {
        const sluice::error_code ec = code;
        CHECK(ec);
        CHECK(ec.category() == sluice::error_category());
        texts.insert(ec.message());
        ++count;
    }
    const sluice::error_code unknown(1000, sluice::error_category());
    CHECK(texts.count(unknown.message()) == 0);
    CHECK(static_cast<int>(texts.size()) == count);
    CHECK(sluice::error_category().name() == std::string("sluice"));
    CHECK(std::error_code(sluice::error_code(errc::frame_too_large)).message() ==
          sluice::make_error_code(errc::frame_too_large).message());
}
