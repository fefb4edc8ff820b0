# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.

# One translation unit per header, that includes it alone and a second time.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}/include
     ${PROJECT_SOURCE_DIR}/include/*.hpp)
if(NOT TARGET OpenSSL::SSL)
    list(FILTER headers EXCLUDE REGEX "/(tls_stream|close_notify)\\.hpp$")
endif()

# Sets `result` to all that a header of ours includes, itself or by way of another of ours, where no
# condition is around it (those are indented).
function(sluice_included_by header result)
    get_property(included GLOBAL PROPERTY "sluice_included_by_${header}")
    if(NOT included)
        file(STRINGS ${PROJECT_SOURCE_DIR}/include/${header} lines REGEX "^#include <")
        foreach(line IN LISTS lines)
            string(REGEX REPLACE "^#include <(.*)>.*" "\\1" next "${line}")
            list(APPEND included ${next})
            if(next MATCHES "^sluice/")
                sluice_included_by(${next} further)
                list(APPEND included ${further})
            endif()
        endforeach()
        list(REMOVE_DUPLICATES included)
        set_property(GLOBAL PROPERTY "sluice_included_by_${header}" "${included}")
    endif()
    set(${result} "${included}" PARENT_SCOPE)
endfunction()

# In a quick build the units of headers that include one of these anyway find it parsed already:
# that hides nothing, for a header's own lines follow all its includes.
set(bases "")
if(SLUICE_QUICK_BUILD)
    set(bases sluice/pipe/pipe.hpp boost/asio/any_io_executor.hpp boost/asio/post.hpp
              boost/asio/buffer.hpp)
endif()
foreach(header IN LISTS headers)
    sluice_included_by(${header} included)
    set(chosen nothing)
    foreach(base IN LISTS bases)
        if(base IN_LIST included)
            set(chosen ${base})
            break()
        endif()
    endforeach()
    set(unit ${CMAKE_CURRENT_BINARY_DIR}/headers/${header}.cpp)
    file(CONFIGURE OUTPUT ${unit} CONTENT "#include <${header}>\n#include <${header}>\n")
    list(APPEND units_behind_${chosen} ${unit})
endforeach()

foreach(base IN ITEMS ${bases} nothing)
    string(MAKE_C_IDENTIFIER "sluice_header_tests_${base}" target)
    add_library(${target} OBJECT ${units_behind_${base}})
    target_link_libraries(${target} PRIVATE sluice::sluice)
    target_compile_options(${target} PRIVATE -O0 -g0)
    sluice_own_code(${target})
    if(NOT base STREQUAL "nothing")
        target_precompile_headers(${target} PRIVATE <${base}>)
    endif()
endforeach()
