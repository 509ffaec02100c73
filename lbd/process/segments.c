/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The segment files: the parent sizes and replaces them, the children write them. */
#include "process/daemon.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

/* Things that one exporter serves or writes to. */
#define EXPORTER_TARGETS 8

/* Real servers count once under each kernel service, and so does a sorry server. */
static size_t destinations(const struct conf *conf)
{
	size_t count = 0;

	for (size_t i = 0; i < conf->virtual_server_count; i++) {
		const struct conf_virtual_server *server = &conf->virtual_servers[i];

		count += (size_t)server->service_count *
			 (server->real_server_count + (server->sorry_set ? 1 : 0));
	}
	return count;
}

static struct stat_capacity capacity_of(enum process_id id, const struct conf *conf)
{
	struct stat_capacity capacity = {.rows = {[STAT_FAMILY_PROCESS] = 1}};

	switch (id) {
	case PROCESS_PARENT:
		capacity.rows[STAT_FAMILY_CHILD] = PROCESS_COUNT;
		capacity.rows[STAT_FAMILY_CONFIG] = 1;
		break;
	case PROCESS_VRRP:
		capacity.rows[STAT_FAMILY_VRRP] = (uint32_t)conf->instance_count;
		break;
	case PROCESS_DIRECTOR:
		capacity.rows[STAT_FAMILY_IPVS] = 1;
		capacity.rows[STAT_FAMILY_SYNC] = 2;
		capacity.rows[STAT_FAMILY_VIRTUAL_SERVER] = (uint32_t)conf->service_count;
		capacity.rows[STAT_FAMILY_REAL_SERVER] = (uint32_t)destinations(conf);
		break;
	case PROCESS_CHECK:
		capacity.rows[STAT_FAMILY_CHECK] = (uint32_t)conf->check_count;
		break;
	case PROCESS_CONTROL:
		capacity.rows[STAT_FAMILY_EVENT] = 1;
		capacity.rows[STAT_FAMILY_LAST_EVENT] = STAT_LAST_EVENTS;
		break;
	default: /* an exporter */
		capacity.rows[STAT_FAMILY_EXPORTER] = EXPORTER_TARGETS;
		break;
	}
	return capacity;
}

static int prepare(struct daemon *daemon, enum process_id id, bool *needs_commit)
{
	struct stat_capacity capacity = capacity_of(id, daemon->conf);
	int fd = -1;
	int status = stat_segment_prepare(daemon->stat_dir, id, &capacity, &fd, needs_commit);

	if (status == 0)
		return fd;
	log_error("cannot make the segment %s/%s: %s", daemon->stat_dir, process_name(id),
		  strerror(-status));
	return -1;
}

bool segments_send(struct daemon *daemon, struct child *child)
{
	struct message message = {.type = MESSAGE_SEGMENT};
	int fd = prepare(daemon, child->id, &child->segment_new);
	bool sent = fd >= 0 && link_send(child->link, &message, fd);

	if (fd >= 0)
		close(fd);
	return sent;
}

/* Without a link to say when it has taken a new one, an exporter gets it put in place beforehand: the
 * rows of the exporter before it, which is dead, are in it. */
int segments_open_exporter(struct daemon *daemon, struct child *child)
{
	int fd = prepare(daemon, child->id, &child->segment_new);

	segments_taken(daemon, child);
	return fd;
}

void segments_remove_exporter(struct daemon *daemon, struct child *child)
{
	int status = stat_segment_remove(daemon->stat_dir, child->id);

	if (status != 0)
		log_error("cannot remove the segment %s/%s: %s", daemon->stat_dir,
			  process_name(child->id), strerror(-status));
}

void segments_taken(struct daemon *daemon, struct child *child)
{
	int status;

	if (!child->segment_new)
		return;
	child->segment_new = false;
	status = stat_segment_commit(daemon->stat_dir, child->id);
	if (status != 0)
		log_error("cannot put the segment %s/%s in place: %s", daemon->stat_dir,
			  process_name(child->id), strerror(-status));
}

static void claim_rows(struct daemon *daemon)
{
	struct stat_config config = {0};

	stat_self_claim(&daemon->self, daemon->writer, PROCESS_PARENT);
	stat_claim_begin(daemon->writer, STAT_FAMILY_CONFIG);
	TEXT_COPY(config.file, daemon->options->config_file);
	daemon->config_row = stat_claim(daemon->writer, STAT_FAMILY_CONFIG, &config);
	stat_claim_end(daemon->writer, STAT_FAMILY_CONFIG);
	stat_claim_begin(daemon->writer, STAT_FAMILY_CHILD);
	for (unsigned id = 0; id < PROCESS_COUNT; id++) {
		struct stat_child child = {0};

		if (id == PROCESS_PARENT)
			continue;
		TEXT_COPY(child.process, process_name(id));
		daemon->children[id].row = stat_claim(daemon->writer, STAT_FAMILY_CHILD, &child);
	}
	stat_claim_end(daemon->writer, STAT_FAMILY_CHILD);
}

int segments_open(struct daemon *daemon)
{
	bool needs_commit = false;
	int fd = prepare(daemon, PROCESS_PARENT, &needs_commit);
	int status;

	if (fd < 0)
		return -1;
	status = stat_writer_attach(&daemon->writer, fd);
	if (status == 0 && needs_commit)
		status = stat_segment_commit(daemon->stat_dir, PROCESS_PARENT);
	if (status != 0) {
		log_error("cannot use the segment %s/parent: %s", daemon->stat_dir,
			  strerror(-status));
		return -1;
	}
	claim_rows(daemon);
	daemon->reader = stat_reader_new(daemon->stat_dir);
	return 0;
}

void segments_child_state(struct child *child, enum child_state state)
{
	if (!child->row)
		return;
	stat_begin(&child->row->row);
	stat_put(child, child->row, state, state);
	stat_put(child, child->row, changed, clock_wall());
	if (state == CHILD_STATE_RUNNING)
		stat_put(child, child->row, pid, child->pid);
	else
		stat_unset(child, child->row, pid);
	stat_end(&child->row->row);
}

void segments_tick(struct daemon *daemon, int64_t now)
{
	stat_self_publish(&daemon->self, 0, daemon->outbox.lost);
	stat_heartbeat(daemon->writer, now);
}
