/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Virtual routers. */
#include "exporters/snmp/routers.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "exporters/snmp/view.h"

/* --- the list */

/* What an instance is known by, in a segment and in the configuration. */
struct identity {
	const char *interface;
	unsigned vrid, family;
	const struct conf_vrrp_instance *conf;
};

static int order_identities(const void *left, const void *right)
{
	const struct identity *a = left, *b = right;
	int order = strcmp(a->interface, b->interface);

	if (order)
		return order;
	if (a->vrid != b->vrid)
		return a->vrid < b->vrid ? -1 : 1;
	return (a->family > b->family) - (a->family < b->family);
}

static struct identity *conf_identities(const struct conf *conf, size_t *count)
{
	struct identity *list;

	*count = conf ? conf->instance_count : 0;
	if (*count == 0)
		return NULL;
	list = memory_array(*count, sizeof(*list));
	for (size_t i = 0; i < *count; i++)
		list[i] = (struct identity){.interface = conf->instances[i].interface,
					    .vrid = conf->instances[i].vrid,
					    .family = conf->instances[i].family,
					    .conf = &conf->instances[i]};
	qsort(list, *count, sizeof(*list), order_identities);
	return list;
}

static int order_routers(const void *left, const void *right)
{
	const struct router *a = left, *b = right;

	if (a->link->index != b->link->index)
		return a->link->index < b->link->index ? -1 : 1;
	if (a->vrid != b->vrid)
		return a->vrid < b->vrid ? -1 : 1;
	return (a->family > b->family) - (a->family < b->family);
}

void routers_make(struct routers *routers, const struct snapshot *snapshot,
		  const struct conf *conf, const struct links *links)
{
	size_t rows = snapshot->families[STAT_FAMILY_VRRP].count, known;
	struct identity *identities = conf_identities(conf, &known);

	*routers = (struct routers){.list = rows ? memory_array(rows, sizeof(*routers->list)) : NULL};
	for (size_t i = 0; i < rows; i++) {
		const struct stat_vrrp *row =
			(const void *)snapshot_row(snapshot, STAT_FAMILY_VRRP, i);
		struct identity key = {
			.interface = row->interface,
			.vrid = (unsigned)strtoul(row->vrid, NULL, 10),
			.family = strcmp(row->family, "ipv6") == 0 ? AF_INET6 : AF_INET,
		};
		const struct link_info *link = links_find(links, row->interface);
		const struct identity *found =
			known ? bsearch(&key, identities, known, sizeof(key), order_identities)
			      : NULL;

		if (link && key.vrid >= 1 && key.vrid <= 255)
			routers->list[routers->count++] =
				(struct router){.link = link,
						.row = row,
						.conf = found ? found->conf : NULL,
						.vrid = (uint8_t)key.vrid,
						.family = (uint8_t)key.family};
	}
	free(identities);
	if (routers->count > 0)
		qsort(routers->list, routers->count, sizeof(*routers->list), order_routers);
}

void routers_free(struct routers *routers)
{
	free(routers->list);
	*routers = (struct routers){0};
}

const struct router *routers_find(const struct routers *routers, const char *instance)
{
	for (size_t i = 0; i < routers->count; i++)
		if (strcmp(routers->list[i].row->instance, instance) == 0)
			return &routers->list[i];
	return NULL;
}

/* --- one of them */

bool router_is_version2(const struct router *router)
{
	return router->conf ? router->conf->version == 2 : router->family == AF_INET;
}

bool router_is_associated(const struct router *router, const struct conf_virtual_address *address)
{
	return !address->excluded && address->address.family == router->family;
}

size_t router_associated(const struct router *router, const struct conf *conf)
{
	const struct conf_virtual_address *addresses = conf->addresses + router->conf->first_address;
	size_t count = 0;

	for (size_t i = 0; i < router->conf->address_count; i++)
		count += router_is_associated(router, &addresses[i]);
	return count;
}

int router_state(const struct router *router)
{
	if (!stat_has(&router->row->row, STAT_vrrp_state))
		return 1;
	switch ((enum vrrp_state)router->row->state) {
	case VRRP_STATE_BACKUP:
		return 2;
	case VRRP_STATE_MASTER:
		return 3;
	default:
		return 1;
	}
}

struct address router_master(const struct router *router)
{
	struct address none = {.family = router->family}, address;

	return address_parse(router->row->master, &address) && address.family == router->family
		       ? address
		       : none;
}

struct address router_primary(const struct router *router)
{
	struct address none = {.family = router->family};

	return router->family == router->link->address.family ? router->link->address : none;
}

/* --- events */

