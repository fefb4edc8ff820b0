// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#pragma once

#include <sluice/buffer/mutable_segments.hpp>
#include <sluice/buffer/preserved_buffer.hpp>
#include <sluice/buffer/read_cursor.hpp>
#include <sluice/buffer/readable_buffer.hpp>
#include <sluice/config.hpp>
#include <sluice/error.hpp>
#include <sluice/fwd.hpp>
#include <sluice/memory/segment_pool.hpp>
#include <sluice/pipe/pipe.hpp>
#include <sluice/pipe/pipe_options.hpp>
#include <sluice/pipe/pipe_reader.hpp>
#include <sluice/pipe/pipe_writer.hpp>
#include <sluice/pipe/read_result.hpp>
#include <sluice/pipe/writable_buffer.hpp>
#include <sluice/stream/connection.hpp>
#include <sluice/stream/connection_options.hpp>
#include <sluice/stream/pipe_stream.hpp>
#include <sluice/stream/pump.hpp>
#include <sluice/stream/pump_options.hpp>
#include <sluice/stream/relay.hpp>
#include <sluice/stream/relay_options.hpp>
