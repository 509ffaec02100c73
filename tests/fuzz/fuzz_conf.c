/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Fuzz target: any bytes as a configuration file. Besides not crashing: every problem has a place, a
 * configuration comes out exactly when there was no error, and it survives packing and mapping unchanged.
 * The first byte decides whether the rest is a text or, 0x01, a packed file.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/memory.h"
#include "conf/load.h"
#include "tests/fuzz/fuzz.h"

struct bytes {
	const uint8_t *data;
	size_t size;
};

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* There is one file, and it is what every pattern matches. */
static int read_bytes(void *context, const char *path, char **text, size_t *length, char **identity)
{
	const struct bytes *bytes = context;

	if (strcmp(path, "fuzz") != 0)
		return ENOENT;
	*text = memory_new(bytes->size + 1);
	memcpy(*text, bytes->data, bytes->size);
	*length = bytes->size;
	*identity = memory_string(path);
	return 0;
}

static char **match_file(void *context, const char *pattern, size_t *count)
{
	char **names = memory_array(1, sizeof(*names));

	(void)context;
	(void)pattern;
	names[0] = memory_string("fuzz");
	*count = 1;
	return names;
}

static bool interface_exists(const char *name)
{
	return strncmp(name, "eth", 3) == 0;
}

static void check_packing(const struct conf *conf)
{
	struct conf_changes changes;
	struct conf *mapped;
	int fd = conf_pack(conf);

	require(fd >= 0);
	mapped = conf_map(fd);
	require(mapped != NULL);
	conf_diff(conf, mapped, &changes);
	require(changes.count == 0);
	conf_changes_free(&changes);
	conf_free(mapped);
	close(fd);
}

static void try_text(const uint8_t *data, size_t size)
{
	struct bytes bytes = {data, size};
	const struct source_files files = {read_bytes, match_file, &bytes, 500};
	const struct conf_environment environment = {interface_exists, NULL, "main"};
	struct conf_diagnostics diagnostics;
	struct conf *conf = load_files(&files, "fuzz", &environment, &diagnostics);

	require((conf == NULL) == (diagnostics.errors > 0));
	for (size_t i = 0; i < diagnostics.count; i++)
		require(diagnostics.list[i].text[0] && strcmp(diagnostics.list[i].file, "fuzz") == 0);
	if (conf)
		check_packing(conf);
	conf_free(conf);
	conf_diagnostics_free(&diagnostics);
}

/* A packed file from outside: refused, or fit to be walked by everybody. */
static void try_packed(const uint8_t *data, size_t size)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct conf_changes changes;
	struct conf *conf;

	require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	conf = conf_map(fd);
	close(fd);
	if (!conf)
		return;
	conf_diff(conf, conf, &changes);
	conf_changes_free(&changes);
	conf_free(conf);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size && data[0] == 1)
		try_packed(data + 1, size - 1);
	else
		try_text(data, size);
	return 0;
}
