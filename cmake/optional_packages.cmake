# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.

# What the tests use when it is there: Boost::context, for stackful coroutines, and OpenSSL::SSL, for
# TLS over pipes, are targets only then.
find_package(boost_context 1.81 CONFIG QUIET)
find_package(OpenSSL 3.0 QUIET)
foreach(optional Boost::context OpenSSL::SSL)
    if(NOT TARGET ${optional})
        message(STATUS "sluice: optional ${optional} not found")
    endif()
endforeach()
