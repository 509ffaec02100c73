/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of graphs against the tables of metrics; names, times, marks, and what rrdtool is told. */
#include "exporters/graph/graph.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "tests/unit/unit.h"

static const char *text_of(struct buffer *buffer)
{
	buffer_add(buffer, "", 1);
	buffer->length--;
	return buffer->bytes;
}

/* --- the table ----------------------------------------------------------------------------------- */

static bool is_drawn(enum stat_family_id family, unsigned metric)
{
	struct graph graph;

	for (size_t i = 0; graph_of(family, i, &graph); i++)
		for (size_t j = 0; j < graph.item_count; j++)
			if (graph.items[j].metric == metric)
				return true;
	return false;
}

/* Invariant 1: a new metric is drawn, or somebody has written down why not. */
static void every_metric_is_drawn_or_has_a_reason(void)
{
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		const struct stat_family *family = &stat_families[i];

		if (stat_is_record((enum stat_family_id)i))
			continue;
		for (unsigned j = 0; j < family->metric_count; j++) {
			bool drawn = is_drawn((enum stat_family_id)i, j);
			bool excused = graph_not_drawn((enum stat_family_id)i, j) != NULL;

			if (drawn == excused)
				fprintf(stderr, "%s.%s: %s\n", family->name,
					family->metrics[j].name,
					drawn ? "drawn, and said not to be"
					      : "in no graph of graph.def, and no reason there");
			CU_ASSERT(drawn != excused);
		}
	}
}

static bool suits(enum graph_draw draw, enum stat_kind kind)
{
	switch (draw) {
	case GRAPH_LINE:
	case GRAPH_AREA:
	case GRAPH_STACK:
		return kind == STAT_KIND_COUNTER || kind == STAT_KIND_GAUGE ||
		       kind == STAT_KIND_STATE;
	case GRAPH_MEMBERS:
		return kind == STAT_KIND_COUNTERS;
	case GRAPH_MEAN:
		return kind == STAT_KIND_HISTOGRAM;
	case GRAPH_BAND:
		return kind == STAT_KIND_STATE;
	case GRAPH_BELOW:
	case GRAPH_ABOVE:
		return kind == STAT_KIND_GAUGE;
	}
	return false;
}

static void items_suit_their_metrics(void)
{
	struct graph graph, other;
	size_t count = 0;

	for (; graph_get(count, &graph); count++) {
		const struct stat_family *family = &stat_families[graph.family];

		CU_ASSERT(graph.item_count > 0);
		CU_ASSERT(graph_named(graph.family, graph.name, &other));
		UNIT_STRING(other.title, graph.title);
		for (size_t i = 0; i < graph.item_count; i++) {
			const struct graph_item *item = &graph.items[i];

			CU_ASSERT_FATAL(item->metric < family->metric_count);
			CU_ASSERT(suits(item->draw, family->metrics[item->metric].kind));
			CU_ASSERT(!item->legend || strlen(item->legend) <= GRAPH_LEGEND);
		}
	}
	CU_ASSERT(count > 30);
	CU_ASSERT(!graph_named(STAT_FAMILY_VRRP, "nonsense", &graph));
}

static void every_family_has_a_main_graph(void)
{
	struct graph graph;

	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++)
		if (!stat_is_record((enum stat_family_id)i))
			CU_ASSERT(graph_of((enum stat_family_id)i, 0, &graph));
}

/* --- names --------------------------------------------------------------------------------------- */

static struct graph_objects cluster(void)
{
	static const struct stat_vrrp instances[] = {
		{.interface = "eth0", .vrid = "201", .family = "ipv4", .instance = "VI_1"},
		{.interface = "eth0", .vrid = "93", .family = "ipv4", .instance = "VI_2"}};
	static const struct stat_virtual_server service = {
		.protocol = "TCP", .virtual_server = "192.0.2.1:80", .group = "www"};
	struct graph_objects objects = {.count = 0};

