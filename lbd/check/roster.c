/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Building a roster and carrying checks over from the one before. */
#include "check/roster.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "check/phase.h"

static void set_endpoint(char *into, size_t size, const struct address *address, uint16_t port)
{
	char text[ADDRESS_PORT_TEXT];

	/* Port 0: the real server takes the virtual service's port, of which there may be several. */
	if (port == 0)
		text_copy(into, size, address_format(address, text));
	else
		text_copy(into, size, address_format_port(address, port, text));
}

static void identify(struct check *check, const struct conf *conf)
{
	const struct conf_real_server *server = &conf->real_servers[check->conf.real_server];
	const struct conf_virtual_server *service = &conf->virtual_servers[server->virtual_server];

	TEXT_COPY(check->identity.virtual_server, service->name);
	set_endpoint(check->identity.real_server, sizeof(check->identity.real_server),
		     &server->address, server->port);
	TEXT_COPY(check->identity.check, conf_check_name(check->conf.kind));
	set_endpoint(check->identity.target, sizeof(check->identity.target),
		     &check->conf.connect_address, check->conf.connect_port);
}

static struct check *new_check(const struct conf *conf, size_t index)
{
	struct check *check = memory_new(sizeof(*check));

	check->conf = conf->checks[index];
	check->settings = (struct schedule_settings){
		.interval = check->conf.interval > 0 ? check->conf.interval : 1,
		.delay_before_retry = check->conf.delay_before_retry,
		.retry = check->conf.retry,
		.slot = PHASE_SLOT_NONE,
	};
	identify(check, conf);
	return check;
}

/* text_copy() zeroes the rest of a text, so that equal identities are equal bytes. */
static int compare_identity(const struct check *a, const struct check *b)
{
	return memcmp(&a->identity, &b->identity, sizeof(a->identity));
}

/* Where in a roster a check stands. */
struct place {
	struct check **check;
};

static int compare_place(const void *left, const void *right)
{
	const struct place *a = left, *b = right;
	int order = compare_identity(*a->check, *b->check);

	/* Equal ones in the order of the configuration. */
	return order ? order : a->check < b->check ? -1 : a->check > b->check;
}

/* The places of a roster that hold a check, sorted by its identity. The caller frees the list. */
static struct place *sort_places(struct roster *roster, size_t *count)
{
	struct place *sorted = memory_array(roster->count, sizeof(*sorted));

	*count = 0;
	for (size_t i = 0; i < roster->count; i++)
		if (roster->checks[i])
			sorted[(*count)++].check = &roster->checks[i];
	qsort(sorted, *count, sizeof(*sorted), compare_place);
	return sorted;
}

/* One server may be checked twice alike: in the TCP and the UDP virtual server of one address, say. */
static void number_doubles(struct roster *roster)
{
	size_t count;
	struct place *sorted = sort_places(roster, &count);
	struct check_identity first;
	unsigned number = 1;

	for (size_t i = 0; i < count; i++) {
		struct check *check = *sorted[i].check;

		if (i > 0 && memcmp(&check->identity, &first, sizeof(first)) == 0) {
			TEXT_APPEND(check->identity.target, " #%u", ++number);
		} else {
			first = check->identity;
			number = 1;
		}
	}
	free(sorted);
}

static void carry_over(struct check **place, struct check **old_place)
{
	struct check *fresh = *place;
	struct check *kept = *old_place;

	/* Each interval has slots of its own. */
	kept->moved = kept->settings.interval != fresh->settings.interval;
	if (!kept->moved)
		fresh->settings.slot = kept->settings.slot;
	kept->conf = fresh->conf;
	kept->settings = fresh->settings;
	*place = kept;
	*old_place = NULL;
	free(fresh);
}

/* Joins the two rosters by identity. */
static void keep_checks(struct roster *roster, struct roster *old)
{
	size_t fresh_count, former_count, i = 0, j = 0;
	struct place *fresh = sort_places(roster, &fresh_count);
	struct place *former = sort_places(old, &former_count);

	while (i < fresh_count && j < former_count) {
		int order = compare_identity(*fresh[i].check, *former[j].check);

		if (order == 0)
			carry_over(fresh[i].check, former[j].check);
		i += order <= 0;
		j += order >= 0;
	}
	free(fresh);
	free(former);
}

static void give_slots(struct roster *roster)
{
	struct phase_claim *claims = memory_array(roster->count, sizeof(*claims));

	for (size_t i = 0; i < roster->count; i++)
		claims[i] = (struct phase_claim){roster->checks[i]->settings.interval,
						 roster->checks[i]->settings.slot};
	phase_allot(claims, roster->count);
	for (size_t i = 0; i < roster->count; i++)
		roster->checks[i]->settings.slot = claims[i].slot;
	free(claims);
}

struct roster *roster_new(const struct conf *conf, struct roster *old)
{
	struct roster *roster = memory_new(sizeof(*roster));

	roster->count = conf->check_count;
	roster->checks = memory_array(roster->count, sizeof(struct check *));
	for (size_t i = 0; i < roster->count; i++)
		roster->checks[i] = new_check(conf, i);
	number_doubles(roster);
	if (old)
		keep_checks(roster, old);
	give_slots(roster);
	roster->server_count = conf->real_server_count;
	roster->servers = memory_array(roster->server_count, sizeof(*roster->servers));
	for (size_t i = 0; i < roster->server_count; i++)
		roster->servers[i] = (struct roster_server){conf->real_servers[i].first_check,
							    conf->real_servers[i].check_count};
	return roster;
}

void roster_free(struct roster *roster)
{
	if (!roster)
		return;
	for (size_t i = 0; i < roster->count; i++)
		free(roster->checks[i]);
	free(roster->checks);
	free(roster->servers);
	free(roster);
}

static bool decides_over(const struct check *check, const struct check *than)
{
	bool down = check->schedule.verdict == HEALTH_DOWN;
	bool other_down = than->schedule.verdict == HEALTH_DOWN;

	return down != other_down ? down : check->decided > than->decided;
}

const struct check *roster_decider(const struct roster *roster, size_t server)
{
	const struct roster_server *range = &roster->servers[server];
	const struct check *decider = NULL;
	bool unknown = false;

	for (size_t i = 0; i < range->check_count; i++) {
		const struct check *check = roster->checks[range->first_check + i];

		unknown |= check->schedule.verdict == HEALTH_UNKNOWN;
		if (!decider || decides_over(check, decider))
			decider = check;
	}
	if (decider && decider->schedule.verdict != HEALTH_DOWN && unknown)
		return NULL;
	return decider;
}
