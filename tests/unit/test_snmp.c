/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LBD-MIB: its text, its tables, and what is answered from them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/event.h"
#include "base/text.h"
#include "exporters/snmp/catalogue.h"
#include "exporters/snmp/mib.h"
#include "exporters/snmp/notification.h"
#include "exporters/snmp/outbox.h"
#include "exporters/snmp/view.h"
#include "exporters/snmp/walk.h"
#include "tests/golden/golden.h"
#include "tests/unit/unit.h"

#define WALL (INT64_C(1795500000) * 1000000000) /* 2026-11-24T06:00:00Z */

static void mib_text(void)
{
	struct buffer buffer = {0};
	struct object_id base;

	CU_ASSERT(mib_base_parse(MIB_BASE, &base));
	mib_write(&buffer, &base);
	golden_compare("mibs/LBD-MIB.txt", buffer.bytes, buffer.length);
	buffer_free(&buffer);
}

/* --- object identifiers and values */

static void object_ids(void)
{
	char text[OBJECT_ID_TEXT];
	struct object_id id;

	CU_ASSERT(object_id_parse(".1.3.4294967295", &id));
	UNIT_STRING(object_id_format(&id, text), "1.3.4294967295");
	CU_ASSERT(!object_id_parse("1.3.4294967296", &id));
	CU_ASSERT(!object_id_parse("1", &id));
	CU_ASSERT(!object_id_parse("1..3", &id));
	CU_ASSERT(!object_id_parse("1.3.", &id));
	CU_ASSERT(!object_id_parse("1.x", &id));
	CU_ASSERT(!object_id_parse("", &id));
}

static void order(void)
{
	const uint32_t a[] = {1, 3, 6}, b[] = {1, 3, 6, 0}, c[] = {1, 4};

	CU_ASSERT(object_id_compare(a, 3, b, 4) < 0);
	CU_ASSERT(object_id_compare(b, 4, c, 2) < 0);
	CU_ASSERT(object_id_compare(c, 2, a, 3) > 0);
	CU_ASSERT(object_id_compare(a, 3, b, 3) == 0);
}

static void roots(void)
{
	struct object_id base;

	CU_ASSERT(mib_base_parse("1.3.6.1.4.1.99999", &base));
	CU_ASSERT(!mib_base_parse("1.3.6.1.4.1", &base));
	CU_ASSERT(!mib_base_parse("1.3.6.1.2.1.99", &base));
	CU_ASSERT(!mib_base_parse("1.3.6.1.4.1.1.1.1.1.1.1.1.1.1.1.1", &base));
}

static void values_latch(void)
{
	struct value value;

	value_unsigned(&value, -1);
	UNIT_NUMBER(value.number, 0);
	value_unsigned(&value, INT64_C(5000000000));
	UNIT_NUMBER(value.number, UINT32_MAX);
	value_gauge64(&value, -1);
	UNIT_NUMBER(value.number, 0);
	value_integer(&value, INT64_MIN);
	UNIT_NUMBER((int64_t)value.number, INT32_MIN);
	value_ticks(&value, INT64_MAX);
	UNIT_NUMBER(value.number, UINT32_MAX);
	value_state(&value, 0);
	UNIT_NUMBER(value.number, 1);
}

static void dates(void)
{
	static const uint8_t expected[] = {0x07, 0xea, 11, 24, 6, 0, 0, 2, '+', 0, 0};
	struct value value;

	value_date(&value, WALL + 299999999);
	UNIT_NUMBER(value.length, sizeof(expected));
	CU_ASSERT(memcmp(value.octets, expected, sizeof(expected)) == 0);
	value_date(&value, INT64_MIN);
	UNIT_NUMBER(value.octets[0] * 256 + value.octets[1], 1970);
}

static void texts_are_cut_between_characters(void)
{
	struct value value;

	value_text(&value, "a\xe2\x80\xa6", 3);
	UNIT_NUMBER(value.length, 1);
	value_text(&value, "abc", 3);
	UNIT_NUMBER(value.length, 3);
}

/* --- indexes */

static const char *index_text(struct object_id *index, char text[OBJECT_ID_TEXT])
{
	return object_id_format(index, text);
}

