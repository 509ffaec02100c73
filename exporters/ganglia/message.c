/* SPDX-License-Identifier: GPL-2.0-or-later */
/* gmond's datagrams: Ganglia 3.1 and later, lib/gm_protocol.x, in XDR (RFC 4506). */
#include <string.h>

#include "exporters/ganglia/ganglia.h"

/* enum Ganglia_msg_formats */
#define METADATA_FULL 128
#define METRIC_STRING 133
/* enum ganglia_slope: a GAUGE for gmetad, as no slope but 1 (COUNTER) and 5 (DERIVE) is anything else */
#define SLOPE_BOTH 3

static uint8_t *room(struct ganglia_datagram *datagram, size_t size)
{
	uint8_t *at = datagram->bytes + datagram->length;

	if (sizeof(datagram->bytes) - datagram->length < size) {
		datagram->overflow = true;
		return NULL;
	}
	datagram->length += size;
	return at;
}

/* RFC 4506 section 4.2: four bytes, the highest first. */
static void put_number(struct ganglia_datagram *datagram, uint32_t number)
{
	uint8_t *at = room(datagram, 4);

	for (int i = 0; at && i < 4; i++)
		at[i] = (uint8_t)(number >> (24 - 8 * i));
}

/* Section 4.11: the length, the bytes, zeros up to a multiple of four. */
static void put_text(struct ganglia_datagram *datagram, const char *text)
{
	size_t length = strlen(text), padded = (length + 3) / 4 * 4;
	uint8_t *at;

	put_number(datagram, (uint32_t)length);
	at = room(datagram, padded);
	if (!at)
		return;
	memset(at, 0, padded);
	memcpy(at, text, length);
}

/* struct Ganglia_metric_id, behind the kind of message */
static void begin(struct ganglia_datagram *datagram, uint32_t kind, const struct ganglia_host *host,
		  const char *name)
{
	datagram->length = 0;
	datagram->overflow = false;
	put_number(datagram, kind);
	put_text(datagram, host->name);
	put_text(datagram, name);
	put_number(datagram, host->spoof);
}

static void put_extra(struct ganglia_datagram *datagram, const char *name, const char *data)
{
	put_text(datagram, name);
	put_text(datagram, data);
}

void ganglia_describe(struct ganglia_datagram *datagram, const struct ganglia_host *host,
		      const struct ganglia_description *description)
{
	begin(datagram, METADATA_FULL, host, description->name);
	put_text(datagram, "double");
	put_text(datagram, description->name);
	put_text(datagram, description->units);
	put_number(datagram, SLOPE_BOTH);
	put_number(datagram, description->most_age);
	put_number(datagram, description->lifetime);
	put_number(datagram, host->spoof ? 4 : 3);
	if (host->spoof)
		put_extra(datagram, "SPOOF_HOST", host->name);
	put_extra(datagram, "GROUP", description->group);
	put_extra(datagram, "DESC", description->description);
	put_extra(datagram, "TITLE", description->title);
}

void ganglia_value(struct ganglia_datagram *datagram, const struct ganglia_host *host, const char *name,
		   const char *value)
{
	begin(datagram, METRIC_STRING, host, name);
	put_text(datagram, "%s");
	put_text(datagram, value);
}
