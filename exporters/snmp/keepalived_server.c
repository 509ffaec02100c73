/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What virtual and real servers have in common in KEEPALIVED-MIB: traffic, check settings, a name. */
#include "exporters/snmp/keepalived_mib.h"

#include "base/clock.h"
#include "exporters/snmp/keepalived_rows.h"

#define RATE_UNIT 1000 /* of PER_SECOND */

#define SERVER_SOURCE(name) KEEPALIVED_SOURCE(name, keepalived_server, server)

/* `argument` of these: enum server_counter. */

/* The MIB has the number of connections as a Gauge32, and again as Counter64. */
SERVER_SOURCE(server_gauge)
{
	value_unsigned(value, (int64_t)(server->counters[argument] & INT64_MAX));
	return server->counted;
}

SERVER_SOURCE(server_counter32)
{
	value_counter32(value, server->counters[argument]);
	return server->counted;
}

SERVER_SOURCE(server_counter)
{
	value_counter(value, server->counters[argument]);
	return server->counted;
}

static uint64_t rate_of(const struct keepalived_server *server, int64_t which)
{
	int64_t rate = server->rates[which];

	return rate < 0 ? 0 : ((uint64_t)rate + RATE_UNIT / 2) / RATE_UNIT;
}

SERVER_SOURCE(server_rate)
{
	value_unsigned(value, (int64_t)rate_of(server, argument));
	return server->rated;
}

/* The lower and the upper half of 64 bits, as SNMP has no gauge of that size. */
SERVER_SOURCE(server_rate_low)
{
	value_unsigned(value, (int64_t)(rate_of(server, argument) & UINT32_MAX));
	return server->rated;
}

SERVER_SOURCE(server_rate_high)
{
	value_unsigned(value, (int64_t)(rate_of(server, argument) >> 32));
	return server->rated;
}

/* `argument`: which of the three. */
SERVER_SOURCE(server_connections)
{
	value_unsigned(value, server->connections[argument]);
	return server->connected;
}

/* --- check settings; `argument`: where the duration is in them */

static int64_t setting(const struct keepalived_server *server, int64_t offset)
{
	return *(const int64_t *)(const void *)((const char *)server->checks + offset);
}

SERVER_SOURCE(server_check_seconds)
{
	value_unsigned(value, setting(server, argument) / CLOCK_SECOND);
	return true;
}

SERVER_SOURCE(server_check_microseconds)
{
	value_unsigned(value, setting(server, argument) / CLOCK_MICROSECOND);
	return true;
}

SERVER_SOURCE(server_check_retry)
{
	value_unsigned(value, server->checks->retry);
	return true;
}

SERVER_SOURCE(server_name)
{
	return keepalived_put_text(value, server->snmp_name);
}