	CU_ASSERT(graph_objects_add(&objects, "vrrp/eth0/201/ipv4.rrd"));
	CU_ASSERT(graph_objects_add(&objects, "vrrp/eth0/93/ipv4.rrd"));
	CU_ASSERT(graph_objects_add(&objects, "virtual_server/TCP/192.0.2.1+80.rrd"));
	CU_ASSERT(graph_objects_add(&objects, "virtual_server/TCP/192.0.2.53+53.rrd"));
	CU_ASSERT(graph_objects_add(&objects, "virtual_server/UDP/192.0.2.53+53.rrd"));
	CU_ASSERT(graph_objects_add(&objects, "real_server/TCP/192.0.2.1+80/10.0.0.1+80.rrd"));
	CU_ASSERT(graph_objects_add(&objects, "process/vrrp.rrd"));
	CU_ASSERT(graph_objects_add(&objects, "ipvs/host.rrd"));
	CU_ASSERT(!graph_objects_add(&objects, "lbd-rrd.prom"));
	CU_ASSERT(!graph_objects_add(&objects, "other/host.rrd"));
	for (size_t i = 0; i < 2; i++)
		graph_objects_learn(&objects, STAT_FAMILY_VRRP, &instances[i].row);
	graph_objects_learn(&objects, STAT_FAMILY_VIRTUAL_SERVER, &service.row);
	graph_objects_name(&objects);
	return objects;
}

static const struct graph_object *found(const struct graph_objects *objects, const char *name)
{
	struct buffer problem = {0};
	const struct graph_object *object = graph_objects_find(objects, name, &problem);

	CU_ASSERT(problem.length == 0);
	buffer_free(&problem);
	CU_ASSERT_FATAL(object != NULL);
	return object;
}

static void found_is(const char *name, const char *path)
{
	struct graph_objects objects = cluster();

	UNIT_STRING(found(&objects, name)->path, path);
	graph_objects_free(&objects);
}

static void objects_are_called_as_status_shows_them(void)
{
	found_is("VI_1", "vrrp/eth0/201/ipv4.rrd");
	found_is("eth0/93/ipv4", "vrrp/eth0/93/ipv4.rrd");
	found_is("vrrp/eth0/93/ipv4", "vrrp/eth0/93/ipv4.rrd");
	found_is("192.0.2.1:80", "virtual_server/TCP/192.0.2.1+80.rrd");
	found_is("192.0.2.1:80/10.0.0.1:80", "real_server/TCP/192.0.2.1+80/10.0.0.1+80.rrd");
	found_is("UDP/192.0.2.53:53", "virtual_server/UDP/192.0.2.53+53.rrd");
	found_is("process/vrrp", "process/vrrp.rrd");
	found_is("vrrp", "process/vrrp.rrd");
	found_is("ipvs", "ipvs/host.rrd");
}

static void problem_is(const char *name, const char *expected)
{
	struct graph_objects objects = cluster();
	struct buffer problem = {0};

	CU_ASSERT(graph_objects_find(&objects, name, &problem) == NULL);
	UNIT_STRING(text_of(&problem), expected);
	buffer_free(&problem);
	graph_objects_free(&objects);
}

static void a_slip_gets_a_suggestion(void)
{
	problem_is("VI1", "there are no files of `VI1`; did you mean VI_1?");
	problem_is("192.0.2.1:8", "there are no files of `192.0.2.1:8`; did you mean 192.0.2.1:80 or "
				  "192.0.2.1:80/10.0.0.1:80?");
	problem_is("something else", "there are no files of `something else`; --list names all");
	problem_is("", "there are no files of ``; --list names all");
	problem_is("192.0.2.53:53", "`192.0.2.53:53` can be virtual_server/TCP/192.0.2.53:53, "
				    "virtual_server/UDP/192.0.2.53:53: write which");
}

static void names_that_two_share_say_more(void)
{
	struct graph_objects objects = cluster();

	UNIT_STRING(found(&objects, "UDP/192.0.2.53:53")->name, "UDP/192.0.2.53:53");
	UNIT_STRING(found(&objects, "TCP/192.0.2.1:80")->name, "192.0.2.1:80");
	graph_objects_free(&objects);
}

/* --- times --------------------------------------------------------------------------------------- */

#define NOW INT64_C(1785000000)