static void addresses_as_indexes(void)
{
	static const struct {
		const char *text, *index;
	} cases[] = {
		{"192.0.2.1:80", "1.4.192.0.2.1.80"},
		{"[2001:db8::1]:443", "2.16.32.1.13.184.0.0.0.0.0.0.0.0.0.0.0.1.443"},
		{"5", "0.0.5"},
		{"4294967295", "0.0.4294967295"},
	};
	char text[OBJECT_ID_TEXT];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct object_id index = {0};

		CU_ASSERT(table_index_address(&index, cases[i].text));
		UNIT_STRING(index_text(&index, text), cases[i].index);
	}
}

/* What is no address still has an index of its own. */
static void odd_texts_have_indexes(void)
{
	static const char *const texts[] = {"", ":", "x:80", "192.0.2.1:70000", "192.0.2.1:",
					    "[::1:80", "http://a/", "http://b/"};
	struct object_id indexes[sizeof(texts) / sizeof(texts[0])] = {0};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		CU_ASSERT(table_index_address(&indexes[i], texts[i]));
		UNIT_NUMBER(indexes[i].count, 3);
		for (size_t j = 0; j < i; j++)
			CU_ASSERT(object_id_compare(indexes[i].ids, 3, indexes[j].ids, 3) != 0);
	}
}

static void long_texts_are_cut_but_stay_apart(void)
{
	struct object_id a = {0}, b = {0};

	CU_ASSERT(table_index_text(&a, "a rather long name of a group 1", 20));
	CU_ASSERT(table_index_text(&b, "a rather long name of a group 2", 20));
	UNIT_NUMBER(a.count, 21);
	UNIT_NUMBER(b.count, 21);
	CU_ASSERT(object_id_compare(a.ids, 21, b.ids, 21) != 0);
	UNIT_NUMBER(a.ids[0], 20);
}

static size_t most_of(const struct column *index)
{
	if (index->syntax == SYNTAX_TEXT)
		return 1 + index->size;
	return index->syntax == SYNTAX_ADDRESS ? 1 + 16 : 1;
}

/* Otherwise a row could be one that no request can name; see INDEX_MOST. */
static void every_index_fits(void)
{
	size_t count;
	const struct table *const *tables = catalogue_tables(&count);

	for (size_t i = 0; i < count; i++) {
		size_t most = 0;

		for (size_t j = 0; j < tables[i]->index_count; j++)
			most += most_of(&tables[i]->indexes[j]);
		if (most > INDEX_MOST)
			fprintf(stderr, "%s: its index may take %zu; see index.def\n",
				tables[i]->name, most);
		CU_ASSERT(most <= INDEX_MOST);
	}
}

/* --- the tables and the metric tables are one set */

static const struct table *table_of(const struct stat_family *family)
{
	size_t count;
	const struct table *const *tables = catalogue_tables(&count);

	for (size_t i = 0; i < count; i++)
		if (tables[i]->arcs[1] == family->oid)
			return tables[i];
	return NULL;
}

static const struct column *column_of(const struct table *table, uint32_t id)
{
	for (size_t i = 0; i < table->column_count; i++)
		if (table->columns[i].id == id)
			return &table->columns[i];
	return NULL;
}

static unsigned shown_columns(const struct stat_metric *metric)
{
	return metric->kind == STAT_KIND_HISTOGRAM ? 2 : stat_columns(metric);
}

static void every_metric_has_its_columns(void)
{
	for (size_t i = 0; i < STAT_FAMILY_COUNT; i++) {
		const struct stat_family *family = &stat_families[i];
		const struct table *table = table_of(family);
		size_t expected = family->label_count + family->info_count + 1;

		CU_ASSERT_FATAL(table != NULL);
		for (size_t j = 0; j < family->metric_count; j++) {
			const struct stat_metric *metric = &family->metrics[j];

			for (unsigned k = 0; k < shown_columns(metric); k++)
				CU_ASSERT(column_of(table, metric->column + k) != NULL);
			expected += shown_columns(metric);
			expected += metric->kind == STAT_KIND_GAUGE &&
				    metric->unit == STAT_UNIT_TIMESTAMP;
		}
		UNIT_NUMBER(table->column_count, expected);
	}
}

