/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading, making and writing RRD files. */
#include "exporters/rrd/library.h"

#include <errno.h>
#include <rrd.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/text.h"

static char error[512];

const char *library_error(void)
{
	return error;
}

/* A full disk leaves librrd without words. */
static int failed(void)
{
	const char *words = strerror(errno);

	TEXT_COPY(error, rrd_test_error() && rrd_get_error()[0] != '\0' ? rrd_get_error() : words);
	rrd_clear_error();
	return -1;
}

bool library_wait(unsigned *patience)
{
	const struct timespec nap = {.tv_nsec = 10 * 1000 * 1000};

	/* Its words are all that librrd says. */
	if (*patience == 0 || !rrd_test_error() || !strstr(rrd_get_error(), "could not lock"))
		return false;
	--*patience;
	rrd_clear_error();
	nanosleep(&nap, NULL);
	return true;
}

/* "ds[NAME].member" → NAME; false for any other key. */
static bool source_key(const char *key, const char *wanted, char name[STAT_SOURCE_TEXT])
{
	const char *end = strchr(key, ']');
	size_t length;

	if (strncmp(key, "ds[", 3) != 0 || !end || strcmp(end + 1, wanted) != 0)
		return false;
	length = (size_t)(end - key) - 3;
	if (length >= STAT_SOURCE_TEXT)
		return false;
	memcpy(name, key + 3, length);
	name[length] = '\0';
	return true;
}

/* The library lists the sources in the order of the file. */
static void take_info(const rrd_info_t *info, struct rrd_description *description)
{
	char name[STAT_SOURCE_TEXT];

	if (strcmp(info->key, "step") == 0 && info->type == RD_I_CNT)
		description->step = info->value.u_cnt;
	else if (strcmp(info->key, "last_update") == 0 && info->type == RD_I_CNT)
		description->last_update = (int64_t)info->value.u_cnt;
	else if (info->type == RD_I_STR && source_key(info->key, ".type", name) &&
		 description->count < RRD_SOURCES) {
		TEXT_COPY(description->sources[description->count].name, name);
		TEXT_COPY(description->sources[description->count].type, info->value.u_str);
		description->count++;
	}
}

int library_describe(const char *path, struct rrd_description *description)
{
	unsigned patience = LIBRARY_PATIENCE_READING;
	rrd_info_t *info;

	memset(description, 0, sizeof(*description));
	rrd_clear_error();
	do
		info = rrd_info_r(path);
	while (!info && library_wait(&patience));
	if (!info)
		return failed();
	for (const rrd_info_t *item = info; item; item = item->next)
		take_info(item, description);
	rrd_info_free(info);
	return 0;
}

/* Every directory below `directory` on the way to `path`. */
static int make_directories(const char *directory, const char *path)
{
	char way[4096];

	if (!TEXT_COPY(way, path)) {
		TEXT_COPY(error, "its path is too long");
		return -1;
	}
	for (char *slash = strchr(way + strlen(directory) + 1, '/'); slash;
	     slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(way, 0777) != 0 && errno != EEXIST) {
			snprintf(error, sizeof(error), "cannot make the directory %.300s: %s", way,
				 strerror(errno));
			return -1;
		}
		*slash = '/';
	}
	return 0;
}

int library_create(const char *directory, const char *path, enum stat_family_id family,
		   const struct rrd_shape *shape, int64_t wall_seconds)
{
	char definitions[RRD_SOURCES + 2 * RRD_ARCHIVES][RRD_DEFINITION];
	const char *arguments[RRD_SOURCES + 2 * RRD_ARCHIVES];
	struct rrd_source sources[RRD_SOURCES];
	size_t count = rrd_sources(family, sources);

	if (make_directories(directory, path) != 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		arguments[i] = rrd_source_definition(&sources[i], shape->step, definitions[i]);
	for (size_t i = 0; rrd_shape_archive(shape, i, definitions[count]); i++, count++)
		arguments[count] = definitions[count];
	rrd_clear_error();
	if (rrd_create_r2(path, shape->step, (time_t)wall_seconds - 1, 1, NULL, NULL, (int)count,
			  arguments) != 0)
		return failed();
	return 0;
}

int library_extend(const char *path, enum stat_family_id family, unsigned step,
		   const struct rrd_description *description)
{
	char definitions[RRD_SOURCES][RRD_DEFINITION];
	/* rrd_tune() takes a command line; it changes none of the words. */
	const char *arguments[RRD_SOURCES + 3] = {"tune", path};
	struct rrd_source sources[RRD_SOURCES];
	size_t count = rrd_sources(family, sources);
	int argument_count = 2;

	for (size_t i = 0; i < count; i++)
		if (!rrd_describes(description, sources[i].name))
			arguments[argument_count++] =
				rrd_source_definition(&sources[i], step, definitions[i]);
	rrd_clear_error();
	if (rrd_tune(argument_count, (char **)(uintptr_t)arguments) != 0)
		return failed();
	return 0;
}

int library_update(const char *path, const char *values)
{
	unsigned patience = LIBRARY_PATIENCE_WRITING;
	int status;

	rrd_clear_error();
	do
		status = rrd_update_r(path, NULL, 1, &values);
	while (status != 0 && library_wait(&patience));
	return status == 0 ? 0 : failed();
}
