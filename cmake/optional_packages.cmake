# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.

# Boost::context, for the tests of stackful coroutines, is a target only when it is there.
find_package(boost_context 1.81 CONFIG QUIET)
if(NOT TARGET Boost::context)
    message(STATUS "sluice: optional Boost::context not found")
endif()
