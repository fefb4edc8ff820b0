# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.

# What tests, examples and benchmarks use when it is there: Boost::context, OpenSSL::SSL,
# benchmark::benchmark and sluice_liburing are targets only then.
find_package(boost_context 1.81 CONFIG QUIET)
find_package(OpenSSL QUIET)
find_package(benchmark QUIET)

find_path(SLUICE_LIBURING_INCLUDE liburing.h)
find_library(SLUICE_LIBURING_LIBRARY uring)
mark_as_advanced(SLUICE_LIBURING_INCLUDE SLUICE_LIBURING_LIBRARY)
if(SLUICE_LIBURING_INCLUDE AND SLUICE_LIBURING_LIBRARY)
    add_library(sluice_liburing INTERFACE)
    target_include_directories(sluice_liburing SYSTEM INTERFACE ${SLUICE_LIBURING_INCLUDE})
    target_link_libraries(sluice_liburing INTERFACE ${SLUICE_LIBURING_LIBRARY})
endif()

foreach(optional Boost::context OpenSSL::SSL benchmark::benchmark sluice_liburing)
    if(NOT TARGET ${optional})
        message(STATUS "sluice: optional ${optional} not found")
    endif()
endforeach()
