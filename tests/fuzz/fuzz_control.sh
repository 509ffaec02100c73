#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The corpus and 50,000 inputs made from it; more with LBD_FUZZ_CONTROL=1000000.
exec tests/fuzz/fuzz_control --random "${LBD_FUZZ_CONTROL:-50000}" \
  "${srcdir:-.}/tests/fuzz/corpus/control"