static void moment_is(const char *text, int64_t expected, int64_t expected_ago)
{
	int64_t moment, ago;

	CU_ASSERT(graph_moment(text, NOW, &moment, &ago));
	UNIT_NUMBER(moment, expected);
	UNIT_NUMBER(ago, expected_ago);
}

static void times_are_read(void)
{
	static const char *const bad[] = {"", "6", "-6h", "6 h", "h", "99999999999999999999s",
					  "99y", "0h", "yesterday", "2026-13-01", "2026-11-23x"};
	int64_t moment, ago;

	moment_is("now", NOW, 0);
	moment_is("6h", NOW - 21600, 21600);
	moment_is("30min", NOW - 1800, 1800);
	moment_is("2d", NOW - 172800, 172800);
	moment_is("1w", NOW - 604800, 604800);
	moment_is("2026-11-23T05:00:00Z", 1795410000, 0);
	moment_is("2026-11-23 05:00Z", 1795410000, 0);
	for (size_t i = 0; i < UNIT_COUNT(bad); i++)
		CU_ASSERT(!graph_moment(bad[i], NOW, &moment, &ago));
}

/* --- marks --------------------------------------------------------------------------------------- */

static void add_event(struct graph_events *events, unsigned number, const char *rest)
{
	char line[1024];

	snprintf(line, sizeof(line), "{\"number\":%u,\"time_ns\":%lld,%s}\n", number,
		 (long long)(NOW - 1000 + number) * 1000000000, rest);
	graph_events_add(events, line, strlen(line));
}

#define FAILOVER \
	"\"kind\":\"vrrp\",\"object\":\"VI_1\",\"from\":\"backup\",\"to\":\"master\"," \
	"\"cause\":\"master_silent\",\"severity\":\"critical\"," \
	"\"effect\":{\"addresses\":\"192.0.2.1, 192.0.2.7\"}"
#define SERVER_DOWN \
	"\"kind\":\"real_server\",\"object\":\"group www 10.0.0.1:80\",\"from\":\"up\"," \
	"\"to\":\"down\",\"cause\":\"check_failed\",\"severity\":\"critical\"," \
	"\"effect\":{\"services\":\"192.0.2.1:80, 192.0.2.2:80\"}"
#define OTHER_DOWN \
	"\"kind\":\"real_server\",\"object\":\"group www 10.0.0.10:80\",\"from\":\"up\"," \
	"\"to\":\"down\",\"cause\":\"check_failed\",\"severity\":\"critical\",\"effect\":{}"
#define CHILD_DIED \
	"\"kind\":\"process\",\"object\":\"lbd: vrrp\",\"from\":\"running\",\"to\":\"dead\"," \
	"\"cause\":\"child_died\",\"severity\":\"critical\",\"effect\":{}"

/* Which of the events above mark this object: "1 2 ", and how many are left out. */
static void marks_are(const char *name, const char *expected, size_t earlier)
{
	const struct graph_window window = {.start = NOW - 2000, .end = NOW};
	struct graph_objects objects = cluster();
	struct graph_events events = {.count = 0};
	struct graph_marks marks;
	struct buffer numbers = {0};

	add_event(&events, 1, FAILOVER);
	add_event(&events, 2, SERVER_DOWN);
	add_event(&events, 3, OTHER_DOWN);
	add_event(&events, 4, CHILD_DIED);
	graph_marks_choose(&marks, &events, found(&objects, name), &window);
	for (size_t i = 0; i < marks.count; i++)
		buffer_format(&numbers, "%lld ", (long long)(marks.list[i].wall - NOW + 1000));
	UNIT_STRING(text_of(&numbers), expected);
	UNIT_NUMBER(marks.earlier, earlier);
	buffer_free(&numbers);
	graph_events_free(&events);
	graph_objects_free(&objects);
}

static void an_object_is_marked_by_its_events_and_failovers(void)
{
	marks_are("VI_1", "1 ", 0);
	marks_are("VI_2", "", 0);
	marks_are("192.0.2.1:80", "1 2 ", 0);
	marks_are("UDP/192.0.2.53:53", "", 0);
	marks_are("192.0.2.1:80/10.0.0.1:80", "1 2 ", 0);
	marks_are("process/vrrp", "1 4 ", 0);
	marks_are("ipvs", "1 ", 0);
}