bool router_became_master(const struct history_entry *entry)
{
	return entry->kind == EVENT_OBJECT_VRRP &&
	       strcmp(entry->to, set_text(&set_vrrp_state, VRRP_STATE_MASTER)) == 0;
}

enum vrrp_drop router_drop(const struct history_entry *entry)
{
	unsigned drop = 0;

	while (drop < VRRP_DROP_COUNT &&
	       strcmp(entry->drop, set_text(&set_vrrp_drop, drop)) != 0)
		drop++;
	return (enum vrrp_drop)drop;
}

enum vrrp_cause router_cause(unsigned event_cause)
{
	const struct event_cause_info *info = event_cause_info(event_cause);
	unsigned cause = 0;

	while (info && cause < VRRP_CAUSE_COUNT &&
	       strcmp(info->name, set_text(&set_vrrp_cause, cause)) != 0)
		cause++;
	return (enum vrrp_cause)cause;
}

/* --- closed sets of lbd's as the RFCs have them */

enum router_error router_error(enum vrrp_drop drop)
{
	static const uint8_t errors[VRRP_DROP_COUNT] = {
		[VRRP_DROP_TRUNCATED] = ROUTER_LENGTH,
		[VRRP_DROP_IP_HEADER] = ROUTER_NO_ERROR,
		[VRRP_DROP_TTL] = ROUTER_TTL,
		[VRRP_DROP_DESTINATION] = ROUTER_NO_ERROR,
		[VRRP_DROP_VERSION] = ROUTER_VERSION,
		[VRRP_DROP_TYPE] = ROUTER_TYPE,
		[VRRP_DROP_LENGTH] = ROUTER_LENGTH,
		[VRRP_DROP_CHECKSUM] = ROUTER_CHECKSUM,
		[VRRP_DROP_VRID] = ROUTER_VRID,
		[VRRP_DROP_AUTHENTICATION_TYPE] = ROUTER_AUTHENTICATION_TYPE,
		[VRRP_DROP_AUTHENTICATION] = ROUTER_AUTHENTICATION,
		[VRRP_DROP_ADDRESS_LIST] = ROUTER_ADDRESS_LIST,
		[VRRP_DROP_INTERVAL] = ROUTER_INTERVAL,
		[VRRP_DROP_OWN] = ROUTER_NO_ERROR,
		[VRRP_DROP_OWNER] = ROUTER_NO_ERROR,
		[VRRP_DROP_STATE] = ROUTER_NO_ERROR,
		[VRRP_DROP_AUTHENTICATION_UNKNOWN] = ROUTER_AUTHENTICATION_INVALID,
	};

	_Static_assert(VRRP_DROP_COUNT == VRRP_DROP_AUTHENTICATION_UNKNOWN + 1,
		       "a new reason belongs to a counter of the RFCs, or to none");
	return (enum router_error)errors[drop];
}

uint64_t router_errors(const struct router *router, enum router_error error)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < VRRP_DROP_COUNT; i++)
		if (router_error((enum vrrp_drop)i) == error)
			sum += router->row->adverts_dropped[i];
	return sum;
}

uint64_t routers_errors(const struct routers *routers, enum router_error error, bool version2)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < routers->count; i++)
		if (!version2 || router_is_version2(&routers->list[i]))
			sum += router_errors(&routers->list[i], error);
	return sum;
}

int router_new_master_reason(enum vrrp_cause cause)
{
	enum { NOT_MASTER, PRIORITY, PREEMPTED, MASTER_NO_RESPONSE };

	switch (cause) {
	case VRRP_CAUSE_VRRP_MASTER_SILENT:
	case VRRP_CAUSE_VRRP_NO_MASTER:
	case VRRP_CAUSE_VRRP_RESUMED:
		return MASTER_NO_RESPONSE;
	case VRRP_CAUSE_VRRP_PREEMPTED:
		return PREEMPTED;
	case VRRP_CAUSE_VRRP_MASTER_RESIGNED:
	case VRRP_CAUSE_VRRP_OWNER:
		return PRIORITY;
	default:
		return NOT_MASTER;
	}
}

int router_protocol_error_reason(enum vrrp_drop drop)
{
	enum { NO_ERROR, IP_TTL_ERROR, VERSION_ERROR, CHECKSUM_ERROR };

	switch (drop) {
	case VRRP_DROP_TTL:
		return IP_TTL_ERROR;
	case VRRP_DROP_VERSION:
		return VERSION_ERROR;
	case VRRP_DROP_CHECKSUM:
		return CHECKSUM_ERROR;
	default:
		return NO_ERROR;
	}
}

void value_timestamp(struct value *value, const struct moment *moment, int64_t wall)
{
	int64_t uptime = moment->uptime - (moment->wall - wall);

	value_ticks(value, uptime > 0 ? uptime : 0);
}
