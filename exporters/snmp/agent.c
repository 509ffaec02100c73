/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The agent: the library's life, its loop, and the answers. */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/agent/net-snmp-agent-includes.h>
#include <net-snmp/agent/agent_callbacks.h>
#include <net-snmp/agent/agent_sysORTable.h>
#include <net-snmp/agent/sysORTable.h>
#include <net-snmp/library/large_fd_set.h>
#include <net-snmp/library/lcd_time.h>

#include "exporters/snmp/agent.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/text.h"
#include "exporters/snmp/listener.h"

#define NAME "lbd-snmp"
/* Boots are counted from 2026-01-01 in seconds: RFC 3414 wants a number that grows with every start,
 * and nothing has to be kept for that. */
#define BOOTS_BEGIN 1767225600

struct agent {
	const struct agent_options *options;
	const struct subtree *subtrees;
	size_t count;
	struct walks *walks;
	struct stat_exporter *row;
	netsnmp_session *master;
	int64_t now;       /* when the first request of this round was answered; 0: none was */
	uint64_t answered; /* in this round */
	char last_line[256]; /* what the library said last */
	int64_t last_said;
};

/* The library calls back without an argument. */
static struct agent *the_agent;

/* --- answering ---------------------------------------------------------------------------------- */

void agent_put_value(netsnmp_variable_list *variable, const struct value *value)
{
	long number = (long)value->number;
	struct counter64 counter = {.high = value->number >> 32,
				    .low = value->number & 0xffffffffu};
	oid ids[OBJECT_ID_MOST];

	switch (value->type) {
	case VALUE_INTEGER:
		snmp_set_var_typed_value(variable, ASN_INTEGER, &number, sizeof(number));
		break;
	case VALUE_UNSIGNED:
		snmp_set_var_typed_value(variable, ASN_GAUGE, &number, sizeof(number));
		break;
	case VALUE_TICKS:
		snmp_set_var_typed_value(variable, ASN_TIMETICKS, &number, sizeof(number));
		break;
	case VALUE_COUNTER:
		snmp_set_var_typed_value(variable, ASN_COUNTER64, &counter, sizeof(counter));
		break;
	case VALUE_COUNTER32:
		snmp_set_var_typed_value(variable, ASN_COUNTER, &number, sizeof(number));
		break;
	case VALUE_IP:
		snmp_set_var_typed_value(variable, ASN_IPADDRESS, value->octets, value->length);
		break;
	case VALUE_OCTETS:
		snmp_set_var_typed_value(variable, ASN_OCTET_STR, value->octets, value->length);
		break;
	case VALUE_OBJECT_ID:
		for (size_t i = 0; i < value->object_id.count; i++)
			ids[i] = value->object_id.ids[i];
		snmp_set_var_typed_value(variable, ASN_OBJECT_ID, ids,
					 value->object_id.count * sizeof(*ids));
		break;
	}
}

/* The part of a name below the subtree's root; a name that is before the root has none. False when
 * it is after everything below the root. */
static bool below(const struct subtree *subtree, const netsnmp_variable_list *variable,
		  struct object_id *id)
{
	const struct object_id *base = &subtree->base;
	size_t i;

	id->count = 0;
	for (i = 0; i < base->count && i < variable->name_length; i++)
		if (variable->name[i] != base->ids[i])
			return variable->name[i] < base->ids[i];
	for (; i < variable->name_length; i++)
		/* A longer one cannot be ours either; what is cut off comes after what is left. */
		if (!object_id_add(id, variable->name[i] > UINT32_MAX ? UINT32_MAX
								      : (uint32_t)variable->name[i]))
			break;
	return true;
}

static void answer_get(struct agent *agent, size_t which, netsnmp_agent_request_info *info,
		       netsnmp_request_info *request)
{
	const struct view *view = walk_newest(agent->walks, agent->now);
	enum view_found found = VIEW_NO_OBJECT;
	struct object_id id;
	struct value value;

	if (below(&agent->subtrees[which], request->requestvb, &id))
		found = view_get(view, which, id.ids, id.count, &value);
	if (found == VIEW_FOUND)
		agent_put_value(request->requestvb, &value);
	else
		netsnmp_set_request_error(info, request,
					  found == VIEW_NO_OBJECT ? SNMP_NOSUCHOBJECT
								  : SNMP_NOSUCHINSTANCE);
}