static void columns_ascend_and_names_differ(void)
{
	size_t count;
	const struct table *const *tables = catalogue_tables(&count);

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < tables[i]->column_count; j++) {
			const struct column *column = &tables[i]->columns[j];

			CU_ASSERT(j == 0 || column[-1].id < column->id);
			for (size_t k = 0; k < j; k++)
				CU_ASSERT(strcmp(column->name, tables[i]->columns[k].name) != 0);
		}
}

static void every_cause_is_told(void)
{
	for (unsigned i = 0; i < CAUSE_COUNT; i++) {
		if (notification_for(i) == NOTIFICATION_COUNT)
			fprintf(stderr, "no notification tells of %s; see notification.def\n",
				event_cause_info(i)->name);
		CU_ASSERT(notification_for(i) < NOTIFICATION_COUNT);
	}
	UNIT_NUMBER(notification_for(CAUSE_COUNT), NOTIFICATION_COUNT);
}

static void notifications_are_chosen(void)
{
	unsigned wanted;

	CU_ASSERT(notification_parse("all", &wanted));
	UNIT_NUMBER(wanted, NOTIFICATION_ALL);
	CU_ASSERT(notification_parse("none", &wanted));
	UNIT_NUMBER(wanted, 0);
	CU_ASSERT(notification_parse("quorum,vrrp_state", &wanted));
	UNIT_NUMBER(wanted, 1u << NOTIFICATION_QUORUM | 1u << NOTIFICATION_VRRP);
	CU_ASSERT(!notification_parse("quorum,vrrp", &wanted));
}

static void kinds_are_those_of_events(void)
{
	size_t count;
	const struct table *const *tables = catalogue_tables(&count);
	const struct column *kind = column_of(tables[count - 1], HISTORY_KIND);

	CU_ASSERT_FATAL(kind && kind->set);
	for (unsigned i = 0; i < kind->set->count; i++)
		UNIT_STRING(kind->set->values[i].text, event_object_name((enum event_object)i));
	UNIT_NUMBER(kind->set->count, EVENT_OBJECT_PROCESS + 1);
}

/* --- views */

static struct subtree subtree;

static void add_server(struct snapshot *snapshot, const char *virtual_server,
		       const char *real_server, int64_t health, uint64_t connections)
{
	struct stat_real_server row = {.protocol = "TCP", .connections = connections};

	TEXT_COPY(row.virtual_server, virtual_server);
	TEXT_COPY(row.real_server, real_server);
	row.row.use = STAT_USE_LIVE;
	row.row.since = WALL;
	row.row.present = UINT64_C(1) << STAT_real_server_connections;
	stat_put(real_server, &row, health, health);
	stat_put(real_server, &row, changed, WALL - INT64_C(5000000000));
	snapshot_add(snapshot, STAT_FAMILY_REAL_SERVER, &row);
}

static struct view *make_view(unsigned servers)
{
	static const struct history none;
	struct snapshot snapshot = {0};
	struct object_id base;

	mib_base_parse(MIB_BASE, &base);
	subtree_lbd(&subtree, &base);
	for (size_t i = 0; i < PROCESS_COUNT; i++)
		snapshot.segments[i].liveness = STAT_ALIVE;
	for (unsigned i = servers; i-- > 0;) {
		char name[32];

		snprintf(name, sizeof(name), "10.0.%u.%u:80", i / 256, i % 256);
		add_server(&snapshot, "192.0.2.1:80", name, i % 2 ? HEALTH_UP : HEALTH_DOWN, i);
	}
	return view_new(&subtree, 1, &snapshot, &none, (struct circumstances){.wall = WALL});
}

/* "1.6.1.1.6…": below the root. */
static size_t parse_ids(const char *text, struct object_id *id)
{
	CU_ASSERT(object_id_parse(text, id));
	return id->count;
}

#define FIRST_SERVER "6.1.4.192.0.2.1.80.1.4.10.0.0.0.80"