static void of_many_events_the_newest_are_marked(void)
{
	const struct graph_window window = {.start = NOW - 2000, .end = NOW};
	struct graph_objects objects = cluster();
	struct graph_events events = {.count = 0};
	struct graph_marks marks;

	for (unsigned i = 1; i <= 50; i++)
		add_event(&events, i, FAILOVER);
	graph_marks_choose(&marks, &events, found(&objects, "VI_1"), &window);
	UNIT_NUMBER(marks.count, GRAPH_MARKS);
	UNIT_NUMBER(marks.earlier, 50 - GRAPH_MARKS);
	UNIT_NUMBER(marks.list[GRAPH_MARKS - 1].wall, NOW - 1000 + 50);
	CU_ASSERT(strstr(marks.list[0].text, "event 41 ") != NULL);
	CU_ASSERT(strstr(marks.list[0].text, "VI_1 backup -> master: master silent") != NULL);
	graph_events_free(&events);
	graph_objects_free(&objects);
}

static void what_is_no_event_is_counted(void)
{
	static const char *const lines[] = {"", "{", "[]", "{\"number\":\"x\",\"time_ns\":1}", "\xff",
					    "{\"number\":1}"};
	struct graph_events events = {.count = 0};

	for (size_t i = 0; i < UNIT_COUNT(lines); i++)
		graph_events_add(&events, lines[i], strlen(lines[i]));
	UNIT_NUMBER(events.count, 0);
	UNIT_NUMBER(events.unreadable, UNIT_COUNT(lines));
	graph_events_free(&events);
}

/* --- what rrdtool is told ------------------------------------------------------------------------ */

struct told {
	struct graph_objects objects;
	struct graph graph;
	struct graph_sources sources;
	struct graph_picture picture;
};

static void tell(struct told *told, const char *object, const char *graph)
{
	*told = (struct told){.objects = cluster()};
	for (size_t i = 0; i < RRD_SOURCES; i++)
		told->sources.have[i] = told->sources.seen[i] = true;
	told->picture = (struct graph_picture){.directory = "/rrd:files",
					       .object = found(&told->objects, object),
					       .graph = &told->graph,
					       .sources = &told->sources,
					       .window = {.start = NOW - 60, .end = NOW},
					       .width = 400,
					       .height = 100,
					       .format = "PNG"};
	CU_ASSERT_FATAL(graph_named(told->picture.object->family, graph, &told->graph));
}

static size_t words_like(const struct graph_words *words, const char *part)
{
	size_t count = 0;

	for (size_t i = 0; i < words->count; i++)
		count += strstr(words->list[i], part) != NULL;
	return count;
}

static void rrdtool_is_told(void)
{
	struct graph_words words = {0};
	struct told told;

	tell(&told, "192.0.2.1:80", "connections");
	graph_arguments(&told.picture, &words);
	UNIT_NUMBER(words_like(&words, "--title=192.0.2.1:80 (www): New connections"), 1);
	UNIT_NUMBER(words_like(&words, "DEF:a2=/rrd\\:files/virtual_server/TCP/192.0.2.1+80.rrd:conns:"
				       "AVERAGE"),
		    1);
	UNIT_NUMBER(words_like(&words, "AREA:a2#56B4E9:connections"), 1);
	UNIT_NUMBER(words_like(&words, "--start=1784999940"), 1);
	graph_words_free(&words);
	graph_objects_free(&told.objects);
}

static void what_a_file_lacks_is_left_out(void)
{
	struct graph_words words = {0};
	struct told told;

	tell(&told, "VI_1", "adverts");
	memset(told.sources.have, 0, sizeof(told.sources.have));
	graph_arguments(&told.picture, &words);
	UNIT_NUMBER(words_like(&words, "DEF:"), 0);
	UNIT_NUMBER(words_like(&words, "HRULE:"), 1);
	graph_words_free(&words);
	graph_objects_free(&told.objects);
}

