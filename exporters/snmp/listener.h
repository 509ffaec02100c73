/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where lbd-snmp listens when it answers by itself. Whether a peer may ask at all is for /etc/hosts.allow and
 * /etc/hosts.deny to say (hosts_access(5), under the name lbd-snmp), as with every agent of net-snmp. The
 * library reads both files anew for each datagram; here what they said of a peer holds for a second.
 */
#ifndef LBD_EXPORTERS_SNMP_LISTENER_H
#define LBD_EXPORTERS_SNMP_LISTENER_H

#include <stdbool.h>

/* In place of init_master_agent(), after init_snmp(): listens at each of NETSNMP_DS_AGENT_PORTS, to which
 * agentAddress of the file adds, until snmp_shutdown(). False, and said which, as soon as one cannot be had. */
bool listener_open(void);

#endif
