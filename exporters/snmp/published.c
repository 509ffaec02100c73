/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The published configuration. */
#include "exporters/snmp/published.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"

struct publication {
	char path[CONF_PATH + 32];
	/* Which file was read last. */
	dev_t device;
	ino_t inode;
	struct timespec changed;
	struct published *now;
};

struct published *published_new(struct conf *conf)
{
	struct published *published = memory_new(sizeof(*published));

	*published = (struct published){.conf = conf, .holders = 1};
	return published;
}

struct published *published_hold(struct published *published)
{
	published->holders++;
	return published;
}

void published_release(struct published *published)
{
	if (!published || --published->holders > 0)
		return;
	conf_free(published->conf);
	free(published);
}

struct publication *publication_new(const char *segments)
{
	struct publication *publication = memory_new(sizeof(*publication));

	TEXT_APPEND(publication->path, "%s/%s", segments, CONF_PUBLISHED);
	return publication;
}

void publication_free(struct publication *publication)
{
	published_release(publication->now);
	free(publication);
}

static bool is_same(const struct publication *publication, const struct stat *status)
{
	return publication->inode == status->st_ino && publication->device == status->st_dev &&
	       publication->changed.tv_sec == status->st_ctim.tv_sec &&
	       publication->changed.tv_nsec == status->st_ctim.tv_nsec;
}

static void read_again(struct publication *publication, int fd, const struct stat *status)
{
	struct conf *conf = conf_map(fd);

	published_release(publication->now);
	publication->now = conf ? published_new(conf) : NULL;
	publication->inode = status->st_ino;
	publication->device = status->st_dev;
	publication->changed = status->st_ctim;
	if (!conf)
		log_warning("cannot read %s: %s; was it written by another version of lbd?",
			    publication->path, strerror(errno));
}

struct published *publication_take(struct publication *publication)
{
	int fd = open(publication->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	struct stat status;

	if (fd < 0 || fstat(fd, &status) != 0) {
		published_release(publication->now);
		publication->now = NULL;
		publication->inode = 0;
	} else if (!is_same(publication, &status)) {
		read_again(publication, fd, &status);
	}
	if (fd >= 0)
		close(fd);
	return publication->now ? published_hold(publication->now) : NULL;
}
