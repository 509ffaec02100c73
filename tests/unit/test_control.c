/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The control socket: frames, requests, the file and its rights, and a server with clients that
 * ask, follow, dawdle and misbehave. Each client is a process of its own, the server is this one.
 */
#include "control/control.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "control/frame.h"
#include "control/journal.h"
#include "control/peer.h"
#include "control/request.h"
#include "control/resolve.h"
#include "control/server.h"
#include "tests/unit/unit.h"

#define POLL (2 * CLOCK_MILLISECOND)
#define PATIENCE 30000
/* Small, so that it rotates soon. */
#define LIMIT 65536
#define NOBODY 65534

static struct {
	char directory[64];
	struct loop *loop;
	struct journal *journal;
	struct server *server;
	struct loop_timer *poll;
	pid_t client;
	int status;
	void (*act)(void); /* what the site does while the client is at work */
	uint64_t reload;   /* asked for, not answered */
	bool refuse_reload;
	struct request_set set; /* asked for under this number, not answered */
	uint64_t set_number;
} site;

/* --- in the client's process ----------------------------------------------------------------- */

#define EXPECT(condition) \
	do { \
		if (!(condition)) { \
			fprintf(stderr, "\nclient, line %d: %s\n", __LINE__, #condition); \
			return 1; \
		} \
	} while (0)

static bool send_events(struct control_client *client, uint64_t since, uint64_t last,
			uint64_t limit, bool follow)
{
	Lbd__EventsRequest what = LBD__EVENTS_REQUEST__INIT;
	Lbd__Request request = LBD__REQUEST__INIT;

	what.has_since = what.has_last = what.has_limit = what.has_follow = 1;
	what.since = since;
	what.last = last;
	what.limit = limit;
	what.follow = follow;
	request.what_case = LBD__REQUEST__WHAT_EVENTS;
	request.events = &what;
	return control_send(client, &request);
}

static bool send_event(struct control_client *client, uint64_t number)
{
	Lbd__EventRequest what = LBD__EVENT_REQUEST__INIT;
	Lbd__Request request = LBD__REQUEST__INIT;

	what.has_number = 1;
	what.number = number;
	request.what_case = LBD__REQUEST__WHAT_EVENT;
	request.event = &what;
	return control_send(client, &request);
}

static bool send_status(struct control_client *client)
{
	Lbd__StatusRequest what = LBD__STATUS_REQUEST__INIT;
	Lbd__Request request = LBD__REQUEST__INIT;

	request.what_case = LBD__REQUEST__WHAT_STATUS;
	request.status = &what;
	return control_send(client, &request);
}

static bool send_reload(struct control_client *client)
{
	Lbd__ReloadRequest what = LBD__RELOAD_REQUEST__INIT;
	Lbd__Request request = LBD__REQUEST__INIT;

	request.what_case = LBD__REQUEST__WHAT_RELOAD;
	request.reload = &what;
	return control_send(client, &request);
}

/* The kind of the next reply, and a number of it: event, lost events, newest, error code. */
static int next(struct control_client *client, uint64_t *number)
{
	Lbd__Reply *reply = control_receive(client, PATIENCE);
	int kind = reply ? (int)reply->what_case : -1;

	*number = 0;
	if (kind == LBD__REPLY__WHAT_EVENT)
		*number = reply->event->number;
	if (kind == LBD__REPLY__WHAT_LOST)
		*number = reply->lost->count;
	if (kind == LBD__REPLY__WHAT_END)
		*number = reply->end->newest;
	if (kind == LBD__REPLY__WHAT_ERROR)
		*number = reply->error->code;
	if (kind == LBD__REPLY__WHAT_RELOADED)
		*number = reply->reloaded->generation;
	if (reply)
		lbd__reply__free_unpacked(reply, NULL);
	return kind;
}

#define EXPECT_NEXT(client, kind, value) \
	do { \
		uint64_t number_; \
		int kind_ = next((client), &number_); \
		if (kind_ != (int)(kind) || number_ != (uint64_t)(value)) { \
			fprintf(stderr, "\nclient, line %d: got kind %d, number %llu\n", __LINE__, \
				kind_, (unsigned long long)number_); \
			return 1; \
		} \
	} while (0)
#define EVENT LBD__REPLY__WHAT_EVENT
#define LOST LBD__REPLY__WHAT_LOST
#define END LBD__REPLY__WHAT_END
#define ERROR LBD__REPLY__WHAT_ERROR

/* --- the site -------------------------------------------------------------------------------- */

static Lbd__Status *read_status(void *argument)
{
	Lbd__Status *status = memory_new(sizeof(*status));

	(void)argument;
	lbd__status__init(status);
	status->host = memory_string("test");
	return status;
}

static bool ask_reload(uint64_t request, void *argument)
{
	(void)argument;
	if (site.refuse_reload)
		return false;
	site.reload = request;
	return true;
}

static enum set_result ask_set(uint64_t request, const struct request_set *set, int64_t until,
			       void *argument)
{
	(void)argument;
	CU_ASSERT(until > clock_now());
	if (set->value == 13)
		return SET_RESULT_RANGE;
	site.set = *set;
	site.set_number = request;
	return SET_RESULT_APPLIED;
}

static const struct server_hooks hooks = {
	.status = read_status, .reload = ask_reload, .set = ask_set};

static void append(unsigned count)
{
	struct event event;

	for (unsigned i = 0; i < count; i++) {
		event_begin(&event, CAUSE_VRRP_STARTED, "VI_1", "", "backup");
		UNIT_NUMBER(journal_append(site.journal, &event), 0);
	}
	server_events(site.server);
}

static void poll_client(void *argument)
{
	(void)argument;
	if (site.act)
		site.act();
	if (waitpid(site.client, &site.status, WNOHANG) == site.client) {
		loop_stop(site.loop);
		return;
	}
	loop_timer_at(site.poll, clock_now() + POLL);
}

static void path_of(const char *name, char path[128])
{
	snprintf(path, 128, "%s/%s", site.directory, name);
}

static void begin(void)
{
	struct journal_found found;
	char path[128], why[256];
	int fd;

	memset(&site, 0, sizeof(site));
	strcpy(site.directory, "/tmp/lbd-control-XXXXXX");
	CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(site.directory));
	UNIT_NUMBER(chmod(site.directory, 0755), 0);
	path_of("journal", path);
	UNIT_NUMBER(mkdir(path, 0700), 0);
	site.loop = loop_new();
	site.journal = journal_open(path, LIMIT, &found);
	UNIT_NUMBER(found.error, 0);
	path_of(CONTROL_SOCKET, path);
	fd = peer_listen(path, (uid_t)-1, (gid_t)-1, why, sizeof(why));
	CU_ASSERT_FATAL(fd >= 0);
	site.server = server_new(site.loop, (const int[]){fd, -1}, (gid_t)-1, site.journal, &hooks, NULL);
	site.poll = loop_timer_new(site.loop, poll_client, NULL);
}

