/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The phases of a SET. */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>

#include "exporters/snmp/set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"

/* Under which the library keeps a variable's change from phase to phase. */
#define KEPT "lbd"
#define REQUESTER 96

struct kept {
	struct change change;
	int64_t before;
	bool done; /* it is another value now than before */
};

/* --- who asks ----------------------------------------------------------------------------------- */

static void add_address(char *text, size_t size, const netsnmp_agent_session *session)
{
	netsnmp_transport *transport = snmp_sess_transport(snmp_sess_pointer(session->session));
	const netsnmp_pdu *pdu = session->pdu;
	char *address, *ours;

	if (!transport || !transport->f_fmtaddr)
		return;
	/* "UDP: [192.0.2.1]:40000->[192.0.2.2]:1161" */
	address = transport->f_fmtaddr(transport, pdu->transport_data, pdu->transport_data_length);
	ours = address ? strstr(address, "->") : NULL;
	if (ours)
		*ours = '\0';
	if (address)
		text_append(text, size, " at %s", address);
	free(address);
}

/* A community is a password: it is not told. Over AgentX nothing is known of who asks (RFC 2741). */
static void name_requester(const struct setter *setter, const netsnmp_agent_request_info *info,
			   char text[REQUESTER])
{
	const netsnmp_pdu *pdu = info->asp->pdu;

	text[0] = '\0';
	if (setter->subagent) {
		text_append(text, REQUESTER, "snmpd, for one of its managers");
		return;
	}
	if (pdu->version == SNMP_VERSION_3)
		text_append(text, REQUESTER, "SNMPv3 user %.*s", (int)pdu->securityNameLen,
			    pdu->securityName ? pdu->securityName : "");
	else
		text_append(text, REQUESTER, "an SNMPv%s community",
			    pdu->version == SNMP_VERSION_1 ? "1" : "2c");
	add_address(text, REQUESTER, info->asp);
}

/* --- phases ------------------------------------------------------------------------------------- */

static void refuse(const struct setter *setter, netsnmp_agent_request_info *info,
		   netsnmp_request_info *request, int error, enum exporter_error reason)
{
	own_failed(setter->row, reason, 0);
	netsnmp_set_request_error(info, request, error);
}

static int error_of(enum change_check check)
{
	switch (check) {
	case CHANGE_WRONG_VALUE:
		return SNMP_ERR_WRONGVALUE;
	case CHANGE_INCONSISTENT:
		return SNMP_ERR_INCONSISTENTVALUE;
	case CHANGE_READ_ONLY:
		return SNMP_ERR_NOTWRITABLE;
	case CHANGE_POSSIBLE:
		break;
	}
	return SNMP_ERR_NOERROR;
}

static void look(const struct setter *setter, struct walks *walks, size_t which,
		 const struct object_id *id, netsnmp_agent_request_info *info,
		 netsnmp_request_info *request)
{
	const netsnmp_variable_list *variable = request->requestvb;
	bool integer = variable->type == ASN_INTEGER && variable->val_len == sizeof(long);
	struct kept *kept = memory_new(sizeof(*kept));
	enum change_check check = CHANGE_POSSIBLE;
	enum view_found found =
		setter->writable ? view_change(walk_newest(walks, clock_now()), which, id->ids,
					       id->count, integer ? *variable->val.integer : -1,
					       &kept->change, &check)
				 : VIEW_NO_OBJECT;

	if (found == VIEW_NO_OBJECT)
		refuse(setter, info, request, SNMP_ERR_NOTWRITABLE, EXPORTER_ERROR_PERMISSION);
	else if (!integer)
		refuse(setter, info, request, SNMP_ERR_WRONGTYPE, EXPORTER_ERROR_PROTOCOL);
	else if (found == VIEW_NO_INSTANCE)
		refuse(setter, info, request, SNMP_ERR_NOCREATION, EXPORTER_ERROR_PROTOCOL);
	else if (check != CHANGE_POSSIBLE)
		refuse(setter, info, request, error_of(check),
		       check == CHANGE_READ_ONLY ? EXPORTER_ERROR_PERMISSION
						 : EXPORTER_ERROR_PROTOCOL);
	else
		netsnmp_request_add_list_data(request, netsnmp_create_data_list(KEPT, kept, free));
	if (found != VIEW_FOUND || !integer || check != CHANGE_POSSIBLE)
		free(kept);
}

static bool is_in_force(enum set_result result)
{
	return result == SET_RESULT_APPLIED || result == SET_RESULT_UNCHANGED;
}

static void act(const struct setter *setter, struct kept *kept, netsnmp_agent_request_info *info,
		netsnmp_request_info *request)
{
	int64_t begun = clock_now();
	char requester[REQUESTER];
	enum set_result result;

	name_requester(setter, info, requester);
	result = change_ask(setter->run_dir, &kept->change, requester, &kept->before);
	kept->done = result == SET_RESULT_APPLIED;
	if (is_in_force(result)) {
		own_succeeded(setter->row, 1, 0, clock_now() - begun);
		return;
	}
	log_warning("a SET of %s, by %s, was not applied: %s",
		    set_text(&set_setting, kept->change.setting), requester,
		    set_text(&set_set_result, result));
	refuse(setter, info, request, SNMP_ERR_COMMITFAILED, EXPORTER_ERROR_UNAVAILABLE);
}

/* Another variable of the same request could not be set. */
static void undo(const struct setter *setter, struct kept *kept, netsnmp_agent_request_info *info,
		 netsnmp_request_info *request)
{
	char requester[REQUESTER], back[REQUESTER] = "";
	int64_t before;

	if (!kept->done)
		return;
	kept->change.value = kept->before;
	name_requester(setter, info, requester);
	TEXT_APPEND(back, "undone: %s", requester);
	if (!is_in_force(change_ask(setter->run_dir, &kept->change, back, &before)))
		refuse(setter, info, request, SNMP_ERR_UNDOFAILED, EXPORTER_ERROR_UNAVAILABLE);
}

void set_step(const struct setter *setter, struct walks *walks, size_t which,
	      const struct object_id *id, netsnmp_agent_request_info *info,
	      netsnmp_request_info *request)
{
	struct kept *kept = netsnmp_request_get_list_data(request, KEPT);

	switch (info->mode) {
	case MODE_SET_RESERVE1:
		look(setter, walks, which, id, info, request);
		break;
	case MODE_SET_ACTION:
		if (kept)
			act(setter, kept, info, request);
		walk_renew(walks);
		break;
	case MODE_SET_UNDO:
		if (kept)
			undo(setter, kept, info, request);
		walk_renew(walks);
		break;
	default: /* RESERVE2, COMMIT, FREE: nothing is left to do; the library frees what was kept */
		break;
	}
}
