/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The modes behind nagios_evaluate(), and what they share. Internal to this directory. */
#ifndef LBD_EXPORTERS_NAGIOS_MODE_H
#define LBD_EXPORTERS_NAGIOS_MODE_H

#include "exporters/nagios/nagios.h"

struct evaluation {
	const struct nagios_request *request;
	const struct snapshot *snapshot;
	int64_t wall;
	struct outcome *outcome;
};

#define MODE(NAME, function, name, title, needs, reads, concerns, takes, service, value, help) \
	void mode_##function(struct evaluation *evaluation);
#include "exporters/nagios/mode.def"
#undef MODE

/* Rows of a family, one after the other: for (i = 0; (row = mode_row(…, &i)); ) */
const void *mode_row(const struct evaluation *evaluation, enum stat_family_id family, size_t *i);

/* The next selected VRRP instance whose state is known; one whose state is not is a problem. */
const struct stat_vrrp *mode_instance(struct evaluation *evaluation, size_t *i);
/* "master", … */
const char *mode_state(const struct stat_vrrp *row);
/* Its advertisements that were not accepted, for all reasons together. */
uint64_t mode_drops(const struct stat_vrrp *row);

/* Is `text` what the selector asks for? */
bool mode_selected(const char *selector, const char *text);
/* The ranges that were given, or NULL. */
const struct range *mode_warning(const struct evaluation *evaluation);
const struct range *mode_critical(const struct evaluation *evaluation);

/* Thousandths of a second from the wall-clock instant to the snapshot; never negative. */
int64_t mode_age(const struct evaluation *evaluation, int64_t instant);
/* "3.2 s", "2 d 3 h" for thousandths of a second. Returns text. */
#define MODE_AGE_TEXT 40
const char *mode_age_text(int64_t age, char text[MODE_AGE_TEXT]);

/* Says that the number is there (perfdata), and a problem when one of its ranges alerts, as
 * "OBJECT: TEXT". */
void mode_number(struct evaluation *evaluation, const struct perfdata *value, const char *object,
		 const char *text);
/* A number of an object without thresholds. */
void mode_plain(struct evaluation *evaluation, const char *object, const char *name,
		enum perfdata_unit unit, int64_t number);
/* UNKNOWN: nothing of that kind is configured, or none is selected. */
void mode_nothing(struct evaluation *evaluation, const char *kind);
/* A problem when the kernel's IPVS does not answer, or nobody knows. */
void mode_ipvs(struct evaluation *evaluation);
/* UNKNOWN unless the process lives. */
bool mode_alive(struct evaluation *evaluation, enum process_id process);

#endif
