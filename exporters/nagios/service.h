/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The services that lbd-nagios reports on: what each is called, and what is to be checked, in the
 * words of check_lbd. Pure.
 *
 *   "VRRP VI_1" vrrp --instance VI_1 --expect master; "Real servers" real-servers -c 0
 */
#ifndef LBD_EXPORTERS_NAGIOS_SERVICE_H
#define LBD_EXPORTERS_NAGIOS_SERVICE_H

#include "exporters/nagios/nagios.h"

#define SERVICE_MOST 64
#define SERVICE_WORDS 32
#define SERVICE_ERROR 320

struct service {
	const char *name;
	struct nagios_request request;
	/* What was last reported. */
	bool reported;
	enum outcome_status status;
	size_t problems;
};

struct services {
	struct service list[SERVICE_MOST];
	size_t count;
	char *text; /* that all their texts lie in */
};

/* Services are separated by ; or ends of lines, words by blanks; words in quotation marks may hold
 * both, but no quotation mark. False, with what is wrong and what would be right in `error`;
 * services_free() in any case. */
bool services_read(const char *text, struct services *services, char error[SERVICE_ERROR]);
/* Those that most want: health, vrrp, virtual-server, real-servers. */
void services_default(struct services *services);
void services_free(struct services *services);

/* Can this be the name of a host or a service in a command of Nagios and in a line of NSCA? */
bool service_is_name(const char *text);

/* Bit i: an event about such an object concerns service i. */
uint64_t services_concerned(const struct services *services, const char *object);

/* Is the outcome another than what was last reported? How old things are does not matter. */
bool service_changed(const struct service *service, const struct outcome *outcome);
void service_reported(struct service *service, const struct outcome *outcome);

#endif
