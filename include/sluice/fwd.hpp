// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <boost/asio/any_io_executor.hpp>

namespace sluice {

class segment_pool;
class read_cursor;
class readable_buffer;
class preserved_buffer;
class mutable_segments;
struct read_result;
struct pipe_options;
struct pipe_statistics;

template <class Executor = boost::asio::any_io_executor>
class basic_pipe_reader;
template <class Executor = boost::asio::any_io_executor>
class basic_pipe_writer;
template <class Executor = boost::asio::any_io_executor>
class basic_writable_buffer;
template <class Executor = boost::asio::any_io_executor>
struct basic_pipe;

/// With an executor of any type, as Asio has it.
/// @{
using pipe_reader = basic_pipe_reader<>;
using pipe_writer = basic_pipe_writer<>;
using writable_buffer = basic_writable_buffer<>;
using pipe = basic_pipe<>;
/// @}

} // namespace sluice
