#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The corpus and 5,000 inputs made from it; more with LBD_FUZZ_GRAPH=1000000.
exec tests/fuzz/fuzz_graph --random "${LBD_FUZZ_GRAPH:-5000}" "${srcdir:-.}/tests/fuzz/corpus/graph"
