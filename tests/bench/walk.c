/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Not a test: a manager that costs next to nothing, for measuring agents.
 *
 *   walk PEER SECONDS REPETITIONS OID...
 *
 * walks what is below each OID by GETBULK of SNMPv2c, community "public", for so many seconds at most:
 * a datagram of the first, one of the second, and so on, so that what is compared meets the same
 * machine. Prints a line for each: how many objects came, how many microseconds each took, the same of
 * the median of all datagrams, and whether that was "all" or a "part". Ends with 1 when there is no
 * answer, or the order of objects is wrong.
 */
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>

#include <inttypes.h>
#include <malloc.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ANSWER_WITHIN 60000000 /* us: an agent may need long for a whole datagram */
#define WALKS_MOST 64
#define DATAGRAMS_MOST 20000

struct walk {
	oid root[MAX_OID_LEN], last[MAX_OID_LEN];
	size_t root_length, last_length;
	uint64_t objects;
	int64_t took;                 /* us */
	double each[DATAGRAMS_MOST]; /* us an object */
	size_t datagrams;
	bool ended;
};

static long repetitions;

static int64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000000 + time.tv_nsec / 1000;
}

static void die(const char *what)
{
	fprintf(stderr, "walk: %s\n", what);
	exit(1);
}

static netsnmp_session *open_session(char *peer)
{
	netsnmp_session session, *opened;

	snmp_sess_init(&session);
	session.version = SNMP_VERSION_2c;
	session.peername = peer;
	session.community = (u_char *)"public";
	session.community_len = strlen("public");
	session.timeout = ANSWER_WITHIN;
	session.retries = 1;
	opened = snmp_open(&session);
	if (!opened)
		die("no session");
	return opened;
}

/* False when it is not below the root any more. */
static bool take(struct walk *walk, const netsnmp_variable_list *variable)
{
	if (variable->type == SNMP_ENDOFMIBVIEW ||
	    snmp_oidtree_compare(walk->root, walk->root_length, variable->name,
				 variable->name_length) != 0)
		return false;
	if (snmp_oid_compare(walk->last, walk->last_length, variable->name,
			     variable->name_length) >= 0)
		die("an object that is not greater than the one before");
	memcpy(walk->last, variable->name, variable->name_length * sizeof(oid));
	walk->last_length = variable->name_length;
	walk->objects++;
	return true;
}

static int take_answer(int operation, netsnmp_session *session, int id, netsnmp_pdu *answer,
		       void *argument)
{
	struct walk *walk = argument;

	(void)session;
	(void)id;
	if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE ||
	    answer->errstat != SNMP_ERR_NOERROR || !answer->variables)
		die("no answer");
	for (netsnmp_variable_list *at = answer->variables; !walk->ended && at;
	     at = at->next_variable)
		walk->ended = !take(walk, at);
	return 1;
}

/* One request. What it takes is the agent's time, until the answer is there: to take that to pieces is the
 * manager's. */
static void go_on(struct walk *walk, netsnmp_session *session)
{
	netsnmp_pdu *request = snmp_pdu_create(SNMP_MSG_GETBULK);
	struct pollfd answer = {.fd = snmp_sess_transport(snmp_sess_pointer(session))->sock,
				.events = POLLIN};
	uint64_t before = walk->objects;
	int64_t begun, took;
	fd_set readable;

	request->non_repeaters = 0;
	request->max_repetitions = repetitions;
	snmp_add_null_var(request, walk->last, walk->last_length);
	begun = now();
	if (!snmp_async_send(session, request, take_answer, walk) ||
	    poll(&answer, 1, ANSWER_WITHIN / 1000) != 1)
		die("no answer");
	took = now() - begun;
	FD_ZERO(&readable);
	FD_SET(answer.fd, &readable);
	snmp_read(&readable);
	walk->took += took;
	if (walk->objects > before && walk->datagrams < DATAGRAMS_MOST)
		walk->each[walk->datagrams++] = (double)took / (double)(walk->objects - before);
}

static int order(const void *left, const void *right)
{
	const double *a = left, *b = right;

	return *a < *b ? -1 : *a > *b;
}

static void report(struct walk *walk)
{
	qsort(walk->each, walk->datagrams, sizeof(walk->each[0]), order);
	printf("%" PRIu64 " %.1f %.1f %s\n", walk->objects,
	       (double)walk->took / (double)(walk->objects ? walk->objects : 1),
	       walk->each[walk->datagrams / 2], walk->ended ? "all" : "part");
}

static void begin(struct walk *walk, const char *root)
{
	walk->root_length = MAX_OID_LEN;
	if (!read_objid(root, walk->root, &walk->root_length))
		die("no object identifier");
	memcpy(walk->last, walk->root, sizeof(walk->last));
	walk->last_length = walk->root_length;
}

int main(int count, char **values)
{
	static struct walk walks[WALKS_MOST];
	netsnmp_session *session;
	int roots = count - 4, ended = 0;
	int64_t until;

	if (roots < 1 || roots > WALKS_MOST)
		return 2;
	/* Or each datagram's memory is given back, and had again, page by page. */
	mallopt(M_TRIM_THRESHOLD, 1 << 26);
	setenv("MIBS", "", 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_READ_CONFIGS, 1);
	netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, NETSNMP_DS_LIB_DONT_PERSIST_STATE, 1);
	init_snmp("walk");
	repetitions = strtol(values[3], NULL, 10);
	for (int i = 0; i < roots; i++)
		begin(&walks[i], values[4 + i]);
	session = open_session(values[1]);
	until = now() + strtol(values[2], NULL, 10) * 1000000;
	while (ended < roots && now() < until)
		for (int i = 0; i < roots; i++)
			if (!walks[i].ended) {
				go_on(&walks[i], session);
				ended += walks[i].ended;
			}
	for (int i = 0; i < roots; i++)
		report(&walks[i]);
	snmp_close(session);
	return 0;
}
