/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz targets are written for libFuzzer (configure --enable-fuzzers with CC=clang). Without it
 * they are linked with random.c, whose main() replays a corpus and, with --random N, tries N inputs
 * made from it.
 */
#ifndef LBD_TESTS_FUZZ_FUZZ_H
#define LBD_TESTS_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

/* Returns 0; aborts, or trips a sanitizer, when something is wrong. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#endif