/* Tells managers apart, by address and port: what the library has of a transport begins with them. Over
 * AgentX nothing is known of who asks (RFC 2741). */
static uint64_t who_asks(const struct agent *agent, const netsnmp_pdu *pdu)
{
	const struct sockaddr *remote = pdu->transport_data;
	size_t length = (size_t)pdu->transport_data_length;
	uint32_t words[5] = {0};

	if (agent->options->agentx || !remote)
		return 0;
	if (length >= sizeof(struct sockaddr_in) && remote->sa_family == AF_INET) {
		const struct sockaddr_in *address = pdu->transport_data;

		words[0] = address->sin_port;
		memcpy(words + 1, &address->sin_addr, sizeof(address->sin_addr));
	} else if (length >= sizeof(struct sockaddr_in6) && remote->sa_family == AF_INET6) {
		const struct sockaddr_in6 *address = pdu->transport_data;

		words[0] = address->sin6_port;
		memcpy(words + 1, &address->sin6_addr, sizeof(address->sin6_addr));
	} else {
		return 0;
	}
	return object_id_hash(words, 5);
}

static bool find_next(struct agent *agent, size_t which, uint64_t who,
		      const netsnmp_request_info *request, const struct object_id *id,
		      struct object_id *found, struct value *value)
{
	const struct view *view =
		walk_next(agent->walks, who, which, id->ids, id->count, agent->now);
	bool there = request->inclusive &&
		     view_get(view, which, id->ids, id->count, value) == VIEW_FOUND;

	if (there)
		*found = *id;
	else
		there = view_next(view, which, id->ids, id->count, found, value);
	if (there)
		walk_answered(agent->walks, who, which, view, found);
	return there;
}

/* At the end of the subtree the variable stays as it is: the library asks the next one. */
static void answer_next(struct agent *agent, size_t which, uint64_t who,
			netsnmp_request_info *request)
{
	const struct object_id *base = &agent->subtrees[which].base;
	struct object_id id, found;
	struct value value;
	oid name[2 * OBJECT_ID_MOST];

	if (!below(&agent->subtrees[which], request->requestvb, &id) ||
	    !find_next(agent, which, who, request, &id, &found, &value))
		return;
	for (size_t i = 0; i < base->count; i++)
		name[i] = base->ids[i];
	for (size_t i = 0; i < found.count; i++)
		name[base->count + i] = found.ids[i];
	snmp_set_var_objid(request->requestvb, name, base->count + found.count);
	agent_put_value(request->requestvb, &value);
}

static void answer_set(struct agent *agent, size_t which, netsnmp_agent_request_info *info,
		       netsnmp_request_info *request)
{
	struct object_id id;

	if (!below(&agent->subtrees[which], request->requestvb, &id))
		id.count = 0;
	set_step(agent->options->setter, agent->walks, which, &id, info, request);
}

static int answer(netsnmp_mib_handler *handler, netsnmp_handler_registration *registration,
		  netsnmp_agent_request_info *info, netsnmp_request_info *requests)
{
	size_t which = (size_t)((const struct subtree *)handler->myvoid - the_agent->subtrees);

	(void)registration;
	if (the_agent->now == 0)
		the_agent->now = clock_now();
	for (; requests; requests = requests->next) {
		if (requests->processed)
			continue;
		if (info->mode == MODE_GET)
			answer_get(the_agent, which, info, requests);
		else if (info->mode == MODE_GETNEXT)
			answer_next(the_agent, which, who_asks(the_agent, info->asp->pdu), requests);
		else
			answer_set(the_agent, which, info, requests);
		the_agent->answered++;
	}
	return SNMP_ERR_NOERROR;
}