static void gets(void)
{
	struct view *view = make_view(3);
	struct object_id id;
	struct value value;
	size_t count;

	count = parse_ids("1.6.1.1.6.1.4.192.0.2.1.80.1.4.10.0.0.2.80", &id);
	UNIT_NUMBER(view_get(view, 0, id.ids, count, &value), VIEW_FOUND);
	UNIT_NUMBER(value.type, VALUE_COUNTER);
	UNIT_NUMBER(value.number, 2);
	count = parse_ids("1.6.1.14." FIRST_SERVER, &id);
	UNIT_NUMBER(view_get(view, 0, id.ids, count, &value), VIEW_FOUND);
	UNIT_NUMBER(value.number, HEALTH_DOWN + 1);
	count = parse_ids("1.6.1.1016." FIRST_SERVER, &id);
	UNIT_NUMBER(view_get(view, 0, id.ids, count, &value), VIEW_FOUND);
	UNIT_NUMBER(value.type, VALUE_TICKS);
	UNIT_NUMBER(value.number, 500);
	view_free(view);
}

static void absent_ones(void)
{
	struct view *view = make_view(1);
	struct object_id id;
	struct value value;
	size_t count;

	count = parse_ids("1.6.1.12." FIRST_SERVER, &id); /* weight: not put */
	UNIT_NUMBER(view_get(view, 0, id.ids, count, &value), VIEW_NO_INSTANCE);
	count = parse_ids("1.6.1.1." FIRST_SERVER ".0", &id);
	UNIT_NUMBER(view_get(view, 0, id.ids, count, &value), VIEW_NO_INSTANCE);
	count = parse_ids("1.6.1.99." FIRST_SERVER, &id);
	UNIT_NUMBER(view_get(view, 0, id.ids, count, &value), VIEW_NO_OBJECT);
	count = parse_ids("1.6", &id);
	UNIT_NUMBER(view_get(view, 0, id.ids, count, &value), VIEW_NO_OBJECT);
	UNIT_NUMBER(view_get(view, 0, NULL, 0, &value), VIEW_NO_OBJECT);
	view_free(view);
}

/* Every answer is greater than its question, is what a get of it gives, and none comes twice. */
static size_t walk_all(const struct view *view)
{
	struct object_id at = {0}, found;
	struct value value, again;
	size_t steps = 0;

	while (view_next(view, 0, at.ids, at.count, &found, &value)) {
		CU_ASSERT_FATAL(object_id_compare(at.ids, at.count, found.ids, found.count) < 0);
		UNIT_NUMBER(view_get(view, 0, found.ids, found.count, &again), VIEW_FOUND);
		UNIT_NUMBER(again.number, value.number);
		at = found;
		steps++;
	}
	return steps;
}

static void walks_see_each_once(void)
{
	struct view *few = make_view(3), *more = make_view(100);
	size_t difference = walk_all(more) - walk_all(few);

	/* Connections, health, changed and its age, six texts, since. Ten of the worst are listed. */
	UNIT_NUMBER(difference, 97 * 10 + 8 * 5);
	view_free(few);
	view_free(more);
}

static void same_identity_twice(void)
{
	static const struct history none;
	struct snapshot snapshot = {0};
	struct view *view = make_view(0);
	size_t empty = view_rows(view);

	view_free(view);
	add_server(&snapshot, "192.0.2.1:80", "10.0.0.1:80", HEALTH_UP, 1);
	add_server(&snapshot, "192.0.2.1:80", "10.0.0.1:80", HEALTH_UP, 2);
	view = view_new(&subtree, 1, &snapshot, &none, (struct circumstances){.wall = WALL});
	UNIT_NUMBER(view_rows(view), empty + 1);
	view_free(view);
}

static void what_is_down_is_counted_and_listed(void)
{
	struct view *view = make_view(30);
	const struct summary *summary = &view_moment(view)->summary;

	UNIT_NUMBER(summary->numbers[SUMMARY_real_servers], 30);
	UNIT_NUMBER(summary->numbers[SUMMARY_real_servers_down], 15);
	UNIT_NUMBER(summary->real_servers.count, SUMMARY_WORST);
	CU_ASSERT(summary->present[SUMMARY_real_servers]);
	view_free(view);
}

