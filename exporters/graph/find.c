/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Directory, segments, events. */
#include "exporters/graph/find.h"

#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Links are not followed: a loop of them would have no end. */
static int walk(const char *directory, struct graph_objects *objects)
{
	char *const paths[] = {(char *)(uintptr_t)directory, NULL};
	FTS *tree = fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL);
	size_t root = strlen(directory) + 1;
	int error = 0;

	if (!tree)
		return -errno;
	for (const FTSENT *entry; (entry = fts_read(tree));) {
		if (entry->fts_info == FTS_F && entry->fts_pathlen > root)
			graph_objects_add(objects, entry->fts_path + root);
		/* A directory below that cannot be read hides its own files only. */
		if (entry->fts_level == FTS_ROOTLEVEL &&
		    (entry->fts_info == FTS_NS || entry->fts_info == FTS_DNR))
			error = -entry->fts_errno;
	}
	fts_close(tree);
	return error;
}

struct learning {
	struct graph_objects *objects;
	enum stat_family_id family;
};

static void learn(const void *row, enum process_id process, void *argument)
{
	struct learning *learning = argument;

	(void)process;
	graph_objects_learn(learning->objects, learning->family, row);
}

/* What a segment says of names is true even if its process is dead. */
static void learn_names(const char *segments, struct graph_objects *objects)
{
	struct stat_reader *reader = stat_reader_new(segments);

	stat_reader_refresh(reader);
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		struct learning learning = {objects, (enum stat_family_id)i};

		if (stat_families[i].info_count > 0)
			stat_reader_each(reader, learning.family, learn, &learning);
	}
	stat_reader_free(reader);
}

int find_objects(const char *directory, const char *segments, struct graph_objects *objects)
{
	int error = walk(directory, objects);

	learn_names(segments, objects);
	graph_objects_name(objects);
	return error;
}

int find_events(const char *path, struct graph_events *events)
{
	bool standard = strcmp(path, "-") == 0;
	FILE *file = standard ? stdin : fopen(path, "re");
	char *line = NULL;
	size_t room = 0;
	ssize_t length;
	int error = 0;

	if (!file)
		return -errno;
	while ((length = getline(&line, &room, file)) >= 0)
		graph_events_add(events, line, (size_t)length);
	if (ferror(file))
		error = -EIO;
	free(line);
	if (!standard)
		fclose(file);
	return error;
}