static void end(void)
{
	static const char *const names[] = {"journal/current", "journal/previous", CONTROL_SOCKET};
	char path[128];

	server_free(site.server);
	journal_close(site.journal);
	loop_timer_free(site.poll);
	loop_free(site.loop);
	for (size_t i = 0; i < UNIT_COUNT(names); i++) {
		path_of(names[i], path);
		unlink(path);
	}
	path_of("journal", path);
	rmdir(path);
	CU_ASSERT(rmdir(site.directory) == 0);
}

/* Runs the client beside the server until it is done. */
static void run(int (*client)(void))
{
	site.client = fork();
	CU_ASSERT_FATAL(site.client >= 0);
	if (site.client == 0)
		_exit(client());
	loop_timer_at(site.poll, clock_now());
	loop_run(site.loop);
	CU_ASSERT(WIFEXITED(site.status));
	UNIT_NUMBER(WEXITSTATUS(site.status), 0);
}

/* --- frames and requests --------------------------------------------------------------------- */

static void frames_are_bounded(void)
{
	uint8_t bytes[FRAME_HEAD + 5] = {0};
	size_t length;

	frame_head(bytes, 5);
	for (size_t used = 0; used < sizeof(bytes); used++)
		UNIT_NUMBER(frame_look(bytes, used, 5, &length), FRAME_PARTIAL);
	UNIT_NUMBER(frame_look(bytes, sizeof(bytes), 5, &length), FRAME_WHOLE);
	UNIT_NUMBER(length, 5);
	UNIT_NUMBER(frame_look(bytes, FRAME_HEAD, 4, &length), FRAME_REFUSED);
	memset(bytes, 0xff, sizeof(bytes));
	UNIT_NUMBER(frame_look(bytes, sizeof(bytes), CONTROL_REPLY_MAX, &length), FRAME_REFUSED);
}