static void what_nobody_counted_is_absent(void)
{
	static const struct history none;
	struct snapshot snapshot = {0};
	struct view *view;
	struct object_id id;
	struct value value;
	size_t count = parse_ids("1.100.30.0", &id);

	snapshot.segments[PROCESS_DIRECTOR].liveness = STAT_STALE;
	view = view_new(&subtree, 1, &snapshot, &none, (struct circumstances){.wall = WALL});
	UNIT_NUMBER(view_get(view, 0, id.ids, count, &value), VIEW_NO_INSTANCE);
	count = parse_ids("1.100.3.0", &id);
	UNIT_NUMBER(view_get(view, 0, id.ids, count, &value), VIEW_FOUND);
	CU_ASSERT(value.number >= 5);
	view_free(view);
}

/* --- generations */

static unsigned made;

static struct view *make_counted(void *argument)
{
	(void)argument;
	return make_view(++made);
}

static struct walks *new_walks(void)
{
	struct walks *walks = calloc(1, sizeof(*walks));

	made = 0;
	walks->make = make_counted;
	return walks;
}

static void end_walks(struct walks *walks)
{
	walks_free(walks);
	free(walks);
}

/* One step of somebody's walk at `now`; how many servers its generation has. */
static unsigned step_of(struct walks *walks, uint64_t who, struct object_id *at, int64_t now)
{
	const struct view *view = walk_next(walks, who, 0, at->ids, at->count, now);
	struct object_id found;
	struct value value;

	CU_ASSERT_FATAL(view_next(view, 0, at->ids, at->count, &found, &value));
	walk_answered(walks, who, 0, view, &found);
	*at = found;
	return (unsigned)view_moment(view)->summary.numbers[SUMMARY_real_servers];
}

/* … of whom nothing is known. */
static unsigned step(struct walks *walks, struct object_id *at, int64_t now)
{
	return step_of(walks, 0, at, now);
}

static void a_walk_stays_in_its_generation(void)
{
	struct walks *walks = new_walks();
	struct object_id slow = {0}, other = {0};

	UNIT_NUMBER(step(walks, &slow, 0), 1);
	UNIT_NUMBER(step(walks, &slow, 2 * WALK_TICK), 1);
	UNIT_NUMBER(step(walks, &other, 3 * WALK_TICK), 2);
	UNIT_NUMBER(step(walks, &slow, 4 * WALK_TICK), 1);
	UNIT_NUMBER(step(walks, &other, 5 * WALK_TICK), 2);
	walk_newest(walks, 6 * WALK_TICK);
	UNIT_NUMBER(made, 3);
	UNIT_NUMBER(step(walks, &slow, 7 * WALK_TICK), 1);
	end_walks(walks);
}

/* Two at the same object, each with a generation of its own. */
static void walkers_meet(void)
{
	static const struct object_id summary = {.count = 2, .ids = {1, 100}};
	struct object_id old = summary, new = summary, again;
	struct walks *walks = new_walks();

	UNIT_NUMBER(step_of(walks, 7, &old, 0), 1);
	UNIT_NUMBER(step_of(walks, 8, &new, 2 * WALK_TICK), 2);
	again = old;
	for (unsigned i = 0; i < 10; i++) {
		UNIT_NUMBER(object_id_compare(old.ids, old.count, new.ids, new.count), 0);
		UNIT_NUMBER(step_of(walks, 7, &old, 3 * WALK_TICK), 1);
		UNIT_NUMBER(step_of(walks, 8, &new, 3 * WALK_TICK), 2);
		/* The answer was lost. */
		UNIT_NUMBER(step_of(walks, 7, &again, 3 * WALK_TICK), 1);
	}
	end_walks(walks);
}

/* Nothing is known of them; the new one goes by while the old one waits. */
static void a_walker_is_overtaken(void)
{
	struct walks *walks = new_walks();
	struct object_id old = {0}, new = {0};

	for (unsigned i = 0; i < 5; i++)
		UNIT_NUMBER(step(walks, &old, 0), 1);
	for (unsigned i = 0; i < 10; i++)
		UNIT_NUMBER(step(walks, &new, 2 * WALK_TICK), 2);
	for (unsigned i = 0; i < 10; i++)
		UNIT_NUMBER(step(walks, &old, 3 * WALK_TICK), 1);
	UNIT_NUMBER(step(walks, &new, 3 * WALK_TICK), 2);
	end_walks(walks);
}