static void members_that_never_came_up_are_left_out(void)
{
	struct rrd_source list[RRD_SOURCES];
	size_t count = rrd_sources(STAT_FAMILY_VRRP, list);
	struct graph_words words = {0};
	struct told told;

	tell(&told, "VI_1", "drops");
	memset(told.sources.seen, 0, sizeof(told.sources.seen));
	graph_arguments(&told.picture, &words);
	UNIT_NUMBER(words_like(&words, "none in this time"), 1);
	graph_words_free(&words);
	for (size_t i = 0; i < count; i++)
		told.sources.seen[i] = strcmp(list[i].name, "adv_drop_2") == 0;
	graph_arguments(&told.picture, &words);
	UNIT_NUMBER(words_like(&words, "AREA:"), 1);
	UNIT_NUMBER(words_like(&words, ":ttl "), 1);
	graph_words_free(&words);
	graph_objects_free(&told.objects);
}

static void marks_are_told_with_their_colons(void)
{
	static const struct graph_marks marks = {
		.count = 1,
		.earlier = 3,
		.list = {{.wall = NOW, .colour = "D55E00", .text = "event 1  05:00:00  x: \\y"}}};
	struct graph_words words = {0};
	struct told told;

	tell(&told, "VI_1", "state");
	told.picture.marks = &marks;
	graph_arguments(&told.picture, &words);
	UNIT_NUMBER(words_like(&words,
			       "VRULE:1785000000#D55E00:event 1  05\\:00\\:00  x\\: \\\\y\\l"),
		    1);
	UNIT_NUMBER(words_like(&words, "COMMENT:and 3 earlier events"), 1);
	graph_words_free(&words);
	graph_objects_free(&told.objects);
}

static void a_command_is_quoted_for_the_shell(void)
{
	struct buffer command = {0};
	struct told told;

	tell(&told, "ipvs", "services");
	graph_list_command(&told.picture, "it's.png", &command);
	CU_ASSERT(strncmp(text_of(&command), "rrdtool graph 'it'\\''s.png' '--imgformat=PNG'", 44) ==
		  0);
	buffer_free(&command);
	graph_objects_free(&told.objects);
}

static void a_page_escapes_what_it_shows(void)
{
	struct graph_page page = {.object = NULL};
	struct buffer html = {0};
	struct told told;

	tell(&told, "VI_1", "state");
	TEXT_COPY(((struct graph_object *)(uintptr_t)told.picture.object)->name, "<VI&1>");
	graph_page_add(&page, &told.picture);
	graph_page_end(&page, "\"now\"", &html);
	CU_ASSERT(strstr(text_of(&html), "&lt;VI&amp;1&gt;") != NULL);
	CU_ASSERT(strstr(html.bytes, "<VI&1>") == NULL);
	CU_ASSERT(strstr(html.bytes, "src=\"vrrp/eth0/201/ipv4.state.png\"") != NULL);
	CU_ASSERT(strstr(html.bytes, "&quot;now&quot;") != NULL);
	buffer_free(&html);
	graph_objects_free(&told.objects);
}

static const struct unit_test tests[] = {
	UNIT_TEST(every_metric_is_drawn_or_has_a_reason),
	UNIT_TEST(items_suit_their_metrics),
	UNIT_TEST(every_family_has_a_main_graph),
	UNIT_TEST(objects_are_called_as_status_shows_them),
	UNIT_TEST(a_slip_gets_a_suggestion),
	UNIT_TEST(names_that_two_share_say_more),
	UNIT_TEST(times_are_read),
	UNIT_TEST(an_object_is_marked_by_its_events_and_failovers),
	UNIT_TEST(of_many_events_the_newest_are_marked),
	UNIT_TEST(what_is_no_event_is_counted),
	UNIT_TEST(rrdtool_is_told),
	UNIT_TEST(what_a_file_lacks_is_left_out),
	UNIT_TEST(members_that_never_came_up_are_left_out),
	UNIT_TEST(marks_are_told_with_their_colons),
	UNIT_TEST(a_command_is_quoted_for_the_shell),
	UNIT_TEST(a_page_escapes_what_it_shows),
};

int main(void)
{
	return unit_main("graph", tests, UNIT_COUNT(tests));
}
