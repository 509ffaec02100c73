/* SPDX-License-Identifier: GPL-2.0-or-later */
/* File → lines → tree → objects → records → checks. */
#include "conf/load.h"

#include <string.h>
#include <sys/utsname.h>

#include "base/memory.h"
#include "conf/builder.h"

/* keepalived's default: the host name up to its first dot. */
static const char *default_config_id(struct utsname *names)
{
	if (uname(names) != 0)
		return NULL;
	names->nodename[strcspn(names->nodename, ".")] = 0;
	return names->nodename;
}

static void read_source(const struct source_files *files, const char *path,
			const struct conf_environment *environment, struct report *report,
			struct tree *tree)
{
	struct source source = {.report = report, .tree = tree, .files = files};
	struct utsname names;

	source.macro.config_id = environment->config_id;
	if (!source.macro.config_id)
		source.macro.config_id = default_config_id(&names);
	source_read(&source, path);
}

struct conf *load_files(const struct source_files *files, const char *path,
			const struct conf_environment *environment,
			struct conf_diagnostics *diagnostics)
{
	static const struct conf_environment unknown;
	struct arena arena = {0};
	struct report report = {0};
	struct tree tree;
	struct conf *conf = memory_new(sizeof(*conf));
	struct builder builder = {.conf = conf, .report = &report, .arena = &arena};

	builder.environment = environment ? environment : &unknown;
	tree_begin(&tree, &arena, &report);
	read_source(files, path, builder.environment, &report, &tree);
	builder.top = object_read(&arena, &report, &tree.root);
	build_all(&builder);
	conf->global[0].warnings = (uint32_t)report.warnings;
	if (report.errors) {
		conf_free(conf);
		conf = NULL;
	}
	report_finish(&report, diagnostics);
	builder_free(&builder);
	arena_free(&arena);
	return conf;
}

struct conf *conf_load(const char *path, const struct conf_environment *environment,
		       struct conf_diagnostics *diagnostics)
{
	return load_files(&source_disk, path, environment, diagnostics);
}
