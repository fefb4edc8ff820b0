# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.

# Only sources of the library see liburing: its users' code is the same with and without.
if(SLUICE_WITH_IO_URING)
    find_path(SLUICE_URING_INCLUDE_DIR liburing.h)
    find_library(SLUICE_URING_LIBRARY uring)
    mark_as_advanced(SLUICE_URING_INCLUDE_DIR SLUICE_URING_LIBRARY)
    if(SLUICE_URING_INCLUDE_DIR AND SLUICE_URING_LIBRARY)
        target_compile_definitions(sluice PRIVATE SLUICE_HAS_IO_URING)
        target_include_directories(sluice SYSTEM PRIVATE ${SLUICE_URING_INCLUDE_DIR})
        target_link_libraries(sluice PRIVATE ${SLUICE_URING_LIBRARY})
    elseif(NOT SLUICE_WITH_IO_URING STREQUAL "AUTO")
        message(FATAL_ERROR "sluice: SLUICE_WITH_IO_URING needs liburing (Debian: liburing-dev)")
    else()
        message(STATUS "sluice: optional liburing not found")
    endif()
endif()
