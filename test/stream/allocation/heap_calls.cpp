// Copyright 2026 The Sluice authors. Distributed under the Boost Software License, Version 1.0.
#include "pipe/allocation/heap_calls.cpp"
