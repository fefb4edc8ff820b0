// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "support/proof.hpp"

#include <doctest/doctest.h>

namespace {

// Counts the tests of the museum that ran to their end.
struct exhibits : doctest::IReporter {
    explicit exhibits(const doctest::ContextOptions&) {}
    void test_case_end(const doctest::CurrentTestCaseStats&) override { ++count; }
    void test_run_end(const doctest::TestRunStats&) override {
        sluice::test::tell_proof(17, "tests", count);
    }

    void report_query(const doctest::QueryData&) override {}
    void test_run_start() override {}
    void test_case_start(const doctest::TestCaseData&) override {}
    void test_case_reenter(const doctest::TestCaseData&) override {}
    void test_case_exception(const doctest::TestCaseException&) override {}
    void subcase_start(const doctest::SubcaseSignature&) override {}
    void subcase_end() override {}
    void log_assert(const doctest::AssertData&) override {}
    void log_message(const doctest::MessageData&) override {}
    void test_case_skipped(const doctest::TestCaseData&) override {}

    unsigned count = 0;
};

REGISTER_LISTENER("exhibits", 1, exhibits);

} // namespace
