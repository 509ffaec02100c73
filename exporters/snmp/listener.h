/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where lbd-snmp listens when it answers by itself. Whether a peer may ask at all is for /etc/hosts.allow and
 * /etc/hosts.deny to say (hosts_access(5), under the name lbd-snmp), as with every agent of net-snmp. The
 * library reads both files anew for each datagram; here what they said of a peer holds for a second.
 */
#ifndef LBD_EXPORTERS_SNMP_LISTENER_H
#define LBD_EXPORTERS_SNMP_LISTENER_H

#include <stdbool.h>

/* Listens at each of `addresses`, as net-snmp writes them, with commas between them:
 * "udp:127.0.0.1:1161,udp6:[::1]:1161". After init_snmp(); snmp_shutdown() closes them. False as soon as one
 * cannot be had. */
bool listener_open(const char *addresses);

#endif