static void requests_are_decoded(void)
{
	Lbd__EventsRequest what = LBD__EVENTS_REQUEST__INIT;
	Lbd__Request message = LBD__REQUEST__INIT;
	struct request request;
	uint8_t bytes[64];
	size_t length;

	UNIT_NUMBER(request_decode("", 0).kind, REQUEST_MALFORMED);
	UNIT_NUMBER(request_decode("\xff\xff\xff", 3).kind, REQUEST_MALFORMED);
	what.has_since = what.has_follow = 1;
	what.since = 12;
	what.follow = 1;
	message.what_case = LBD__REQUEST__WHAT_EVENTS;
	message.events = &what;
	length = lbd__request__pack(&message, bytes);
	request = request_decode(bytes, length);
	UNIT_NUMBER(request.kind, REQUEST_EVENTS);
	UNIT_NUMBER(request.since, 12);
	UNIT_NUMBER(request.limit, 0);
	CU_ASSERT(request.follow && !request_changes(&request));
	/* Cut anywhere, it is another request or none, and nothing breaks. */
	for (size_t i = 0; i < length; i++)
		CU_ASSERT(request_decode(bytes, i).kind <= REQUEST_SET);
}

/* --- the socket's file ----------------------------------------------------------------------- */

static void socket_in_use_is_left_alone(void)
{
	char path[128], why[256];
	struct stat status;
	int fd;

	begin();
	path_of(CONTROL_SOCKET, path);
	UNIT_NUMBER(stat(path, &status), 0);
	UNIT_NUMBER(status.st_mode & 0777, PEER_SOCKET_MODE);
	UNIT_NUMBER(peer_listen(path, (uid_t)-1, (gid_t)-1, why, sizeof(why)), -1);
	CU_ASSERT(strstr(why, "is in use") != NULL);
	/* An operator's chmod outlasts lbd. */
	UNIT_NUMBER(chmod(path, 0666), 0);
	server_free(site.server);
	site.server = NULL;
	fd = peer_listen(path, (uid_t)-1, (gid_t)-1, why, sizeof(why));
	CU_ASSERT(fd >= 0);
	close(fd);
	UNIT_NUMBER(stat(path, &status), 0);
	UNIT_NUMBER(status.st_mode & 0777, 0666);
	end();
}

