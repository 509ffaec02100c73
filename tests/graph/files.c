/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Not a test: makes what hours of a small cluster would have left behind: RRD files of every family
 * in DIR/rrd, as lbd-rrd writes them, and segments in DIR/run/stat, where names are. The END of
 * the hours is a wall-clock second; it failed over 3000 s before that, and a server was down from
 * 2000 s to 1400 s before it.
 *
 *   files DIR END HOURS
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "exporters/rrd/library.h"
#include "tests/director/segment.h"

#define STEP 10
#define FAILOVER 3000
#define DOWN_FROM 2000
#define DOWN_TO 1400

static int64_t end;

/* --- the objects --------------------------------------------------------------------------------- */

static const struct stat_vrrp vrrp[] = {
	{.interface = "eth0", .vrid = "201", .family = "ipv4", .instance = "VI_1"},
	{.interface = "eth0", .vrid = "93", .family = "ipv4", .instance = "VI_2"}};
static const struct stat_virtual_server virtual_servers[] = {
	{.protocol = "TCP", .virtual_server = "192.168.1.227:80", .group = "www", .scheduler = "wlc"},
	{.protocol = "TCP", .virtual_server = "192.168.1.53:53", .scheduler = "rr"},
	{.protocol = "UDP", .virtual_server = "192.168.1.53:53", .scheduler = "rr"}};
static const struct stat_real_server real_servers[] = {
	{.protocol = "TCP", .virtual_server = "192.168.1.227:80",
	 .real_server = "192.168.1.232:80", .group = "www", .forwarding = "DR"},
	{.protocol = "TCP", .virtual_server = "192.168.1.227:80",
	 .real_server = "192.168.1.233:80", .group = "www", .forwarding = "DR"}};
static const struct stat_check checks[] = {
	{.virtual_server = "group www", .real_server = "192.168.1.232:80", .check = "TCP_CHECK",
	 .target = "192.168.1.232:80"}};
static const struct stat_ipvs ipvs[] = {{.scope = "host"}};
static const struct stat_sync synchronisation[] = {{.role = "master"}};
static const struct stat_event event[] = {{.scope = "host"}};
static const struct stat_config config[] = {{.file = "/etc/lbd/lbd.conf"}};
static const struct stat_process process[] = {{.process = "vrrp"}};
static const struct stat_exporter exporter[] = {{.exporter = "rrd", .target = "/var/lib/lbd-rrd"}};
static const struct stat_child child[] = {{.process = "vrrp"}};

static const struct {
	enum stat_family_id family;
	const void *rows;
	size_t count;
} objects[] = {
#define OBJECTS(FAMILY, array) {STAT_FAMILY_##FAMILY, array, sizeof(array) / sizeof((array)[0])}
	OBJECTS(VRRP, vrrp),
	OBJECTS(VIRTUAL_SERVER, virtual_servers),
	OBJECTS(REAL_SERVER, real_servers),
	OBJECTS(CHECK, checks),
	OBJECTS(IPVS, ipvs),
	OBJECTS(SYNC, synchronisation),
	OBJECTS(EVENT, event),
	OBJECTS(CONFIG, config),
	OBJECTS(PROCESS, process),
	OBJECTS(CHILD, child),
	OBJECTS(EXPORTER, exporter),
};
#define OBJECT_KINDS (sizeof(objects) / sizeof(objects[0]))

/* --- their lives --------------------------------------------------------------------------------- */

/* Traffic at that time: a day's wave, and noise that is the same at each run. */
static double wave(int64_t wall, size_t seed)
{
	uint64_t noise = (uint64_t)wall * UINT64_C(0x9e3779b97f4a7c15) + seed * 77;

	noise ^= noise >> 31;
	return 1.5 + sin((double)wall / 3600 + (double)seed) + (double)(noise % 1000) / 2500;
}

static bool is_down(int64_t wall)
{
	return wall >= end - DOWN_FROM && wall < end - DOWN_TO;
}

static int64_t unit_of(const struct stat_metric *metric)
{
	return metric->unit == STAT_UNIT_SECONDS	? CLOCK_MILLISECOND
	       : metric->unit == STAT_UNIT_BYTES	? 5000
	       : metric->unit == STAT_UNIT_PER_SECOND	? 1000
	       : metric->unit == STAT_UNIT_RATIO	? 300
							: 10;
}

static int64_t state_of(const struct stat_metric *metric, int64_t wall)
{
	if (metric->set == &set_vrrp_state)
		return wall < end - FAILOVER ? VRRP_STATE_BACKUP : VRRP_STATE_MASTER;
	if (metric->set == &set_health)
		return is_down(wall) ? HEALTH_DOWN : HEALTH_UP;
	if (metric->set == &set_check_result)
		return is_down(wall) ? CHECK_RESULT_REFUSED : CHECK_RESULT_SUCCESS;
	return 1;
}

