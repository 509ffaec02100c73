/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The events' socket of a made-up lbd: one client, which gets the last events and then each. */
#ifndef LBD_TESTS_SNMP_EVENTS_H
#define LBD_TESTS_SNMP_EVENTS_H

void events_listen(const char *run_dir);
int events_listener(void);
/* Somebody connects. */
void events_accept(void);
/* So many events, numbered on from 1, of one cause after the other; odd ones have an outage. */
void events_make(unsigned count);
void events_hang_up(void);

#endif