static void other_files_are_not_replaced(void)
{
	char path[256], why[256];
	FILE *file;

	begin();
	path_of("journal/current", path);
	file = fopen(path, "a");
	CU_ASSERT_PTR_NOT_NULL_FATAL(file);
	fclose(file);
	UNIT_NUMBER(peer_listen(path, (uid_t)-1, (gid_t)-1, why, sizeof(why)), -1);
	CU_ASSERT(strstr(why, "in the way") != NULL);
	UNIT_NUMBER(access(path, F_OK), 0);
	memset(path, 'x', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	UNIT_NUMBER(peer_listen(path, (uid_t)-1, (gid_t)-1, why, sizeof(why)), -1);
	end();
}

static int ask_without_right(void)
{
	struct control_client *client;

	EXPECT(setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
	client = control_connect(site.directory);
	EXPECT(client);
	EXPECT(send_reload(client));
	EXPECT_NEXT(client, ERROR, LBD__ERROR__CODE__FORBIDDEN);
	EXPECT(send_events(client, 0, 0, 0, false));
	EXPECT_NEXT(client, END, 0);
	control_disconnect(client);
	return 0;
}

/* Needs to be root to become somebody else. */
static void others_may_look_only(void)
{
	char path[128];

	begin();
	path_of(CONTROL_SOCKET, path);
	UNIT_NUMBER(chmod(path, 0666), 0);
	if (geteuid() == 0) {
		run(ask_without_right);
		UNIT_NUMBER(server_counters(site.server).refused, 1);
	}
	UNIT_NUMBER(site.reload, 0);
	end();
}

/* --- asking ---------------------------------------------------------------------------------- */

static int ask_everything(void)
{
	struct control_client *client = control_connect(site.directory);

	EXPECT(client);
	EXPECT(send_events(client, 0, 0, 0, false));
	for (unsigned i = 1; i <= 5; i++)
		EXPECT_NEXT(client, EVENT, i);
	EXPECT_NEXT(client, END, 5);
	EXPECT(send_events(client, 4, 0, 0, false));
	EXPECT_NEXT(client, EVENT, 4);
	EXPECT_NEXT(client, EVENT, 5);
	EXPECT_NEXT(client, END, 5);
	EXPECT(send_events(client, 0, 2, 1, false));
	EXPECT_NEXT(client, EVENT, 4);
	EXPECT_NEXT(client, END, 5);
	EXPECT(send_events(client, 0, 50, 0, false));
	EXPECT_NEXT(client, EVENT, 1);
	control_disconnect(client);

	client = control_connect(site.directory);
	EXPECT(client);
	/* Several at once are answered one after the other. */
	EXPECT(send_status(client) && send_event(client, 3) && send_event(client, 6) &&
	       send_event(client, 0));
	EXPECT_NEXT(client, LBD__REPLY__WHAT_STATUS, 0);
	EXPECT_NEXT(client, EVENT, 3);
	EXPECT_NEXT(client, ERROR, LBD__ERROR__CODE__NOT_FOUND);
	EXPECT_NEXT(client, ERROR, LBD__ERROR__CODE__NOT_FOUND);
	control_disconnect(client);
	return 0;
}

static void requests_are_answered(void)
{
	begin();
	append(5);
	run(ask_everything);
	UNIT_NUMBER(server_counters(site.server).requests, 8);
	UNIT_NUMBER(server_counters(site.server).refused, 0);
	end();
}

static int list_long_journal(void)
{
	struct control_client *client = control_connect(site.directory);
	uint64_t number, expected = 0;
	int kind;

	EXPECT(client && send_events(client, 0, 0, 0, false));
	while ((kind = next(client, &number)) == EVENT) {
		EXPECT(expected == 0 || number == expected);
		expected = number + 1;
	}
	EXPECT(kind == END && number == 5000 && expected == 5001);
	/* Asking for what is gone says how much of it is. */
	EXPECT(send_events(client, 1, 0, 1, false));
	EXPECT(next(client, &expected) == LOST);
	EXPECT(next(client, &number) == EVENT && number == expected + 1);
	control_disconnect(client);
	return 0;
}

static void long_journal_is_listed(void)
{
	begin();
	append(5000);
	run(list_long_journal);
	UNIT_NUMBER(server_counters(site.server).losses, 0);
	end();
}

/* --- following ------------------------------------------------------------------------------- */

static int follow(void)
{
	struct control_client *client = control_connect(site.directory);

	EXPECT(client && send_events(client, 0, 1, 0, true));
	EXPECT_NEXT(client, EVENT, 2);
	for (unsigned i = 3; i <= 40; i++)
		EXPECT_NEXT(client, EVENT, i);
	control_disconnect(client);
	return 0;
}

static void append_for_follower(void)
{
	if (server_counters(site.server).followers == 1 && journal_newest(site.journal) < 40)
		append(1);
}

static void follower_gets_what_happens(void)
{
	begin();
	append(2);
	site.act = append_for_follower;
	run(follow);
	UNIT_NUMBER(server_counters(site.server).losses, 0);
	end();
}

/* Takes the first event, lets 20,000 go by, then looks. */
static int follow_slowly(void)
{
	struct control_client *client = control_connect(site.directory);
	uint64_t number, expected = 2, lost = 0;
	char go[128];

	EXPECT(client && send_events(client, 1, 0, 0, true));
	EXPECT_NEXT(client, EVENT, 1);
	path_of("go", go);
	while (access(go, F_OK) != 0)
		usleep(1000);
	while (expected <= 20000) {
		int kind = next(client, &number);

		EXPECT(kind == EVENT || kind == LOST);
		if (kind == EVENT)
			EXPECT(number == expected);
		lost += kind == LOST ? number : 0;
		expected += kind == LOST ? number : 1;
	}
	EXPECT(lost > 10000 && expected == 20001);
	control_disconnect(client);
	return 0;
}

static void append_too_much(void)
{
	char go[128];
	FILE *file;

	if (server_counters(site.server).followers == 0)
		return;
	if (journal_newest(site.journal) < 20000) {
		append(1000);
		return;
	}
	path_of("go", go);
	file = fopen(go, "w");
	if (file)
		fclose(file);
}

static void slow_follower_is_told(void)
{
	char go[128];

	begin();
	append(1);
	site.act = append_too_much;
	run(follow_slowly);
	CU_ASSERT(server_counters(site.server).losses > 10000);
	path_of("go", go);
	unlink(go);
	end();
}

/* --- reloading ------------------------------------------------------------------------------- */

static int reload(void)
{
	struct control_client *client = control_connect(site.directory);
	struct control_client *other = control_connect(site.directory);

	EXPECT(client && other && send_reload(client));
	EXPECT_NEXT(client, LBD__REPLY__WHAT_REPORT, 0);
	EXPECT(send_reload(other));
	EXPECT_NEXT(other, ERROR, LBD__ERROR__CODE__BUSY);
	EXPECT(send_status(other));
	EXPECT_NEXT(other, LBD__REPLY__WHAT_STATUS, 0);
	EXPECT_NEXT(client, LBD__REPLY__WHAT_REPORT, 0);
	EXPECT_NEXT(client, LBD__REPLY__WHAT_RELOADED, 7);
	EXPECT(send_reload(client));
	EXPECT_NEXT(client, LBD__REPLY__WHAT_REPORT, 0);
	EXPECT_NEXT(client, LBD__REPLY__WHAT_REPORT, 0);
	EXPECT_NEXT(client, LBD__REPLY__WHAT_RELOADED, 7);
	control_disconnect(client);
	control_disconnect(other);
	return 0;
}

/* Each reload: a line at once, another and the end once the second client was served. */
static void answer_reload(void)
{
	static uint64_t reported;

	if (site.reload && reported != site.reload) {
		reported = site.reload;
		server_report(site.server, site.reload, "first line");
		server_report(site.server, site.reload + 1, "of another reload");
	} else if (site.reload && server_counters(site.server).requests >= 3) {
		server_report(site.server, site.reload, "second line");
		server_reloaded(site.server, site.reload, "applied", 7, 0);
		site.reload = reported = 0;
	}
}

static void reload_reports_and_ends(void)
{
	begin();
	site.act = answer_reload;
	run(reload);
	/* An answer that nobody waits for. */
	server_reloaded(site.server, 99, "applied", 8, 0);
	server_reload_failed(site.server);
	end();
}

static int reload_in_vain(void)
{
	struct control_client *client = control_connect(site.directory);

	EXPECT(client && send_reload(client));
	EXPECT_NEXT(client, ERROR, LBD__ERROR__CODE__UNAVAILABLE);
	control_disconnect(client);
	return 0;
}

static void fail_reload(void)
{
	if (site.reload)
		server_reload_failed(site.server);
	site.reload = 0;
}

static void take_too_long(void)
{
	if (site.reload)
		server_tick(site.server, clock_now() + SERVER_RELOAD_PATIENCE + 1);
}

static void reload_without_parent_fails(void)
{
	begin();
	site.refuse_reload = true;
	run(reload_in_vain);
	site.refuse_reload = false;
	site.act = fail_reload;
	run(reload_in_vain);
	site.act = take_too_long;
	run(reload_in_vain);
	end();
}

/* --- setting --------------------------------------------------------------------------------- */

static bool send_set(struct control_client *client, int64_t value)
{
	Lbd__SetRequest what = LBD__SET_REQUEST__INIT;
	Lbd__Request request = LBD__REQUEST__INIT;

	what.setting = memory_string("priority");
	what.instance = memory_string("VI_1");
	what.requester = memory_string("user \"ops\"\n");
	what.has_value = 1;
	what.value = value;
	request.what_case = LBD__REQUEST__WHAT_SET;
	request.set = &what;
	return control_send(client, &request);
}

static bool set_ends(struct control_client *client, const char *result, int64_t before)
{
	Lbd__Reply *reply = control_receive(client, PATIENCE);
	bool ends = reply && reply->what_case == LBD__REPLY__WHAT_SET_DONE &&
		    strcmp(reply->set_done->result, result) == 0 &&
		    reply->set_done->before == before;

	if (!ends && reply && reply->what_case == LBD__REPLY__WHAT_SET_DONE)
		fprintf(stderr, "\nclient: %s, %lld\n", reply->set_done->result,
			(long long)reply->set_done->before);
	if (reply)
		lbd__reply__free_unpacked(reply, NULL);
	return ends;
}

static int set_some(void)
{
	struct control_client *client = control_connect(site.directory);

	EXPECT(client);
	EXPECT(send_set(client, 120) && set_ends(client, "applied", 100));
	EXPECT(send_set(client, 13) && set_ends(client, "range", 0));
	EXPECT(send_set(client, 7) && set_ends(client, "unavailable", 0));
	EXPECT(send_set(client, 8) && set_ends(client, "unavailable", 0));
	EXPECT(send_event(client, 1));
	EXPECT_NEXT(client, EVENT, 1);
	control_disconnect(client);
	return 0;
}

/* Each in its way; an answer to another one is nobody's. */
static void answer_set(void)
{
	uint64_t number = site.set_number;

	site.set_number = 0;
	if (number == 0)
		return;
	UNIT_NUMBER(site.set.setting, SETTING_PRIORITY);
	UNIT_STRING(site.set.instance, "VI_1");
	UNIT_STRING(site.set.requester, "user \"ops\"?");
	server_set_done(site.server, number + 1, SET_RESULT_APPLIED, 1);
	if (site.set.value == 120)
		server_set_done(site.server, number, SET_RESULT_APPLIED, 100);
	else if (site.set.value == 7)
		server_sets_failed(site.server);
	else
		server_tick(site.server, clock_now() + SERVER_SET_PATIENCE + 1);
}

static void setting_is_answered(void)
{
	begin();
	append(1);
	site.act = answer_set;
	run(set_some);
	UNIT_NUMBER(server_counters(site.server).sets[SET_RESULT_APPLIED], 1);
	UNIT_NUMBER(server_counters(site.server).sets[SET_RESULT_RANGE], 1);
	UNIT_NUMBER(server_counters(site.server).sets[SET_RESULT_UNAVAILABLE], 2);
	end();
}

static int set_as_a_stranger(void)
{
	struct control_client *client;

	EXPECT(setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
	client = control_connect(site.directory);
	EXPECT(client && send_set(client, 120));
	EXPECT_NEXT(client, ERROR, LBD__ERROR__CODE__FORBIDDEN);
	control_disconnect(client);
	return 0;
}

static int set_as_the_setter(void)
{
	struct control_client *client;

	EXPECT(setgid(NOBODY) == 0 && setuid(NOBODY) == 0);
	client = control_connect(site.directory);
	EXPECT(client && send_set(client, 120) && set_ends(client, "applied", 100));
	/* That, and no more. */
	EXPECT(send_reload(client));
	EXPECT_NEXT(client, ERROR, LBD__ERROR__CODE__FORBIDDEN);
	control_disconnect(client);
	return 0;
}

static void name_the_setter(void)
{
	server_setter(site.server, site.client);
	answer_set();
}

/* Who is no root may set things if it is the process that the parent named. */
static void one_process_may_set(void)
{
	char path[128];

	begin();
	path_of(CONTROL_SOCKET, path);
	UNIT_NUMBER(chmod(path, 0666), 0);
	if (geteuid() == 0) {
		server_setter(site.server, getpid());
		run(set_as_a_stranger);
		UNIT_NUMBER(server_counters(site.server).sets[SET_RESULT_FORBIDDEN], 1);
		UNIT_NUMBER(site.set_number, 0);
		site.act = name_the_setter;
		run(set_as_the_setter);
	}
	UNIT_NUMBER(site.reload, 0);
	end();
}

static struct conf_vrrp_instance instances[2] = {{.name = "VI_1"}, {.name = "VI_2"}};
static struct conf_virtual_server owners[2] = {
	{.name = "group www", .service_count = 2, .real_server_count = 2},
	{.name = "dns", .first_service = 2, .service_count = 1, .first_real_server = 2,
	 .real_server_count = 1}};
static struct conf_service services[3] = {
	{.protocol = IPPROTO_TCP, .port = 80},
	{.protocol = IPPROTO_TCP, .port = 80},
	{.protocol = IPPROTO_UDP, .port = 80, .virtual_server = 1}};
static struct conf_real_server servers[3] = {{.port = 80}, {.port = 80}, {.port = 80}};
static struct conf_global global;
static struct conf conf = {.generation = 5,
			   .global = &global,
			   .global_count = 1,
			   .instances = instances,
			   .instance_count = 2,
			   .virtual_servers = owners,
			   .virtual_server_count = 2,
			   .services = services,
			   .service_count = 3,
			   .real_servers = servers,
			   .real_server_count = 3};

static void expect_set(struct request_set set, enum set_result result, uint32_t index,
		       enum process_id expected)
{
	struct message_set message = {0};
	enum process_id owner = PROCESS_COUNT;

	UNIT_NUMBER(resolve_set(&conf, &set, &message, &owner), result);
	if (result != SET_RESULT_APPLIED)
		return;
	UNIT_NUMBER(message.index, index);
	UNIT_NUMBER(message.generation, 5);
	UNIT_NUMBER(message.setting, set.setting);
	UNIT_NUMBER(message.value, set.value);
	UNIT_NUMBER(owner, expected);
}

static void names_are_resolved(void)
{
	struct request_set weight = {.setting = SETTING_WEIGHT,
				     .protocol = "TCP",
				     .virtual_server = "10.0.0.2:80",
				     .real_server = "10.0.1.2:80",
				     .value = 7};
	struct request_set priority = {
		.setting = SETTING_PRIORITY, .instance = "VI_2", .value = 120};

	for (uint32_t i = 0; i < 3; i++) {
		services[i].family = AF_INET;
		services[i].address = address_from_ipv4(htonl(0x0a000001 + i % 2));
		servers[i].address = address_from_ipv4(htonl(0x0a000101 + i));
	}
	global.snmp_writable = 0;
	expect_set(weight, SET_RESULT_FORBIDDEN, 0, PROCESS_COUNT);
	global.snmp_writable = 1;
	expect_set(weight, SET_RESULT_APPLIED, 1, PROCESS_DIRECTOR);
	expect_set(priority, SET_RESULT_APPLIED, 1, PROCESS_VRRP);
	strcpy(weight.real_server, "10.0.1.3:80");
	expect_set(weight, SET_RESULT_NOT_FOUND, 0, PROCESS_COUNT);
	strcpy(weight.protocol, "UDP");
	strcpy(weight.virtual_server, "10.0.0.1:80");
	expect_set(weight, SET_RESULT_APPLIED, 2, PROCESS_DIRECTOR);
	strcpy(priority.instance, "VI_3");
	expect_set(priority, SET_RESULT_NOT_FOUND, 0, PROCESS_COUNT);
	priority.setting = -1;
	expect_set(priority, SET_RESULT_NOT_FOUND, 0, PROCESS_COUNT);
}

/* --- misbehaving ----------------------------------------------------------------------------- */

static int raw_connect(void)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s", site.directory,
		 CONTROL_SOCKET);
	if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0)
		return -1;
	return fd;
}