static bool register_subtree(struct agent *agent, size_t which)
{
	const struct subtree *subtree = &agent->subtrees[which];
	netsnmp_handler_registration *registration;
	oid base[OBJECT_ID_MOST];

	for (size_t i = 0; i < subtree->base.count; i++)
		base[i] = subtree->base.ids[i];
	registration = netsnmp_create_handler_registration(subtree->name, answer, base,
							   subtree->base.count, HANDLER_CAN_RWRITE);
	if (!registration)
		return false;
	registration->handler->myvoid = (void *)(uintptr_t)subtree;
	if (netsnmp_register_handler(registration) != MIB_REGISTERED_OK)
		return false;
	REGISTER_SYSOR_TABLE(base, subtree->base.count, subtree->description);
	return true;
}

/* --- what the library says ---------------------------------------------------------------------- */

/* The same line again is news once a minute at most. What it says of coming and going of the master
 * we say ourselves, with the socket and what it means. */
static int take_line(int major, int minor, void *line, void *argument)
{
	const struct snmp_log_message *message = line;
	struct agent *agent = the_agent;
	int64_t now = clock_now();
	char text[sizeof(agent->last_line)] = "";

	(void)major;
	(void)minor;
	(void)argument;
	if (message->priority > LOG_LEVEL_WARNING || strstr(message->msg, "AgentX master agent"))
		return 0;
	TEXT_APPEND(text, "%.*s", (int)strcspn(message->msg, "\n"), message->msg);
	if (strcmp(text, agent->last_line) == 0 && now - agent->last_said < 60 * CLOCK_SECOND)
		return 0;
	TEXT_COPY(agent->last_line, text);
	agent->last_said = now;
	log_write(message->priority <= LOG_LEVEL_ERROR ? LOG_LEVEL_ERROR : LOG_LEVEL_WARNING,
		  "net-snmp: %s", text);
	return 0;
}

/* While there is a master the interval is that of pings; else that of tries. The library reads it
 * when it sets one or the other up. */
static void set_interval(int seconds)
{
	netsnmp_ds_set_int(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_AGENTX_PING_INTERVAL,
			   seconds);
}

static int master_came(int major, int minor, void *session, void *argument)
{
	struct agent *agent = the_agent;

	(void)major;
	(void)minor;
	(void)argument;
	agent->master = session;
	/* Or it would send a notification again and again to a master that stands still, which takes all. */
	agent->master->retries = 0;
	set_interval(AGENT_PING);
	log_notice("the AgentX master at %s has taken us on", agent->options->agentx);
	return 0;
}

static int master_went(int major, int minor, void *session, void *argument)
{
	struct agent *agent = the_agent;

	(void)major;
	(void)minor;
	(void)argument;
	(void)session;
	agent->master = NULL;
	log_warning("the AgentX master at %s is gone, or does not answer; trying again every %d s",
		    agent->options->agentx, AGENT_RETRY);
	own_failed(agent->row, EXPORTER_ERROR_CONNECT, 0);
	return 0;
}

/* --- the engine --------------------------------------------------------------------------------- */

/* RFC 3411's SnmpEngineID with administratively assigned text, under net-snmp's number. Before the
 * configuration file, which may say another. */
static int begin_engine(int major, int minor, void *server, void *argument)
{
	const char *text = the_agent->options->engine;
	u_char octets[32] = {0x80, 0x00, 0x1f, 0x88, 0x04};
	size_t length = strlen(text);

	(void)major;
	(void)minor;
	(void)server;
	(void)argument;
	if (length > sizeof(octets) - 5)
		length = sizeof(octets) - 5;
	memcpy(octets + 5, text, length);
	set_exact_engineID(octets, 5 + length);
	return 0;
}

/* After the library, which begins at 1: it keeps no state. */
static int count_boots(int major, int minor, void *server, void *argument)
{
	int boots = (int)(time(NULL) - BOOTS_BEGIN);
	size_t length;
	u_char *engine = snmpv3_generate_engineID(&length);
	char text[32];

	(void)major;
	(void)minor;
	(void)server;
	(void)argument;
	if (boots > 0 && engine) {
		/* It adds one, as for the number of the last time. */
		snprintf(text, sizeof(text), "%d", boots - 1);
		engineBoots_conf("engineBoots", text);
		set_enginetime(engine, (u_int)length, (u_int)boots,
			       (u_int)snmpv3_local_snmpEngineTime(), TRUE);
	}
	free(engine);
	return 0;
}