/* The object after a table is answered, and nobody goes on there; then the next table is walked. */
static void a_walk_that_has_ended(void)
{
	struct walks *walks = new_walks();
	struct object_id first = {0}, second = {0};

	for (unsigned i = 0; i < 5; i++)
		UNIT_NUMBER(step(walks, &first, 0), 1);
	second = first;
	second.count--; /* the object, not its instance */
	for (unsigned i = 0; i < 5; i++)
		UNIT_NUMBER(step(walks, &second, 2 * WALK_TICK), 2);
	end_walks(walks);
}

/* Whoever waits keeps his place, however much is answered to others meanwhile. */
static void a_waiting_walker_is_not_forgotten(void)
{
	struct walks *walks = new_walks();
	struct object_id waiting = {0}, found;
	const struct view *view;

	UNIT_NUMBER(step(walks, &waiting, 0), 1);
	UNIT_NUMBER(step(walks, &waiting, 0), 1);
	view = walk_newest(walks, 0);
	for (unsigned i = 0; i < 3 * WALK_PLACES; i++) {
		found = (struct object_id){.count = 2, .ids = {200, i}};
		walk_answered(walks, 0, 0, view, &found);
		CU_ASSERT(walk_next(walks, 0, 0, found.ids, found.count, 0) == view);
	}
	UNIT_NUMBER(step(walks, &waiting, 2 * WALK_TICK), 1);
	end_walks(walks);
}

static void generations_are_made_when_asked_for(void)
{
	struct walks *walks = new_walks();

	walk_newest(walks, 0);
	walk_newest(walks, WALK_TICK - 1);
	UNIT_NUMBER(made, 1);
	walk_newest(walks, WALK_TICK);
	UNIT_NUMBER(made, 2);
	end_walks(walks);
}

static unsigned held(const struct walks *walks)
{
	unsigned count = 0;

	for (size_t i = 0; i < WALK_GENERATIONS; i++)
		count += walks->generations[i].view != NULL;
	return count;
}

static void generations_are_bounded(void)
{
	struct object_id walkers[3 * WALK_GENERATIONS] = {0};
	struct walks *walks = new_walks();
	int64_t now = 0;

	for (size_t i = 0; i < 3 * WALK_GENERATIONS; i++, now += WALK_TICK)
		for (size_t j = 0; j <= i; j++)
			step(walks, &walkers[j], now);
	CU_ASSERT(held(walks) <= WALK_GENERATIONS);
	walk_tidy(walks, now + WALK_IDLE + 1);
	UNIT_NUMBER(held(walks), 0);
	end_walks(walks);
}

/* However busy, no walk goes on in numbers of long ago. */
static void generations_grow_old(void)
{
	struct walks *walks = new_walks();
	struct object_id at = {0};
	int64_t now = 0;

	UNIT_NUMBER(step(walks, &at, now), 1);
	for (; now <= WALK_AGE; now += WALK_IDLE / 2)
		UNIT_NUMBER(step(walks, &at, now), 1);
	UNIT_NUMBER(step(walks, &at, WALK_AGE + WALK_IDLE), 2);
	end_walks(walks);
}

/* --- events */

static void history_is_a_ring(void)
{
	struct history history = {0}, copy;
	struct history_entry entry = {0};

	for (entry.number = 1; entry.number <= HISTORY_MOST + 5; entry.number++)
		CU_ASSERT(history_add(&history, &entry));
	entry.number--;
	CU_ASSERT(!history_add(&history, &entry));
	history_copy(&copy, &history);
	UNIT_NUMBER(copy.count, HISTORY_MOST);
	UNIT_NUMBER(history_at(&copy, 0)->number, 6);
	UNIT_NUMBER(history_at(&copy, HISTORY_MOST - 1)->number, HISTORY_MOST + 5);
	history_free(&history);
	history_free(&copy);
}

