# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.

# The target `reference` makes the reference pages, doc/reference/index.html. It is there when Doxygen is.
find_package(Doxygen QUIET)
if(TARGET Doxygen::doxygen)
    add_custom_target(
        reference
        COMMAND ${CMAKE_COMMAND} -E env SLUICE_VERSION=${PROJECT_VERSION}
                $<TARGET_FILE:Doxygen::doxygen> doc/Doxyfile
        WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
        COMMENT "Reference pages: doc/reference/index.html"
        VERBATIM)
else()
    message(STATUS "sluice: optional Doxygen not found: no target reference")
endif()