/* --- its life ----------------------------------------------------------------------------------- */

static void set_library(bool on, int which)
{
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, which, on);
}

/* No file is read but the one that was named, none is written, and no MIB is parsed. */
static void prepare_library(const struct agent_options *options)
{
	char no_smux[] = "-smux";

	setenv("MIBS", "", 1);
	snmp_disable_log();
	snmp_enable_calllog();
	set_library(true, NETSNMP_DS_LIB_DONT_READ_CONFIGS);
	set_library(true, NETSNMP_DS_LIB_DONT_PERSIST_STATE);
	set_library(true, NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD);
	set_library(true, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE);
	if (options->config)
		netsnmp_ds_set_string(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_OPTIONALCONFIG,
				      options->config);
	netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_NO_CONNECTION_WARNINGS,
			       1);
	if (options->agentx) {
		netsnmp_ds_set_boolean(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_ROLE, 1);
		netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_X_SOCKET,
				      options->agentx);
		netsnmp_ds_set_int(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_RETRIES, 0);
		netsnmp_ds_set_int(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_TIMEOUT, AGENT_PATIENCE);
	} else {
		/* The peer protocol of former times listens on a port of its own. */
		add_to_init_list(no_smux);
		netsnmp_ds_set_string(NETSNMP_DS_APPLICATION_ID, NETSNMP_DS_AGENT_PORTS,
				      options->listen);
	}
}

/* Without an argument: what is given as one, the library frees in the end. */
static void register_callbacks(bool subagent)
{
	snmp_register_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_LOGGING, take_line, NULL);
	if (subagent) {
		snmp_register_callback(SNMP_CALLBACK_APPLICATION, SNMPD_CALLBACK_INDEX_START,
				       master_came, NULL);
		snmp_register_callback(SNMP_CALLBACK_APPLICATION, SNMPD_CALLBACK_INDEX_STOP,
				       master_went, NULL);
		return;
	}
	snmp_register_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_PRE_PREMIB_READ_CONFIG,
			       begin_engine, NULL);
	netsnmp_register_callback(SNMP_CALLBACK_LIBRARY, SNMP_CALLBACK_POST_READ_CONFIG,
				  count_boots, NULL, NETSNMP_CALLBACK_LOWEST_PRIORITY);
}

/* The library would go on without it, and nobody could ask. */
static bool can_read(const char *config)
{
	if (!config || access(config, R_OK) == 0)
		return true;
	log_error("cannot read %s, which says who may ask: %s; it is for the group lbd-read: "
		  "chown root:lbd-read, chmod 640",
		  config, strerror(errno));
	return false;
}

static bool start(struct agent *agent)
{
	if (!can_read(agent->options->config))
		return false;
	if (init_agent(NAME) != 0) {
		log_error("the SNMP library does not start");
		return false;
	}
	set_interval(AGENT_RETRY);
	for (size_t i = 0; i < agent->count; i++)
		if (!register_subtree(agent, i)) {
			log_error("%s cannot be registered", agent->subtrees[i].name);
			return false;
		}
	init_snmp(NAME);
	if (agent->options->agentx) {
		if (!agent->master)
			log_notice("no AgentX master at %s yet; trying every %d s",
				   agent->options->agentx, AGENT_RETRY);
	} else if (!listener_open()) {
		own_failed(agent->row, EXPORTER_ERROR_CONNECT, 0);
		return false;
	}
	return true;
}

struct agent *agent_open(const struct agent_options *options, const struct subtree *subtrees,
			 size_t count, struct walks *walks, struct stat_exporter *row)
{
	struct agent *agent = memory_new(sizeof(*agent));

	agent->options = options;
	agent->subtrees = subtrees;
	agent->count = count;
	agent->walks = walks;
	agent->row = row;
	the_agent = agent;
	prepare_library(options);
	register_callbacks(options->agentx != NULL);
	if (!start(agent)) {
		agent_close(agent);
		return NULL;
	}
	return agent;
}