/* Numbers that we know, for other events: what we know is of a journal that is gone. */
static void a_new_journal_begins_anew(void)
{
	struct history history = {0};

	for (unsigned i = 1; i <= 5; i++)
		history_add(&history, &(struct history_entry){.number = i, .wall = i});
	CU_ASSERT(history_add(&history, &(struct history_entry){.number = 1, .wall = 100}));
	UNIT_NUMBER(history.count, 1);
	CU_ASSERT(history_add(&history, &(struct history_entry){.number = 2, .wall = 101}));
	UNIT_NUMBER(history.count, 2);
	history_free(&history);
}

static void outbox_is_bounded(void)
{
	const struct object_id root = {.count = 2, .ids = {1, 3}};
	struct outbox outbox = {0};
	struct history_entry entry = {0};

	CU_ASSERT(outbox_first(&outbox) == NULL);
	for (entry.number = 1; entry.number <= OUTBOX_MOST; entry.number++)
		CU_ASSERT(outbox_add(&outbox, &entry, notice_new(&root, 1)));
	CU_ASSERT(!outbox_add(&outbox, &entry, NULL));
	UNIT_NUMBER(outbox.count, OUTBOX_MOST);
	UNIT_NUMBER(outbox_first(&outbox)->entry.number, 2);
	UNIT_NUMBER(outbox_first(&outbox)->notice->which.ids[3], 1);
	for (uint64_t number = 2; outbox.count > 5; number++) {
		UNIT_NUMBER(outbox_first(&outbox)->entry.number, number);
		outbox_remove(&outbox);
	}
	outbox_free(&outbox);
}

static void evidence_in_words(void)
{
	struct history_entry entry = {.number = 7, .cause = CAUSE_VRRP_MASTER_SILENT};

	history_entry_begin(&entry, "VI_1", "backup", "master");
	history_entry_fact(&entry, "sender", FACT_KIND_TEXT, "192.0.2.9", 0);
	history_entry_fact(&entry, "sender_priority", FACT_KIND_COUNT, NULL, 150);
	history_entry_fact(&entry, "outage", FACT_KIND_DURATION, NULL, INT64_C(3571000000));
	UNIT_STRING(entry.summary, "sender 192.0.2.9, sender_priority 150, outage 3.57 s");
	CU_ASSERT(entry.has_outage);
	UNIT_NUMBER(entry.outage, INT64_C(3571000000));
	UNIT_NUMBER(entry.severity, SEVERITY_CRITICAL);
	UNIT_NUMBER(entry.kind, EVENT_OBJECT_VRRP);
}

static const struct unit_test tests[] = {
	UNIT_TEST(mib_text),
	UNIT_TEST(object_ids),
	UNIT_TEST(order),
	UNIT_TEST(roots),
	UNIT_TEST(values_latch),
	UNIT_TEST(dates),
	UNIT_TEST(texts_are_cut_between_characters),
	UNIT_TEST(addresses_as_indexes),
	UNIT_TEST(odd_texts_have_indexes),
	UNIT_TEST(long_texts_are_cut_but_stay_apart),
	UNIT_TEST(every_index_fits),
	UNIT_TEST(every_metric_has_its_columns),
	UNIT_TEST(columns_ascend_and_names_differ),
	UNIT_TEST(every_cause_is_told),
	UNIT_TEST(notifications_are_chosen),
	UNIT_TEST(kinds_are_those_of_events),
	UNIT_TEST(gets),
	UNIT_TEST(absent_ones),
	UNIT_TEST(walks_see_each_once),
	UNIT_TEST(same_identity_twice),
	UNIT_TEST(what_is_down_is_counted_and_listed),
	UNIT_TEST(what_nobody_counted_is_absent),
	UNIT_TEST(a_walk_stays_in_its_generation),
	UNIT_TEST(walkers_meet),
	UNIT_TEST(a_walker_is_overtaken),
	UNIT_TEST(a_walk_that_has_ended),
	UNIT_TEST(a_waiting_walker_is_not_forgotten),
	UNIT_TEST(generations_are_made_when_asked_for),
	UNIT_TEST(generations_are_bounded),
	UNIT_TEST(generations_grow_old),
	UNIT_TEST(history_is_a_ring),
	UNIT_TEST(a_new_journal_begins_anew),
	UNIT_TEST(outbox_is_bounded),
	UNIT_TEST(evidence_in_words),
};

int main(void)
{
	return unit_main("snmp", tests, UNIT_COUNT(tests));
}
