# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.

# One translation unit per header, that includes it alone and a second time.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/include
     ${PROJECT_SOURCE_DIR}/include/*.hpp)
if(NOT TARGET OpenSSL::SSL)
    list(FILTER headers EXCLUDE REGEX "/(tls_stream|close_notify)\\.hpp$")
endif()
set(units "")
foreach(header IN LISTS headers)
    set(unit ${CMAKE_CURRENT_BINARY_DIR}/headers/${header}.cpp)
    file(CONFIGURE OUTPUT ${unit} CONTENT "#include <${header}>\n#include <${header}>\n")
    list(APPEND units ${unit})
endforeach()

add_library(sluice_header_tests OBJECT ${units})
target_link_libraries(sluice_header_tests PRIVATE sluice::sluice)
target_compile_options(sluice_header_tests PRIVATE -O0 -g0)
sluice_own_code(sluice_header_tests)
