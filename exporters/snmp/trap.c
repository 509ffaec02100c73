/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sending notifications through the library. */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include "exporters/snmp/trap.h"

#include "base/clock.h"
#include "exporters/snmp/agent.h"
#include "exporters/snmp/catalogue.h"
#include "exporters/snmp/notification.h"

/* RFC 2741 section 6.1, which the library has no header for. */
#define AGENTX_VERSION 193
#define AGENTX_NOTIFY 12
#define AGENTX_PING 13
#define AGENTX_RESPONSE 18

static const oid trap_oid[] = {1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};

/* The root, and what is below it. */
static size_t put_name(oid name[OBJECT_ID_MOST], const struct object_id *base, const uint32_t *ids,
		       size_t count)
{
	size_t length = 0;

	for (size_t i = 0; i < base->count; i++)
		name[length++] = base->ids[i];
	for (size_t i = 0; i < count; i++)
		name[length++] = ids[i];
	return length;
}

static const struct table *history_table(const struct subtree *lbd)
{
	for (size_t i = 0; i < lbd->table_count; i++)
		if (lbd->tables[i]->arcs[1] == CATALOGUE_HISTORY)
			return lbd->tables[i];
	return NULL;
}

static void add_column(netsnmp_variable_list **list, const struct subtree *lbd,
		       const struct column *column, const struct history_entry *entry)
{
	const uint32_t below[] = {CATALOGUE_OBJECTS, CATALOGUE_HISTORY, 1, column->id,
				  (uint32_t)entry->number};
	oid name[OBJECT_ID_MOST];
	size_t length = put_name(name, &lbd->base, below, sizeof(below) / sizeof(below[0]));
	netsnmp_variable_list *variable;
	struct value value;

	if (!catalogue_read_event(column, entry, clock_wall(), &value))
		return;
	variable = snmp_varlist_add_variable(list, name, length, ASN_NULL, NULL, 0);
	if (variable)
		agent_put_value(variable, &value);
}

static size_t put_id(oid name[OBJECT_ID_MOST], const struct object_id *id)
{
	return put_name(name, id, NULL, 0);
}

/* Of another MIB. */
static netsnmp_variable_list *notice_variables(const struct notice *notice)
{
	netsnmp_variable_list *list = NULL, *variable;
	oid name[OBJECT_ID_MOST];
	size_t length = put_id(name, &notice->which);

	snmp_varlist_add_variable(&list, trap_oid, OID_LENGTH(trap_oid), ASN_OBJECT_ID, name,
				  length * sizeof(*name));
	for (size_t i = 0; i < notice->count; i++) {
		length = put_id(name, &notice->objects[i].name);
		variable = snmp_varlist_add_variable(&list, name, length, ASN_NULL, NULL, 0);
		if (variable)
			agent_put_value(variable, &notice->objects[i].value);
	}
	return list;
}

static netsnmp_variable_list *make_variables(const struct subtree *lbd,
					     const struct history_entry *entry)
{
	const uint32_t below[] = {0, notification_infos[notification_for(entry->cause)].id};
	const struct table *table = history_table(lbd);
	netsnmp_variable_list *list = NULL;
	oid which[OBJECT_ID_MOST];
	size_t length = put_name(which, &lbd->base, below, 2);

	snmp_varlist_add_variable(&list, trap_oid, OID_LENGTH(trap_oid), ASN_OBJECT_ID, which,
				  length * sizeof(*which));
	for (size_t i = 0; i < notification_column_count; i++)
		for (size_t j = 0; j < table->column_count; j++)
			if (table->columns[j].id == notification_columns[i])
				add_column(&list, lbd, &table->columns[j], entry);
	return list;
}

/* --- to a master */

static int take_answer(int operation, netsnmp_session *session, int id, netsnmp_pdu *answer,
		       void *argument)
{
	struct trap *trap = argument;

	(void)id;
	if (session != trap->session || (trap->state != TRAP_SENT && trap->state != TRAP_ASKED))
		return 1;
	if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || answer->command != AGENTX_RESPONSE)
		trap->state = TRAP_DOUBT;
	else if (trap->state == TRAP_SENT && answer->errstat != SNMP_ERR_NOERROR)
		trap->state = TRAP_REFUSED;
	else
		trap->state = TRAP_TAKEN;
	return 1;
}

/* The variables become the message's. */
static bool send_message(struct trap *trap, int command, netsnmp_variable_list *variables)
{
	netsnmp_pdu *message = snmp_pdu_create(command);

	if (!message) {
		snmp_free_varbind(variables);
		return false;
	}
	message->version = AGENTX_VERSION;
	message->sessid = trap->session->sessid;
	message->variables = variables;
	if (snmp_async_send(trap->session, message, take_answer, trap) != 0)
		return true;
	snmp_free_pdu(message);
	return false;
}

/* --- both roles */

void trap_send(struct trap *trap, struct agent *agent, const struct subtree *lbd,
	       const struct outbox_item *item, int64_t now)
{
	netsnmp_variable_list *variables = item->notice ? notice_variables(item->notice)
							: make_variables(lbd, &item->entry);

	trap->begun = now;
	trap->session = agent_master(agent);
	if (!trap->session) {
		send_v2trap(variables);
		snmp_free_varbind(variables);
		trap->state = TRAP_TAKEN;
		return;
	}
	/* Before it is sent: the answer may come within. */
	trap->state = TRAP_SENT;
	if (!send_message(trap, AGENTX_NOTIFY, variables))
		trap->state = TRAP_LOST;
}

enum trap_state trap_go_on(struct trap *trap, struct agent *agent)
{
	enum trap_state state;

	if (trap->state != TRAP_IDLE && trap->state < TRAP_TAKEN &&
	    trap->session != agent_master(agent))
		trap->state = TRAP_LOST;
	if (trap->state == TRAP_DOUBT) {
		trap->state = TRAP_ASKED;
		if (!send_message(trap, AGENTX_PING, NULL))
			trap->state = TRAP_DOUBT;
	}
	state = trap->state;
	if (state >= TRAP_TAKEN)
		trap->state = TRAP_IDLE;
	return state;
}
