# Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.

option(SLUICE_QUICK_BUILD "Sources in batches, those of tests and examples with precompiled headers, and a quick linker: sooner done" OFF)

if(SLUICE_QUICK_BUILD)
    find_program(SLUICE_QUICK_LINKER ld.lld)
    if(SLUICE_QUICK_LINKER)
        add_link_options(-fuse-ld=lld)
    endif()
endif()

function(sluice_in_batches target)
    if(SLUICE_QUICK_BUILD)
        set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 6)
        # Of a name in another file, and of an included file that looks like a header.
        target_compile_options(
            ${target} PRIVATE -Wno-shadow $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
    endif()
endfunction()

# What most of them include, parsed once. Targets that reuse it must be compiled alike.
function(sluice_precompiled_headers target)
    if(SLUICE_QUICK_BUILD)
        target_precompile_headers(
            ${target}
            PRIVATE
            <sluice/sluice.hpp>
            <boost/asio/as_tuple.hpp>
            <boost/asio/bind_cancellation_slot.hpp>
            <boost/asio/bind_executor.hpp>
            <boost/asio/cancellation_signal.hpp>
            <boost/asio/co_spawn.hpp>
            <boost/asio/detached.hpp>
            <boost/asio/experimental/awaitable_operators.hpp>
            <boost/asio/io_context.hpp>
            <boost/asio/ip/tcp.hpp>
            <boost/asio/local/stream_protocol.hpp>
            <boost/asio/use_awaitable.hpp>
            <boost/asio/use_future.hpp>
            <string>
            <vector>
            ${ARGN})
    endif()
endfunction()

function(sluice_reuse_precompiled_headers target of)
    if(SLUICE_QUICK_BUILD)
        target_precompile_headers(${target} REUSE_FROM ${of})
    endif()
endfunction()
