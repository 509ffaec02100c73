/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The stories of events: each cause with all its facts, with none, and with each one missing. */
#include "control/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "control/json.h"
#include "control/record.h"
#include "control/show_event.h"
#include "tests/unit/unit.h"

/* 2026-07-25 17:20:00 UTC */
#define NOON (INT64_C(1785000000) * CLOCK_SECOND)

static void add_sample(struct event *event, enum event_fact_key key, int64_t count)
{
	switch (event_fact_info(key)->kind) {
	case FACT_KIND_TEXT:
		event_add_text(event, key, "TEXT");
		break;
	case FACT_KIND_COUNT:
		event_add_number(event, key, count);
		break;
	case FACT_KIND_DURATION:
		event_add_number(event, key, 3 * CLOCK_SECOND);
		break;
	case FACT_KIND_TIME:
		event_add_number(event, key, NOON);
		break;
	}
}

/* Is the fact named in the template: "{name}" or "{name|"? */
static bool mentions(const char *template, const char *name)
{
	char tag[64];
	const char *at;

	snprintf(tag, sizeof(tag), "{%s", name);
	at = strstr(template, tag);
	return at && strchr("|}", at[strlen(tag)]);
}

/* All facts of the cause's story but `without`. */
static void make_event(struct event *event, enum event_cause cause, unsigned without,
		       int64_t count)
{
	event_begin(event, cause, "VI_1", "backup", "master");
	event->wall = NOON;
	for (unsigned key = 0; key < FACT_COUNT; key++)
		if (key != without &&
		    mentions(event_cause_info(cause)->story, event_fact_info(key)->name))
			add_sample(event, (enum event_fact_key)key, count);
}

/* What no sentence may look like, whichever facts are there. */
static void expect_good_english(enum event_cause cause, const char *story)
{
	static const char *const blemishes[] = {
		"  ", " .", " ,", " ;", " :", "..", ",.", ",,", ":.", "()", "{", "}", "[", "]",
		"1 entries", "1 objects", "1 errors", "1 times", "1 tries", "servers is",
		"1 real servers", "0 entries", "0 objects", "unknown", "(null)",
	};
	size_t length = strlen(story);

	for (size_t i = 0; i < UNIT_COUNT(blemishes); i++)
		if (strstr(story, blemishes[i])) {
			fprintf(stderr, "\n%s: \"%s\" in: %s", event_cause_info(cause)->name,
				blemishes[i], story);
			CU_FAIL("a blemish in a story");
		}
	CU_ASSERT(length > 10);
	if (length == 0 || !strchr(".T", story[length - 1])) {
		fprintf(stderr, "\n%s: no full stop: %s", event_cause_info(cause)->name, story);
		CU_FAIL("a story without an end");
	}
}

static void every_cause_with_all_facts(void)
{
	char text[EXPLAIN_STORY];
	struct event event;

	for (unsigned cause = 0; cause < CAUSE_COUNT; cause++)
		for (int64_t count = 0; count <= 2; count++) {
			make_event(&event, (enum event_cause)cause, FACT_COUNT, count);
			expect_good_english((enum event_cause)cause, explain_story(&event, text));
			explain_next(&event, text);
			CU_ASSERT(!strpbrk(text, "{}[]"));
		}
}

static void every_cause_without_facts(void)
{
	char text[EXPLAIN_STORY];
	struct event event;

	for (unsigned cause = 0; cause < CAUSE_COUNT; cause++) {
		event_begin(&event, (enum event_cause)cause, "VI_1", "", "");
		expect_good_english((enum event_cause)cause, explain_story(&event, text));
		CU_ASSERT(!strpbrk(explain_next(&event, text), "{}[]"));
	}
}

static void every_cause_with_any_fact_missing(void)
{
	char text[EXPLAIN_STORY];
	struct event event;

	for (unsigned cause = 0; cause < CAUSE_COUNT; cause++)
		for (unsigned key = 0; key < FACT_COUNT; key++) {
			make_event(&event, (enum event_cause)cause, key, 1);
			expect_good_english((enum event_cause)cause, explain_story(&event, text));
		}
}

/* Every name in braces is a fact, or one of the event's own. */
static void templates_name_facts(void)
{
	for (unsigned cause = 0; cause < CAUSE_COUNT; cause++) {
		const struct event_cause_info *info = event_cause_info(cause);
		const char *const templates[] = {info->story, info->next};

		for (unsigned i = 0; i < 2; i++)
			for (const char *at = templates[i]; (at = strchr(at, '{')); at++) {
				char name[64];
				bool known = false;

				snprintf(name, sizeof(name), "%.*s", (int)strcspn(at + 1, "|}"),
					 at + 1);
				for (unsigned key = 0; key < FACT_COUNT; key++)
					known |= strcmp(event_fact_info(key)->name, name) == 0;
				known |= !strcmp(name, "object") || !strcmp(name, "from") ||
					 !strcmp(name, "to") || !strcmp(name, "time");
				if (!known)
					fprintf(stderr, "\n%s: {%s}", info->name, name);
				CU_ASSERT(known);
			}
	}
}