void agent_close(struct agent *agent)
{
	snmp_shutdown(NAME);
	shutdown_agent();
	the_agent = NULL;
	free(agent);
}

bool agent_is_up(const struct agent *agent)
{
	return agent->master || !agent->options->agentx;
}

int64_t agent_uptime(const struct agent *agent)
{
	(void)agent;
	/* The master tells its own with every answer of its, and the library keeps to it. */
	return (int64_t)netsnmp_get_agent_uptime() * CLOCK_CENTISECOND;
}

struct snmp_session *agent_master(const struct agent *agent)
{
	return agent->master;
}

/* --- the loop ----------------------------------------------------------------------------------- */

static unsigned take_extra(netsnmp_large_fd_set *set, const int *extra, size_t count)
{
	unsigned ready = 0;

	for (size_t i = 0; i < count; i++)
		if (extra[i] >= 0 && NETSNMP_LARGE_FD_ISSET(extra[i], set)) {
			ready |= 1u << i;
			NETSNMP_LARGE_FD_CLR(extra[i], set);
		}
	return ready;
}

static int wait_for(netsnmp_large_fd_set *set, const int *extra, size_t count, int64_t timeout)
{
	struct timeval until = {.tv_sec = timeout / CLOCK_SECOND,
				.tv_usec = timeout % CLOCK_SECOND / CLOCK_MICROSECOND};
	int highest = 0, block = 0;

	snmp_select_info2(&highest, set, &until, &block);
	for (size_t i = 0; i < count; i++)
		if (extra[i] >= 0) {
			NETSNMP_LARGE_FD_SET(extra[i], set);
			if (extra[i] >= highest)
				highest = extra[i] + 1;
		}
	return netsnmp_large_fd_set_select(highest, set, NULL, NULL, &until);
}

/* One look at everything; the bits of `extra`. */
static unsigned go_round(struct agent *agent, const int *extra, size_t extra_count, int64_t timeout)
{
	netsnmp_large_fd_set set;
	unsigned ready = 0;
	int count;

	agent->now = 0;
	agent->answered = 0;
	if (agent->master)
		set_interval(AGENT_RETRY); /* its pings are set up */
	netsnmp_large_fd_set_init(&set, FD_SETSIZE);
	NETSNMP_LARGE_FD_ZERO(&set);
	count = wait_for(&set, extra, extra_count, timeout);
	if (count > 0) {
		ready = take_extra(&set, extra, extra_count);
		snmp_read2(&set);
		if (agent->answered > 0)
			own_succeeded(agent->row, agent->answered, 0, clock_now() - agent->now);
	} else if (count < 0 && errno != EINTR) {
		own_error(agent->row, EXPORTER_ERROR_IO, 1);
	}
	netsnmp_large_fd_set_cleanup(&set);
	run_alarms();
	netsnmp_check_outstanding_agent_requests();
	return ready;
}

/* Over AgentX a request takes three rounds, in one of which it is answered: the library passes it to
 * itself through pipes. So the clock, which is a system call on some machines, is looked at when there
 * was an answer, or none in as many rounds. */
#define ROUNDS_OF_REQUEST 3

unsigned agent_wait(struct agent *agent, const int *extra, size_t extra_count, int64_t timeout,
		    bool once)
{
	int64_t until = clock_now() + timeout;
	unsigned rounds = 0, ready;

	do {
		ready = go_round(agent, extra, extra_count, timeout);
		if (agent->now == 0 && ++rounds == ROUNDS_OF_REQUEST)
			agent->now = clock_now();
		if (agent->now != 0) {
			timeout = until - agent->now;
			rounds = 0;
		}
	} while (!ready && !once && timeout > 0);
	/* Looks at the clock for each session: not in every round. */
	snmp_timeout();
	return ready;
}