/* Sends bytes; true when the server answers something and then closes. */
static bool is_refused(const char *bytes, size_t length)
{
	char answer[512];
	int fd = raw_connect();
	ssize_t got, total = 0;

	if (fd < 0 || send(fd, bytes, length, MSG_NOSIGNAL) != (ssize_t)length)
		return false;
	while ((got = recv(fd, answer, sizeof(answer), 0)) > 0)
		total += got;
	close(fd);
	return total > FRAME_HEAD && (got == 0 || errno == ECONNRESET);
}

static int misbehave(void)
{
	struct control_client *client;

	EXPECT(is_refused("\xff\xff\xff\xff", 4));
	EXPECT(is_refused("\0\0\0\0", 4));
	EXPECT(is_refused("\0\0\0\3\xff\xff\xff", 7));
	EXPECT(is_refused("GET / HTTP/1.1\r\n\r\n", 18));
	client = control_connect(site.directory);
	EXPECT(client && send_event(client, 1));
	EXPECT_NEXT(client, EVENT, 1);
	control_disconnect(client);
	return 0;
}

static void malformed_requests_are_refused(void)
{
	begin();
	append(1);
	run(misbehave);
	UNIT_NUMBER(server_counters(site.server).refused, 4);
	end();
}

/* Half a request, then silence: closed when its time is over. */
static int say_half(void)
{
	char byte;
	int fd = raw_connect();

	EXPECT(fd >= 0);
	/* On a slow machine its time may be over already. */
	EXPECT(send(fd, "\0\0\0\7\1", 5, MSG_NOSIGNAL) == 5 || errno == EPIPE);
	EXPECT(recv(fd, &byte, 1, 0) == 0 || errno == ECONNRESET);
	close(fd);
	return 0;
}

