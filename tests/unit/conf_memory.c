/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Files from strings. */
#include "tests/unit/conf_memory.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "conf/describe.h"
#include "conf/load.h"
#include "tests/unit/unit.h"

struct store {
	const struct memory_file *files;
	size_t count;
};

static int store_read(void *context, const char *path, char **text, size_t *length,
		      char **identity)
{
	const struct store *store = context;

	for (size_t i = 0; i < store->count; i++) {
		if (strcmp(store->files[i].path, path) != 0)
			continue;
		*text = memory_string(store->files[i].text);
		*length = strlen(*text);
		*identity = memory_string(path);
		return 0;
	}
	return ENOENT;
}

static char **store_match(void *context, const char *pattern, size_t *count)
{
	const struct store *store = context;
	char **names = memory_array(store->count, sizeof(*names));

	*count = 0;
	for (size_t i = 0; i < store->count; i++)
		if (fnmatch(pattern, store->files[i].path, FNM_PATHNAME) == 0)
			names[(*count)++] = memory_string(store->files[i].path);
	return names;
}

static bool interface_exists(const char *name)
{
	return strcmp(name, "lo") == 0 || strcmp(name, "eth0") == 0 || strcmp(name, "eth1") == 0;
}

static void interface_list(char *into, size_t size)
{
	text_copy(into, size, "lo, eth0, eth1");
}

struct conf *memory_load_files(const struct memory_file *files, size_t count, char *problems,
			       size_t size)
{
	struct store store = {files, count};
	const struct source_files source = {store_read, store_match, &store, 100000};
	const struct conf_environment environment = {interface_exists, interface_list, "main"};
	struct conf_diagnostics diagnostics;
	struct conf *conf = load_files(&source, files[0].path, &environment, &diagnostics);
	char line[1024];

	problems[0] = 0;
	for (size_t i = 0; i < diagnostics.count; i++) {
		conf_diagnostic_format(&diagnostics.list[i], line, sizeof(line));
		text_append(problems, size, "%s\n", line);
	}
	CU_ASSERT((conf == NULL) == (diagnostics.errors > 0));
	conf_diagnostics_free(&diagnostics);
	return conf;
}

struct conf *memory_load(const char *text, char *problems, size_t size)
{
	const struct memory_file file = {"t", text};

	return memory_load_files(&file, 1, problems, size);
}

void memory_problems(const char *file, int line, const char *text, const char *expected)
{
	char problems[8192];

	conf_free(memory_load(text, problems, sizeof(problems)));
	unit_string(file, line, problems, expected);
}

char *memory_describe(const struct conf *conf)
{
	char *text = NULL;
	size_t size = 0;
	FILE *stream = open_memstream(&text, &size);

	CU_ASSERT_FATAL(stream != NULL);
	describe_conf(conf, stream);
	CU_ASSERT(fclose(stream) == 0);
	return text;
}
