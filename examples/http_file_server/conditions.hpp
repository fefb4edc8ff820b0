// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/beast/http/fields.hpp>

#include <sys/stat.h>

#include <ctime>
#include <string>

namespace file_server {

/// What tells one state of a file from another.
struct validators {
    std::string etag; // strong, with its quotes
    std::time_t last_modified = 0;
};

validators validators_of(const struct stat& status);

enum class verdict { proceed, not_modified, precondition_failed };

/// Evaluates If-Match, If-Unmodified-Since, If-None-Match and If-Modified-Since, in that
/// precedence, for a GET or HEAD request.
verdict evaluate_conditions(const boost::beast::http::fields& request, const validators& current);

/// Whether a Range field is to be honoured as far as If-Range is concerned.
bool range_applies(const boost::beast::http::fields& request, const validators& current);

} // namespace file_server