static void failover_is_a_story(void)
{
	char text[EXPLAIN_STORY];
	struct event event;

	event_begin(&event, CAUSE_VRRP_MASTER_SILENT, "VI_1", "backup", "master");
	event.wall = NOON;
	event_add_text(&event, FACT_SENDER, "192.168.1.225");
	event_add_number(&event, FACT_SENDER_PRIORITY, 150);
	event_add_number(&event, FACT_LAST_ADVERT, NOON - 3570 * CLOCK_MILLISECOND);
	event_add_number(&event, FACT_LAST_ADVERT_AGE, 3570 * CLOCK_MILLISECOND);
	event_add_number(&event, FACT_MASTER_DOWN_INTERVAL, 3570 * CLOCK_MILLISECOND);
	event_add_number(&event, FACT_INTERVAL, CLOCK_SECOND);
	event_add_text(&event, FACT_ADDRESSES, "192.168.1.227, 192.168.1.247");
	event_add_number(&event, FACT_FIRST_GARP, NOON + CLOCK_MILLISECOND);
	event_add_number(&event, FACT_OUTAGE, 3571 * CLOCK_MILLISECOND);
	UNIT_STRING(explain_story(&event, text),
		    "VI_1 became master because the former master fell silent. Its last advertisement "
		    "came from 192.168.1.225 (priority 150) at 17:19:56.430, 3.57 s before this director "
		    "took over. No other arrived within the master-down interval of 3.57 s; a master "
		    "advertises every 1.00 s. This director took 192.168.1.227, 192.168.1.247. The first "
		    "gratuitous ARP went out at 17:20:00.001: clients were cut off for up to 3.57 s.");
}

static void make_failover(struct event *event)
{
	event_begin(event, CAUSE_VRRP_MASTER_SILENT, "VI_1", "backup", "master");
	event->number = 17;
	event->wall = NOON;
	event_add_text(event, FACT_SENDER, "192.168.1.225");
	event_add_number(event, FACT_LAST_ADVERT_AGE, 3570 * CLOCK_MILLISECOND);
	event_add_number(event, FACT_FIRST_GARP, NOON + 1234567);
	event_add_detail(event, "a line");
}

/* As lbctl gets it. */
static Lbd__Event *message_of(const struct event *event)
{
	uint8_t bytes[RECORD_MAX];
	Lbd__Event *message =
		lbd__event__unpack(NULL, record_encode(event, bytes), bytes);

	CU_ASSERT_PTR_NOT_NULL_FATAL(message);
	return message;
}

static char *shown(const struct event *event, bool colour,
		   void (*show)(FILE *out, bool colour, const Lbd__Event *message))
{
	Lbd__Event *message = message_of(event);
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	show(out, colour, message);
	fclose(out);
	lbd__event__free_unpacked(message, NULL);
	return text;
}

static void show_wide(FILE *out, bool colour, const Lbd__Event *message)
{
	show_event_story(out, colour, 0, message);
}

static void show_92(FILE *out, bool colour, const Lbd__Event *message)
{
	show_event_story(out, colour, 92, message);
}

static void show_narrow(FILE *out, bool colour, const Lbd__Event *message)
{
	show_event_story(out, colour, 60, message);
}

static void page_is_broken_at_its_width(void)
{
	struct event event;
	char *page, *wide;
	size_t line;

	make_failover(&event);
	page = shown(&event, false, show_narrow);
	wide = shown(&event, false, show_wide);
	for (const char *at = page; *at; at += line + (at[line] == '\n')) {
		line = strcspn(at, "\n");
		CU_ASSERT(line <= 75);
	}
	CU_ASSERT(strstr(wide, "gratuitous ARP went out at 17:20:00.001.\n") != NULL);
	free(page);
	free(wide);
}

static void page_has_all_parts(void)
{
	struct event event;
	char *page;

	make_failover(&event);
	page = shown(&event, false, show_92);
	UNIT_STRING(
		page,
		"Event 17, 2026-07-25 17:20:00.000 UTC, critical: VI_1, backup -> master\n\n"
		"VI_1 became master because the former master fell silent. Its last advertisement came "
		"from\n"
		"192.168.1.225, 3.57 s before this director took over. The first gratuitous ARP went out at\n"
		"17:20:00.001.\n\n"
		"Evidence\n"
		"  sender                 192.168.1.225\n"
		"  last advert age        3.57 s\n\n"
		"Effect\n"
		"  first gratuitous arp   17:20:00.001\n\n"
		"In detail\n"
		"  a line\n\n"
		"What to look at\n"
		"  * If VI_1 is master there as well, the two directors do not hear each other: look at the\n"
		"    switch, the VLAN and the firewall (IP protocol 112, 224.0.0.18).\n"
		"  * lbctl status says whether advertisements for VI_1 are dropped, and why.\n");
	free(page);
}

