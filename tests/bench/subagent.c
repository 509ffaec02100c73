/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Not a test: the least that a subagent of snmpd can be, beside which lbd-snmp is measured.
 *
 *   subagent SOCKET COLUMNS ROWS
 *
 * answers, below 1.3.6.1.4.1.8072.9999.9998, for a table with so many columns and rows whose indexes
 * are as long as those of LBD-MIB's real servers: TCP 192.0.2.1:80, 10.a.b.c:80. The next object
 * follows from the one that is asked for by arithmetic, and every value is the same. So what a walk
 * of it takes is the manager's, snmpd's and AgentX's. See
 * tests/lab/scenarios/36-snmp-scale.sh.
 */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BASE 1, 3, 6, 1, 4, 1, 8072, 9999, 9998
/* Where in a name the column is, the row, and where it ends. */
enum { COLUMN = 9, FIXED = 10, ROW = FIXED + 10, LENGTH = ROW + 4 };

static const oid base[] = {BASE};
static const oid fixed[] = {6, 1, 4, 192, 0, 2, 1, 80, 1, 4};
static unsigned long columns, rows;

static void write_name(oid name[LENGTH], unsigned long column, unsigned long row)
{
	memcpy(name, base, sizeof(base));
	name[COLUMN] = column;
	memcpy(name + FIXED, fixed, sizeof(fixed));
	name[ROW] = 10;
	name[ROW + 1] = row >> 8 & 255;
	name[ROW + 2] = row & 255;
	name[ROW + 3] = 80;
}

/* A manager that walks asks for the next of the table itself, of a column, or of a whole name. */
static bool next_name(const oid *name, size_t length, oid next[LENGTH])
{
	unsigned long column = length > COLUMN ? name[COLUMN] : 1, row = 0;

	if (length == LENGTH)
		row = (name[ROW + 1] << 8 | name[ROW + 2]) + 1;
	if (row >= rows) {
		column++;
		row = 0;
	}
	if (column > columns)
		return false;
	write_name(next, column, row);
	return true;
}

static int answer(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
		  netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
	struct counter64 value = {.high = 1, .low = 2};
	oid name[LENGTH];

	(void)handler;
	(void)registration;
	for (; requests; requests = requests->next) {
		netsnmp_variable_list *variable = requests->requestvb;

		if (info->mode == MODE_GETNEXT) {
			if (!next_name(variable->name, variable->name_length, name))
				continue;
			snmp_set_var_objid(variable, name, LENGTH);
		}
		snmp_set_var_typed_value(variable, ASN_COUNTER64, &value, sizeof(value));
	}
	return SNMP_ERR_NOERROR;
}

int main(int count, char **values)
{
	if (count != 4)
		return 2;
	columns = strtoul(values[2], NULL, 10);
	rows = strtoul(values[3], NULL, 10);
	setenv("MIBS", "", 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_ROLE, 1);
	netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET, values[1]);
	init_agent("subagent");
	init_snmp("subagent");
	if (netsnmp_register_handler(netsnmp_create_handler_registration(
		    "floor", answer, base, OID_LENGTH(base), HANDLER_CAN_RONLY)) != MIB_REGISTERED_OK)
		return 1;
	for (;;)
		agent_check_and_process(1);
}
