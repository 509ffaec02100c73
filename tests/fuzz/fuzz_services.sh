#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The corpus and 20,000 inputs made from it; more with LBD_FUZZ_SERVICES=1000000.
exec tests/fuzz/fuzz_services --random "${LBD_FUZZ_SERVICES:-20000}" \
  "${srcdir:-.}/tests/fuzz/corpus/services"
