/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading the list of services, and remembering what was said of each. */
#include "exporters/nagios/service.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "exporters/nagios/options.h"

#define NAME_MOST 127

struct words {
	char *list[SERVICE_WORDS + 1]; /* NULL behind the last, as for main() */
	int count;
};

bool service_is_name(const char *text)
{
	size_t length = strlen(text);

	if (length == 0 || length > NAME_MOST || strchr(text, ';') || strchr(text, '"'))
		return false;
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 127)
			return false;
	return true;
}

static bool is_blank(char character)
{
	return character == ' ' || character == '\t' || character == '\r';
}

static bool is_end(char character)
{
	return character == ';' || character == '\n' || character == '\0';
}

/* One word at *at, which is no blank and no end: terminated in place, *at moves behind it. *stop is
 * what ended it. NULL: a quotation mark is missing. */
static char *take_word(char **at, char *stop)
{
	bool quoted = **at == '"';
	char *word = quoted ? *at + 1 : *at;
	char *end = word;

	if (quoted) {
		end = strchr(word, '"');
		if (!end)
			return NULL;
		*end = '\0';
		end++;
	} else {
		while (!is_blank(*end) && !is_end(*end))
			end++;
	}
	*stop = *end;
	/* What stands right behind a quotation mark begins the next word. */
	if (quoted && !is_blank(*stop) && !is_end(*stop)) {
		*at = end;
		return word;
	}
	*end = '\0';
	*at = *stop == '\0' ? end : end + 1;
	return word;
}

/* The words up to the end of a service, behind which *at is then; *more: there is something. */
static const char *take_words(char **at, struct words *words, bool *more)
{
	char stop = ' ';

	words->count = 0;
	while (!is_end(stop)) {
		while (is_blank(**at))
			(*at)++;
		if (is_end(**at)) {
			stop = **at;
			*at += stop != '\0';
			break;
		}
		if (words->count == SERVICE_WORDS)
			return "has too many words";
		words->list[words->count] = take_word(at, &stop);
		if (!words->list[words->count++])
			return "lacks a quotation mark at the end of a word";
	}
	words->list[words->count] = NULL;
	*more = stop != '\0';
	return NULL;
}

static bool add_service(struct services *services, struct words *words, char error[SERVICE_ERROR])
{
	struct service *service = &services->list[services->count];
	struct options options;

	if (!service_is_name(words->list[0])) {
		snprintf(error, SERVICE_ERROR,
			 "'%.40s' cannot be the name of a service: 1 to %d characters, no ;",
			 words->list[0], NAME_MOST);
		return false;
	}
	for (size_t i = 0; i < services->count; i++)
		if (strcmp(services->list[i].name, words->list[0]) == 0) {
			snprintf(error, SERVICE_ERROR, "there are two services called '%s'",
				 words->list[0]);
			return false;
		}
	/* The name stands where a program's would. */
	if (options_read_request(words->count, words->list, &options) != OPTIONS_RUN) {
		snprintf(error, SERVICE_ERROR, "service '%s': %s", words->list[0], options.error);
		return false;
	}
	*service = (struct service){.name = words->list[0], .request = options.request};
	services->count++;
	return true;
}

bool services_read(const char *text, struct services *services, char error[SERVICE_ERROR])
{
	struct words words;
	bool more = true;
	char *at;

	*services = (struct services){.text = memory_string(text)};
	at = services->text;
	while (more) {
		const char *wrong = take_words(&at, &words, &more);

		if (wrong) {
			snprintf(error, SERVICE_ERROR, "service %zu %s", services->count + 1, wrong);
			return false;
		}
		if (words.count == 0)
			continue;
		if (services->count == SERVICE_MOST) {
			snprintf(error, SERVICE_ERROR, "more than %d services", SERVICE_MOST);
			return false;
		}
		if (!add_service(services, &words, error))
			return false;
	}
	if (services->count == 0)
		snprintf(error, SERVICE_ERROR, "there is no service in it");
	return services->count > 0;
}

void services_default(struct services *services)
{
	static const enum nagios_mode modes[] = {NAGIOS_HEALTH, NAGIOS_VRRP, NAGIOS_VIRTUAL_SERVER,
						 NAGIOS_REAL_SERVERS};

	*services = (struct services){.count = sizeof(modes) / sizeof(modes[0])};
	for (size_t i = 0; i < services->count; i++)
		services->list[i] = (struct service){
			.name = nagios_mode_service(modes[i]),
			.request = {.mode = modes[i],
				    .expect = -1,
				    .within = OPTIONS_WITHIN * CLOCK_SECOND}};
}

void services_free(struct services *services)
{
	free(services->text);
	*services = (struct services){0};
}

uint64_t services_concerned(const struct services *services, const char *object)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < services->count; i++)
		if (nagios_mode_concerned(services->list[i].request.mode, object))
			bits |= UINT64_C(1) << i;
	return bits;
}

bool service_changed(const struct service *service, const struct outcome *outcome)
{
	return !service->reported || service->status != outcome->status ||
	       service->problems != outcome->problem_count;
}

void service_reported(struct service *service, const struct outcome *outcome)
{
	service->reported = true;
	service->status = outcome->status;
	service->problems = outcome->problem_count;
}