static void line_is_one_line(void)
{
	struct event event;
	char *line;

	make_failover(&event);
	line = shown(&event, false, show_event_line);
	UNIT_STRING(line, "    17  2026-07-25 17:20:00.000 UTC  critical  VI_1                        "
			  "backup -> master    master silent\n");
	free(line);
	line = shown(&event, true, show_event_line);
	CU_ASSERT(strstr(line, "\033[1;31mcritical\033[0m") != NULL);
	free(line);
}

static void json_tells_the_same(void)
{
	struct event event;
	Lbd__Event *message;
	json_t *json;
	char *text = NULL;
	size_t size;
	FILE *out;

	make_failover(&event);
	message = message_of(&event);
	json = json_from_event(message);
	out = open_memstream(&text, &size);
	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	json_write(out, json);
	fclose(out);
	UNIT_STRING(text,
		    "{\"number\":17,\"time\":\"2026-07-25T17:20:00.000000000Z\","
		    "\"time_ns\":1785000000000000000,\"kind\":\"vrrp\",\"object\":\"VI_1\","
		    "\"from\":\"backup\",\"to\":\"master\",\"cause\":\"master_silent\","
		    "\"severity\":\"critical\",\"evidence\":{\"sender\":\"192.168.1.225\","
		    "\"last_advert_age\":3.57},\"effect\":{\"first_gratuitous_arp\":"
		    "\"2026-07-25T17:20:00.001234567Z\"},\"detail\":[\"a line\"]}");
	free(text);
	json_decref(json);
	lbd__event__free_unpacked(message, NULL);
}

static void counts_have_their_noun(void)
{
	char text[EXPLAIN_STORY];
	struct event event;

	event_begin(&event, CAUSE_DRIFT_REPAIRED, "ipvs", "", "");
	event_add_number(&event, FACT_MISSING, 1);
	event_add_number(&event, FACT_CHANGED, 0);
	UNIT_STRING(explain_fill("[{missing|was|were|} gone.] [{changed|was|were|} odd.]", &event,
				 text),
		    "1 was gone.");
	UNIT_STRING(explain_fill("{changed|was|were|None was} odd", &event, text), "None was odd");
	UNIT_STRING(explain_fill("{changed|was|were}", &event, text), "0 were");
	UNIT_STRING(explain_fill("a[ b [c {missing}] d{pid}]e [f {missing}", &event, text),
		    "ae f 1");
}

static void broken_templates_end(void)
{
	static const char *const templates[] = {"{", "[", "]", "a]b", "[[[", "{object", "{|}", "{}"};
	char text[EXPLAIN_STORY];
	struct event event;

	event_begin(&event, CAUSE_VRRP_STARTED, "VI_1", "", "");
	for (size_t i = 0; i < UNIT_COUNT(templates); i++)
		CU_ASSERT(strlen(explain_fill(templates[i], &event, text)) < 8);
}

static void unknown_cause_has_a_story(void)
{
	char text[EXPLAIN_STORY];
	struct event event;

	event_begin(&event, CAUSE_VRRP_STARTED, "VI_1", "backup", "master");
	event.cause = 60000;
	UNIT_STRING(explain_story(&event, text),
		    "VI_1 changed from backup to master, for a cause that this version of lbctl does not "
		    "know.");
	UNIT_STRING(explain_next(&event, text), "");
}

static void times_of_another_day_have_their_date(void)
{
	char text[CLOCK_TEXT];

	UNIT_STRING(explain_time(NOON + 5 * CLOCK_MILLISECOND, text), "2026-07-25 17:20:00.005 UTC");
	UNIT_STRING(explain_time_near(NOON, NOON + CLOCK_SECOND, text), "17:20:00.000");
	UNIT_STRING(explain_time_near(NOON, NOON + 7 * 3600 * CLOCK_SECOND, text),
		    "2026-07-25 17:20:00.000 UTC");
	UNIT_STRING(explain_time(-1, text), "unknown");
	UNIT_STRING(explain_duration(0, text), "0 s");
}

static const struct unit_test tests[] = {
	UNIT_TEST(every_cause_with_all_facts),
	UNIT_TEST(every_cause_without_facts),
	UNIT_TEST(every_cause_with_any_fact_missing),
	UNIT_TEST(templates_name_facts),
	UNIT_TEST(failover_is_a_story),
	UNIT_TEST(page_is_broken_at_its_width),
	UNIT_TEST(page_has_all_parts),
	UNIT_TEST(line_is_one_line),
	UNIT_TEST(json_tells_the_same),
	UNIT_TEST(counts_have_their_noun),
	UNIT_TEST(broken_templates_end),
	UNIT_TEST(unknown_cause_has_a_story),
	UNIT_TEST(times_of_another_day_have_their_date),
};

int main(void)
{
	setenv("TZ", "UTC", 1);
	tzset();
	return unit_main("explain", tests, UNIT_COUNT(tests));
}
