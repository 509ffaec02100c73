/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Events as vertical lines: reading them, and choosing those of an object. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/message.h"
#include "base/text.h"
#include "exporters/graph/graph.h"

/* --- reading ------------------------------------------------------------------------------------- */

static const char *text_of(const json_t *object, const char *name)
{
	const char *text = json_string_value(json_object_get(object, name));

	return text ? text : "";
}

static bool read_event(const json_t *json, struct graph_event *event)
{
	const json_t *effect = json_object_get(json, "effect");
	const json_t *wall = json_object_get(json, "time_ns");

	if (!json_is_integer(json_object_get(json, "number")) || !json_is_integer(wall))
		return false;
	event->number = (uint64_t)json_integer_value(json_object_get(json, "number"));
	event->wall = json_integer_value(wall) / CLOCK_SECOND;
	TEXT_COPY(event->kind, text_of(json, "kind"));
	TEXT_COPY(event->object, text_of(json, "object"));
	TEXT_COPY(event->from, text_of(json, "from"));
	TEXT_COPY(event->to, text_of(json, "to"));
	TEXT_COPY(event->cause, text_of(json, "cause"));
	TEXT_COPY(event->severity, text_of(json, "severity"));
	TEXT_COPY(event->addresses, text_of(effect, "addresses"));
	TEXT_COPY(event->services, text_of(effect, "services"));
	return true;
}

void graph_events_add(struct graph_events *events, const char *line, size_t length)
{
	json_t *json = json_loadb(line, length, 0, NULL);
	struct graph_event event = {.number = 0};

	if (!read_event(json, &event)) {
		events->unreadable++;
	} else {
		if (events->count == events->room) {
			events->room = events->room ? events->room * 2 : 64;
			events->list = memory_resize(events->list, events->room,
						     sizeof(events->list[0]));
		}
		events->list[events->count++] = event;
	}
	json_decref(json);
}

void graph_events_free(struct graph_events *events)
{
	free(events->list);
	*events = (struct graph_events){0};
}

/* --- whose they are ------------------------------------------------------------------------------ */

/* "a, b and 3 more" names `item`. */
static bool lists(const char *list, const char *item)
{
	size_t length = strlen(item);

	if (length == 0)
		return false;
	for (const char *at = strstr(list, item); at; at = strstr(at + 1, item))
		if ((at == list || at[-1] == ' ') && strchr(", ", at[length]) != NULL)
			return true;
	return false;
}

/* What the configuration calls the virtual server: events speak of that. */
static void owner_of(const struct graph_object *object, char owner[GRAPH_NAME])
{
	const char *group = graph_object_text(object, "group");

	owner[0] = '\0';
	text_append(owner, GRAPH_NAME, "%s%s", group[0] ? "group " : "",
		    group[0] ? group : graph_object_text(object, "virtual_server"));
}

/* Is the event about this virtual server, or, with `server`, about that one under it? */
static bool is_of_service(const struct graph_event *event, const struct graph_object *object,
			  const char *server)
{
	const char *object_end = strrchr(event->object, ' ');
	char owner[GRAPH_NAME];
	size_t length;

	if (server && (!object_end || strcmp(object_end + 1, server) != 0))
		return false;
	if (lists(event->services, graph_object_text(object, "virtual_server")))
		return true;
	owner_of(object, owner);
	length = server ? (size_t)(object_end - event->object) : strlen(event->object);
	return length == strlen(owner) && memcmp(event->object, owner, length) == 0;
}

/* Events call a process by its title. */
static const char *title_of(const char *process)
{
	static const struct {
		const char *name, *title;
	} list[] = {
#define PROCESS(NAME, name, title, ...) {#name, title},
#include "base/process.def"
#undef PROCESS
	};

	for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++)
		if (strcmp(list[i].name, process) == 0)
			return list[i].title;
	return process;
}

