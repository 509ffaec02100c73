/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The row structs and metric indexes, made from the .def tables. Included by stat.h alone. */
#ifndef LBD_STAT_ROW_H
#define LBD_STAT_ROW_H

/* SET_COUNT by the set's lower-case name: the number of values of each closed set. */
enum {
#define SET(name, NAME, help) STAT_SET_COUNT_##name = NAME##_COUNT,
#define VALUE(NAME, VALUE, text, help)
#define END_SET(name, NAME)
#include "base/set.def"
#undef SET
#undef VALUE
#undef END_SET
};

struct stat_process {
	struct stat_row row;
#include "stat/row_members.h"
#include "stat/process.def"
#include "stat/row_undef.h"
};

enum {
#define STAT_INDEX(name) STAT_process_##name
#include "stat/row_indexes.h"
#include "stat/process.def"
#include "stat/row_undef.h"
#undef STAT_INDEX
	STAT_process_METRICS
};
_Static_assert(STAT_process_METRICS <= 64, "stat_row.present has 64 bits");

struct stat_child {
	struct stat_row row;
#include "stat/row_members.h"
#include "stat/child.def"
#include "stat/row_undef.h"
};

enum {
#define STAT_INDEX(name) STAT_child_##name
#include "stat/row_indexes.h"
#include "stat/child.def"
#include "stat/row_undef.h"
#undef STAT_INDEX
	STAT_child_METRICS
};
_Static_assert(STAT_child_METRICS <= 64, "stat_row.present has 64 bits");

struct stat_config {
	struct stat_row row;
#include "stat/row_members.h"
#include "stat/config.def"
#include "stat/row_undef.h"
};

enum {
#define STAT_INDEX(name) STAT_config_##name
#include "stat/row_indexes.h"
#include "stat/config.def"
#include "stat/row_undef.h"
#undef STAT_INDEX
	STAT_config_METRICS
};
_Static_assert(STAT_config_METRICS <= 64, "stat_row.present has 64 bits");

struct stat_vrrp {
	struct stat_row row;
#include "stat/row_members.h"
#include "stat/vrrp.def"
#include "stat/row_undef.h"
};

enum {
#define STAT_INDEX(name) STAT_vrrp_##name
#include "stat/row_indexes.h"
#include "stat/vrrp.def"
#include "stat/row_undef.h"
#undef STAT_INDEX
	STAT_vrrp_METRICS
};
_Static_assert(STAT_vrrp_METRICS <= 64, "stat_row.present has 64 bits");

struct stat_virtual_server {
	struct stat_row row;
#include "stat/row_members.h"
#include "stat/virtual_server.def"
#include "stat/row_undef.h"
};

enum {
#define STAT_INDEX(name) STAT_virtual_server_##name
#include "stat/row_indexes.h"
#include "stat/virtual_server.def"
#include "stat/row_undef.h"
#undef STAT_INDEX
	STAT_virtual_server_METRICS
};
_Static_assert(STAT_virtual_server_METRICS <= 64, "stat_row.present has 64 bits");

struct stat_real_server {
	struct stat_row row;
#include "stat/row_members.h"
#include "stat/real_server.def"
#include "stat/row_undef.h"
};

enum {
#define STAT_INDEX(name) STAT_real_server_##name
#include "stat/row_indexes.h"
#include "stat/real_server.def"
#include "stat/row_undef.h"
#undef STAT_INDEX
	STAT_real_server_METRICS
};
_Static_assert(STAT_real_server_METRICS <= 64, "stat_row.present has 64 bits");

struct stat_check {
	struct stat_row row;
#include "stat/row_members.h"
#include "stat/check.def"
#include "stat/row_undef.h"
};

enum {
#define STAT_INDEX(name) STAT_check_##name
#include "stat/row_indexes.h"
#include "stat/check.def"
#include "stat/row_undef.h"
#undef STAT_INDEX
	STAT_check_METRICS
};
_Static_assert(STAT_check_METRICS <= 64, "stat_row.present has 64 bits");

struct stat_ipvs {
	struct stat_row row;
#include "stat/row_members.h"
#include "stat/ipvs.def"
#include "stat/row_undef.h"
};

enum {
#define STAT_INDEX(name) STAT_ipvs_##name
#include "stat/row_indexes.h"
#include "stat/ipvs.def"
#include "stat/row_undef.h"
#undef STAT_INDEX
	STAT_ipvs_METRICS
};
_Static_assert(STAT_ipvs_METRICS <= 64, "stat_row.present has 64 bits");

struct stat_event {
	struct stat_row row;
#include "stat/row_members.h"
#include "stat/event.def"
#include "stat/row_undef.h"
};

enum {
#define STAT_INDEX(name) STAT_event_##name
#include "stat/row_indexes.h"
#include "stat/event.def"
#include "stat/row_undef.h"
#undef STAT_INDEX
	STAT_event_METRICS
};
_Static_assert(STAT_event_METRICS <= 64, "stat_row.present has 64 bits");

struct stat_exporter {
	struct stat_row row;
#include "stat/row_members.h"
#include "stat/exporter.def"
#include "stat/row_undef.h"
};

enum {
#define STAT_INDEX(name) STAT_exporter_##name
#include "stat/row_indexes.h"
#include "stat/exporter.def"
#include "stat/row_undef.h"
#undef STAT_INDEX
	STAT_exporter_METRICS
};
_Static_assert(STAT_exporter_METRICS <= 64, "stat_row.present has 64 bits");

struct stat_last_event {
	struct stat_row row;
#include "stat/row_members.h"
#include "stat/last_event.def"
#include "stat/row_undef.h"
};

enum {
#define STAT_INDEX(name) STAT_last_event_##name
#include "stat/row_indexes.h"
#include "stat/last_event.def"
#include "stat/row_undef.h"
#undef STAT_INDEX
	STAT_last_event_METRICS
};
_Static_assert(STAT_last_event_METRICS <= 64, "stat_row.present has 64 bits");

struct stat_sync {
	struct stat_row row;
#include "stat/row_members.h"
#include "stat/sync.def"
#include "stat/row_undef.h"
};

enum {
#define STAT_INDEX(name) STAT_sync_##name
#include "stat/row_indexes.h"
#include "stat/sync.def"
#include "stat/row_undef.h"
#undef STAT_INDEX
	STAT_sync_METRICS
};
_Static_assert(STAT_sync_METRICS <= 64, "stat_row.present has 64 bits");

#endif