static void be_patient(void)
{
	static unsigned rounds;

	/* Time enough that the bytes are there, so that the half request is what is given up. */
	if (++rounds > 10)
		server_tick(site.server, clock_now() + SERVER_PATIENCE + CLOCK_SECOND);
}

static void dawdlers_are_dropped(void)
{
	begin();
	site.act = be_patient;
	run(say_half);
	end();
}

/* Connects and is served; a server that has not seen the last ones leave yet refuses at first. */
static struct control_client *come_in(void)
{
	for (;;) {
		struct control_client *client = control_connect(site.directory);
		uint64_t number;

		if (client && send_event(client, 1) && next(client, &number) == EVENT)
			return client;
		control_disconnect(client);
	}
}

static int come_in_crowds(void)
{
	struct control_client *clients[SERVER_CLIENTS], *late;
	uint64_t number;

	for (unsigned round = 0; round < 3; round++) {
		for (unsigned i = 0; i < SERVER_CLIENTS; i++)
			clients[i] = come_in();
		late = control_connect(site.directory);
		EXPECT(late);
		send_event(late, 1);
		EXPECT(next(late, &number) == -1);
		control_disconnect(late);
		for (unsigned i = 0; i < SERVER_CLIENTS; i++)
			control_disconnect(clients[i]);
	}
	return 0;
}

