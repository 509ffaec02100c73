#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# The corpus and inputs made from it, each some dozens of requests: a million requests in all, and a million
# inputs with LBD_FUZZ_SNMP=1000000.
exec tests/fuzz/fuzz_snmp --random "${LBD_FUZZ_SNMP:-40000}" "${srcdir:-.}/tests/fuzz/corpus/snmp"