/* Gauges of which a picture would be odd with any number. */
static int64_t gauge_of(const struct stat_metric *metric, int64_t wall, size_t seed)
{
	static const struct {
		const char *name;
		int64_t up, down;
	} known[] = {{"priority", 110, 110},	 {"master_priority", 150, 150},
		     {"addresses", 2, 2},	 {"weight", 100, 100},
		     {"weight_effective", 100, 0}, {"real_servers", 2, 2},
		     {"real_servers_up", 2, 1},	 {"weight_up", 200, 100},
		     {"quorum", 1, 1},		 {"quorum_reached", 1, 1},
		     {"sorry_server_active", 0, 0}, {"in_service", 1, 0},
		     {"available", 1, 1},	 {"estimation", 1, 1}};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(metric->name, known[i].name) == 0)
			return is_down(wall) ? known[i].down : known[i].up;
	if (strcmp(metric->name, "addresses_held") == 0)
		return wall < end - FAILOVER ? 0 : 2;
	return (int64_t)(wave(wall, seed) * (double)unit_of(metric));
}

/* Things that seldom happen do so once an hour, but only the first three members of a set. */
static uint64_t growth(const struct stat_metric *metric, int64_t wall, size_t seed, unsigned part)
{
	if (metric->kind == STAT_KIND_COUNTERS && part > 2)
		return 0;
	if (strstr(metric->name, "error") || strstr(metric->name, "failures") ||
	    strcmp(metric->name, "restarts") == 0 || part > 0 ||
	    (metric->kind == STAT_KIND_COUNTERS && strcmp(metric->name, "probes") != 0))
		return wall % 3600 < STEP;
	if (is_down(wall) && strstr(metric->name, "connections"))
		return 0;
	return (uint64_t)(wave(wall, seed) * (double)unit_of(metric) * STEP);
}

static void live(struct stat_row *row, const struct stat_family *family, int64_t wall)
{
	row->present = UINT64_MAX;
	for (size_t i = 0; i < family->metric_count; i++) {
		const struct stat_metric *metric = &family->metrics[i];
		void *at = (char *)row + metric->offset;
		struct stat_histogram *histogram = at;

		switch (metric->kind) {
		case STAT_KIND_COUNTER:
		case STAT_KIND_COUNTERS:
			for (unsigned part = 0; part < stat_sources(metric); part++)
				((uint64_t *)at)[part] += growth(metric, wall, i, part);
			break;
		case STAT_KIND_GAUGE:
			*(int64_t *)at = gauge_of(metric, wall, i);
			break;
		case STAT_KIND_STATE:
			*(int64_t *)at = state_of(metric, wall);
			break;
		case STAT_KIND_HISTOGRAM:
			for (unsigned observation = 0; observation < STEP; observation++)
				stat_observe(histogram, (int64_t)(wave(wall, i) * 1e6));
			break;
		}
	}
}

static void write_file(const char *directory, enum stat_family_id family, const void *labels,
		       int64_t begin)
{
	struct rrd_source sources[RRD_SOURCES];
	size_t count = rrd_sources(family, sources);
	struct rrd_shape shape = {.step = STEP};
	struct stat_row *row = memory_new(stat_families[family].stride);
	char path[RRD_PATH], whole[4096];
	struct buffer values = {0};

	memcpy(row, labels, stat_families[family].stride);
	rrd_shape_archives(&shape, "10:86400 60:604800");
	if (!rrd_path(family, row, path))
		exit(1);
	snprintf(whole, sizeof(whole), "%s/%s", directory, path);
	if (library_create(directory, whole, family, &shape, begin) != 0) {
		fprintf(stderr, "%s: %s\n", whole, library_error());
		exit(1);
	}
	for (int64_t wall = begin; wall <= end; wall += STEP) {
		live(row, &stat_families[family], wall);
		values.length = 0;
		buffer_format(&values, "%lld", (long long)wall);
		for (size_t i = 0; i < count; i++) {
			buffer_text(&values, ":");
			rrd_value(&values, &sources[i], row);
		}
		buffer_add(&values, "", 1);
		if (library_update(whole, values.bytes) != 0) {
			fprintf(stderr, "%s: %s\n", whole, library_error());
			exit(1);
		}
	}
	buffer_free(&values);
	free(row);
}

static void write_segment(const char *directory)
{
	struct stat_capacity capacity = {.rows = {0}};
	struct stat_writer *writer;

	for (size_t i = 0; i < OBJECT_KINDS; i++)
		capacity.rows[objects[i].family] = (uint32_t)objects[i].count;
	writer = segment_make(directory, PROCESS_DIRECTOR, &capacity);
	for (size_t i = 0; i < OBJECT_KINDS; i++)
		for (size_t j = 0; j < objects[i].count; j++)
			stat_claim(writer, objects[i].family,
				   (const char *)objects[i].rows +
					   j * stat_families[objects[i].family].stride);
	stat_heartbeat(writer, clock_now());
	stat_writer_free(writer);
}

int main(int count, char **values)
{
	char directory[2048];
	int64_t begin;

	if (count != 4)
		return 2;
	end = strtoll(values[2], NULL, 10) / STEP * STEP;
	begin = end - strtoll(values[3], NULL, 10) * 3600;
	snprintf(directory, sizeof(directory), "%s/run/stat", values[1]);
	write_segment(directory);
	snprintf(directory, sizeof(directory), "%s/rrd", values[1]);
	for (size_t i = 0; i < OBJECT_KINDS; i++)
		for (size_t j = 0; j < objects[i].count; j++)
			write_file(directory, objects[i].family,
				   (const char *)objects[i].rows +
					   j * stat_families[objects[i].family].stride,
				   begin);
	return 0;
}
