#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The corpus and 200,000 inputs made from it; more with LBD_FUZZ_PERCPU=10000000.
exec tests/fuzz/fuzz_percpu --random "${LBD_FUZZ_PERCPU:-200000}" \
  "${srcdir:-.}/tests/fuzz/corpus/percpu"
