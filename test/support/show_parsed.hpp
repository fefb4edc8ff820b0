// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/parse_error.hpp>

#include <doctest/doctest.h>

// So that CHECK takes what readers return.
template <class T>
struct doctest::StringMaker<boost::system::result<T, sluice::parse_error>> {
    static String convert(const boost::system::result<T, sluice::parse_error>& value) {
        if (value)
            return "a value";
        return value.error() == sluice::parse_error::need_more ? "need_more" : "malformed";
    }
};