static void crowds_are_bounded(void)
{
	begin();
	append(1);
	run(come_in_crowds);
	CU_ASSERT(server_counters(site.server).refused >= 3);
	end();
}

/* A client that floods while it is being served is shown the door, and the others are served. */
static int flood(void)
{
	struct control_client *client = control_connect(site.directory);
	char junk[65536] = {0};
	int fd = raw_connect();

	EXPECT(client && fd >= 0 && send_events(client, 0, 0, 0, true));
	EXPECT_NEXT(client, EVENT, 1);
	while (send(fd, junk, sizeof(junk), MSG_NOSIGNAL) > 0)
		;
	EXPECT(errno == EPIPE || errno == ECONNRESET);
	control_disconnect(client);
	return 0;
}

static void floods_end(void)
{
	begin();
	append(1);
	run(flood);
	end();
}

static const struct unit_test tests[] = {
	UNIT_TEST(frames_are_bounded),
	UNIT_TEST(requests_are_decoded),
	UNIT_TEST(socket_in_use_is_left_alone),
	UNIT_TEST(other_files_are_not_replaced),
	UNIT_TEST(others_may_look_only),
	UNIT_TEST(requests_are_answered),
	UNIT_TEST(long_journal_is_listed),
	UNIT_TEST(follower_gets_what_happens),
	UNIT_TEST(slow_follower_is_told),
	UNIT_TEST(reload_reports_and_ends),
	UNIT_TEST(reload_without_parent_fails),
	UNIT_TEST(setting_is_answered),
	UNIT_TEST(one_process_may_set),
	UNIT_TEST(names_are_resolved),
	UNIT_TEST(malformed_requests_are_refused),
	UNIT_TEST(dawdlers_are_dropped),
	UNIT_TEST(crowds_are_bounded),
	UNIT_TEST(floods_end),
};

int main(void)
{
	return unit_main("control", tests, UNIT_COUNT(tests));
}
