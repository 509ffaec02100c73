/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Comparing with, and writing, golden files. */
#include "tests/golden/golden.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static FILE *open_golden(const char *path, const char *mode)
{
	const char *top = getenv("srcdir");
	char whole[4096];

	snprintf(whole, sizeof(whole), "%s/%s", top ? top : ".", path);
	return fopen(whole, mode);
}

static void show_difference(const char *path, const char *old, size_t old_length, const char *new,
			    size_t new_length)
{
	size_t start = 0;
	size_t at = 0;
	unsigned line = 1;

	for (; at < old_length && at < new_length && old[at] == new[at]; at++)
		if (old[at] == '\n') {
			line++;
			start = at + 1;
		}
	fprintf(stderr,
		"\n%s:%u differs from what the tables say now:\n- %.*s\n+ %.*s\n"
		"If that is meant: make update-golden, and look at the difference.\n",
		path, line, (int)strcspn(old + start, "\n"), old + start,
		(int)strcspn(new + start, "\n"), new + start);
}

static char *read_golden(const char *path, size_t *length)
{
	FILE *file = open_golden(path, "r");
	size_t room = 1 << 20;
	char *text;

	if (!file)
		return NULL;
	text = memory_new(room + 1);
	*length = fread(text, 1, room, file);
	fclose(file);
	return text;
}

static void write_golden(const char *path, const char *text, size_t length)
{
	FILE *file = open_golden(path, "w");

	CU_ASSERT_FATAL(file != NULL);
	CU_ASSERT(fwrite(text, 1, length, file) == length);
	CU_ASSERT(fclose(file) == 0);
}

void golden_compare(const char *path, const char *text, size_t length)
{
	char *new = memory_new(length + 1);
	size_t old_length = 0;
	char *old;

	memcpy(new, text, length);
	if (getenv("LBD_UPDATE_GOLDEN"))
		write_golden(path, text, length);
	old = read_golden(path, &old_length);
	if (!old)
		fprintf(stderr, "\n%s: no such golden file (srcdir=%s)\n", path,
			getenv("srcdir") ? getenv("srcdir") : "unset");
	CU_ASSERT(old != NULL);
	if (old && (old_length != length || memcmp(old, new, length) != 0)) {
		show_difference(path, old, old_length, new, length);
		CU_FAIL("golden file differs");
	}
	free(old);
	free(new);
}
