/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The events of lbd, from the socket on which its control process tells them to exporters: the last
 * ones at first, then each as it happens. A connection that ends is made anew.
 */
#ifndef LBD_EXPORTERS_SNMP_EVENTS_H
#define LBD_EXPORTERS_SNMP_EVENTS_H

#include "exporters/snmp/history.h"

struct events;

/* `happened` is called for each event once, in order; those of before the connection too. */
struct events *events_new(const char *run_dir, struct history *history,
			  void (*happened)(const struct history_entry *entry, void *argument),
			  void *argument);
void events_free(struct events *events);
/* What to watch for reading; -1: there is no connection now. */
int events_descriptor(const struct events *events);
/* Takes what has come; connects when that is due. To be called once a second and when it can be read. */
void events_go_on(struct events *events, int64_t now);

#endif