static bool is_own(const struct graph_event *event, const struct graph_object *object)
{
	const char *family = stat_families[object->family].name;
	const char *server = graph_object_text(object, "real_server");
	const char *process = graph_object_text(
		object, object->family == STAT_FAMILY_EXPORTER ? "exporter" : "process");

	if (strcmp(family, "vrrp") == 0)
		return strcmp(event->kind, family) == 0 &&
		       strcmp(event->object, graph_object_text(object, "instance")) == 0;
	if (strcmp(family, "virtual_server") == 0)
		return (strcmp(event->kind, family) == 0 && is_of_service(event, object, NULL)) ||
		       (strcmp(event->kind, "real_server") == 0 &&
			lists(event->services, graph_object_text(object, "virtual_server")));
	if (server[0] != '\0')
		return strcmp(event->kind, "real_server") == 0 &&
		       is_of_service(event, object, server);
	if (process[0] != '\0')
		return strcmp(event->kind, "process") == 0 &&
		       strcmp(event->object, title_of(process)) == 0;
	return strcmp(event->kind, family) == 0;
}

/* "192.0.2.1:80" and "[2001:db8::1]:80" without what is around the address. */
static void address_of(const char *service, char address[64])
{
	const char *begin = service + (*service == '[');
	const char *end = *service == '[' ? strchr(service, ']') : strrchr(service, ':');

	address[0] = '\0';
	if (end && end > begin)
		text_append(address, 64, "%.*s", (int)(end - begin), begin);
}

/* Became master or ceased to be: who serves has changed, which every other graph shows. */
static bool is_failover(const struct graph_event *event, const struct graph_object *object)
{
	const char *service = graph_object_text(object, "virtual_server");
	char address[64];

	if (strcmp(event->kind, "vrrp") != 0 ||
	    (strcmp(event->from, "master") != 0 && strcmp(event->to, "master") != 0) ||
	    object->family == STAT_FAMILY_VRRP)
		return false;
	address_of(service, address);
	return address[0] == '\0' || event->addresses[0] == '\0' ||
	       strstr(event->addresses, " more") || lists(event->addresses, address);
}

/* --- what they look like ------------------------------------------------------------------------- */

static const char *colour_of(const char *severity)
{
	if (strcmp(severity, "critical") == 0)
		return "D55E00";
	return strcmp(severity, "warning") == 0 ? "CC79A7" : "999999";
}

static void describe(struct graph_mark *mark, const struct graph_event *event)
{
	time_t seconds = (time_t)event->wall;
	struct tm local;
	char time[32] = "";

	if (localtime_r(&seconds, &local))
		strftime(time, sizeof(time), "%m-%d %H:%M:%S", &local);
	mark->wall = event->wall;
	mark->colour = colour_of(event->severity);
	mark->text[0] = '\0';
	TEXT_APPEND(mark->text, "event %llu  %s  %.60s%s%s%s%s: %s",
		    (unsigned long long)event->number, time, event->object,
		    event->from[0] || event->to[0] ? " " : "", event->from,
		    event->from[0] && event->to[0] ? " -> " : "", event->to, event->cause);
	for (char *at = strrchr(mark->text, ':'); at && *at; at++)
		if (*at == '_')
			*at = ' ';
}

/* As they were chosen, the newest is first. */
static void reverse(struct graph_marks *marks)
{
	for (size_t i = 0; i < marks->count / 2; i++) {
		struct graph_mark other = marks->list[i];

		marks->list[i] = marks->list[marks->count - 1 - i];
		marks->list[marks->count - 1 - i] = other;
	}
}

void graph_marks_choose(struct graph_marks *marks, const struct graph_events *events,
			const struct graph_object *object, const struct graph_window *window)
{
	*marks = (struct graph_marks){.count = 0};
	for (size_t i = events->count; i-- > 0;) {
		const struct graph_event *event = &events->list[i];

		if (event->wall < window->start || event->wall > window->end ||
		    (!is_own(event, object) && !is_failover(event, object)))
			continue;
		if (marks->count == GRAPH_MARKS)
			marks->earlier++;
		else
			describe(&marks->list[marks->count++], event);
	}
	reverse(marks);
}
