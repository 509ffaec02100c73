/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What lbd's numbers look like to Ganglia. Pure: no descriptor, no clock, no log.
 *
 *   metric.def  which metrics there are          metric.c   the table as data, a row's names and texts
 *   message.c   gmond's datagrams (XDR)          book.c     rows over time: rates, what gmond was told of
 *   hosts.c     names of real servers            round.c    the metrics of one round, in their order
 *
 * The shell around it: target.h (the socket), sender.h (the rounds).
 *
 * gmond takes a value only of a metric that was described to it, and drops others without a word; so each
 * metric is described before its first value, and again from time to time for a gmond that is new. All values
 * are text of type double and slope both, which gmetad keeps in a GAUGE: rates are made here, where a counter
 * that begins anew is known for what it is. What a row has no value for is not sent (invariant 4).
 */
#ifndef LBD_EXPORTERS_GANGLIA_GANGLIA_H
#define LBD_EXPORTERS_GANGLIA_GANGLIA_H

#include "exporters/base/snapshot.h"

/* --- metric.c ----------------------------------------------------------------------------------- */

enum ganglia_scope {
	GANGLIA_SUMMARY,
	GANGLIA_VRRP,
	GANGLIA_VIRTUAL_SERVER,
	GANGLIA_REAL_SERVER,
	GANGLIA_SCOPE_COUNT,
};

enum ganglia_how {
	GANGLIA_TOTAL,
	GANGLIA_RATE,
	GANGLIA_VALUE,
	GANGLIA_MOST,
	GANGLIA_IS,
	GANGLIA_ROWS,
};

#define GANGLIA_ALL (-1)

struct ganglia_metric {
	enum ganglia_scope scope;
	const char *name;
	enum stat_family_id family;
	unsigned index; /* of the metric in its family */
	enum ganglia_how how;
	int part; /* or GANGLIA_ALL */
	const char *units;
	const char *title;
};

extern const struct ganglia_metric ganglia_metrics[];
extern const size_t ganglia_metric_count;
/* At most so many metrics of one scope. */
#define GANGLIA_SCOPE_METRICS 64

/* "summary", "vrrp", "virtual_servers", "real_servers": the words of the configuration. */
extern const char *const ganglia_scope_names[GANGLIA_SCOPE_COUNT];
/* "summary,real_servers", "all" → a bit for each scope, that of the summary always; 0 for anything else. */
unsigned ganglia_scopes(const char *list);

/* Room for a name, a title, a group or a description. The labels are bounded, so nothing is cut. */
#define GANGLIA_TEXT 320

/* "lbd_connections", "lbd_TCP_192.0.2.1_80_connections", "lbd_TCP_192.0.2.1_80_to_10.0.0.1_80_connections",
 * "lbd_vrrp_eth0_51_ipv4_priority": letters, digits, "_", "-", "." only, which gmond, a file system and a
 * URL take as they are. In an address, ":" is "-", but before the port "_". `row` is NULL in a summary.
 * `director` is NULL, or our name when the real server is a host of its own: it need not be named again, but
 * several directors may tell of it: "lbd_lvs1_TCP_192.0.2.1_80_port_80_connections". */
const char *ganglia_name(const struct ganglia_metric *metric, const struct stat_row *row,
			 const char *director, char text[GANGLIA_TEXT]);
/* For people: "connections a second, TCP 192.0.2.1:80 to 10.0.0.1:80". */
const char *ganglia_title(const struct ganglia_metric *metric, const struct stat_row *row,
			  char text[GANGLIA_TEXT]);
/* Under which heading the web front end shows it: "lbd", "lbd_vrrp", "lbd_TCP_192.0.2.1_80". gmetric would take
 * a blank for the end of a group. */
const char *ganglia_group(const struct ganglia_metric *metric, const struct stat_row *row,
			  char text[GANGLIA_TEXT]);
/* What the table of lbd-metrics(7) says of it, and how it was made of that. */
const char *ganglia_description(const struct ganglia_metric *metric, char text[GANGLIA_TEXT]);

/* --- message.c ---------------------------------------------------------------------------------- */

/* What gmond takes at most (max_udp_msg_len), and what an Ethernet carries in one piece. */
#define GANGLIA_DATAGRAM 1472

struct ganglia_datagram {
	uint8_t bytes[GANGLIA_DATAGRAM];
	size_t length;
	bool overflow; /* something did not fit: not to be sent */
};

/* Who speaks. With `spoof`, gmond takes the metric for one of the host "IP:NAME"; else it looks at the sender's
 * address, and `name` says nothing. */
struct ganglia_host {
	const char *name;
	bool spoof;
};

struct ganglia_description {
	const char *name, *units, *title, *group, *description;
	unsigned most_age; /* tmax: seconds between two values */
	unsigned lifetime; /* dmax: gmond forgets a metric so many seconds after its last description; 0: never */
};

/* gmetadata_full (128), as gmetric(1) sends it. */
void ganglia_describe(struct ganglia_datagram *datagram, const struct ganglia_host *host,
		      const struct ganglia_description *description);
/* gmetric_string (133). */
void ganglia_value(struct ganglia_datagram *datagram, const struct ganglia_host *host, const char *name,
		   const char *value);

/* --- hosts.c ------------------------------------------------------------------------------------ */

/* Names of addresses, from a text of the shape of hosts(5). */
struct ganglia_hosts {
	struct ganglia_hosts_line *lines; /* sorted */
	size_t count, room;
};

void ganglia_hosts_read(struct ganglia_hosts *hosts, const char *text, size_t length);
void ganglia_hosts_free(struct ganglia_hosts *hosts);

#define GANGLIA_HOST 320
/* "10.0.0.1:web1" for the real server "10.0.0.1:80": its address, and its first name or else its address again.
 * gmond splits at the first colon; so those of an IPv6 address are "-". */
const char *ganglia_host_of(const struct ganglia_hosts *hosts, const char *real_server,
			    char text[GANGLIA_HOST]);

/* --- book.c ------------------------------------------------------------------------------------- */

/* Counters of one family of which rates are made. */
#define GANGLIA_RATES 16

struct ganglia_object {
	struct ganglia_object *next; /* of the same bucket */
	uint64_t hash;
	enum stat_family_id family;
	const struct stat_row *row; /* of this round; in the snapshot */
	uint64_t round;             /* the last one in which it was there */
	int64_t since;              /* of the row when the counters below were read */
	bool known;                 /* `counters` are those of the round before … */
	bool rated;                 /* … and `rates` are good */
	uint64_t counters[GANGLIA_RATES];
	double rates[GANGLIA_RATES]; /* a second, in units of the counter */
	uint64_t described;          /* bit i: gmond was told of metric i of the scope … */
	int64_t described_at;        /* … beginning at that instant */
	char *host;                  /* "IP:NAME", or NULL: not a host of its own */
	char labels[];               /* those of the row, one after the other */
};

/* An object that is away for so many rounds is forgotten. */
#define GANGLIA_ROUNDS_KEPT 10

struct ganglia_book {
	struct ganglia_object **buckets;
	size_t bucket_count;
	size_t count;
	struct ganglia_object **present; /* this round's, each once, by family */
	size_t present_count, present_room;
	uint64_t round;
	int64_t at; /* this round, and the one before; 0: none */
	int64_t before;
};

/* Begins a round: the rows of the snapshot become objects, their rates are made. The snapshot must outlive it. */
void ganglia_book_round(struct ganglia_book *book, const struct snapshot *snapshot, int64_t now);
uint64_t ganglia_book_total(const struct ganglia_object *object, const struct ganglia_metric *metric);
/* The rate of a counter, in its own units a second. False: not known yet, or the counter began anew. */
bool ganglia_book_rate(const struct ganglia_object *object, const struct ganglia_metric *metric, double *rate);
/* All must be described again, as hosts that are looked up anew: who listens, or how they are called, may be
 * new. */
void ganglia_book_forget(struct ganglia_book *book);
void ganglia_book_free(struct ganglia_book *book);

/* --- round.c ------------------------------------------------------------------------------------ */

#define GANGLIA_NUMBER 48

struct ganglia_item {
	const struct ganglia_metric *metric;
	unsigned bit; /* of `described` */
	struct ganglia_object *object; /* NULL in the summary */
};

/* The metrics of one round. */
struct ganglia_round {
	struct ganglia_item *items;
	size_t count, room;
	/* Of the summary, which is made when the round begins. */
	char summary[GANGLIA_SCOPE_METRICS][GANGLIA_NUMBER];
	uint64_t described;
	int64_t described_at;
};

struct ganglia_rules {
	unsigned scopes;  /* bits */
	int64_t interval;  /* ns; whole seconds */
	int64_t describe;  /* ns: describe a metric again after so long */
	unsigned lifetime; /* seconds; longer than the time between two descriptions, or 0 */
	const char *host;  /* our own */
	const struct ganglia_hosts *spoof; /* NULL: real servers are metrics of our own host */
};

/* Plans a round that the book has begun. `first`: the object with which it begins after the summary, so that
 * one that could not be sent whole goes on in the next. */
void ganglia_round_plan(struct ganglia_round *round, struct ganglia_book *book,
			const struct ganglia_rules *rules, size_t first);
/* Is the metric to be described before its value is sent? */
bool ganglia_round_undescribed(const struct ganglia_round *round, size_t i);
void ganglia_round_describe(const struct ganglia_round *round, size_t i, const struct ganglia_rules *rules,
			    struct ganglia_datagram *datagram);
/* It was sent. */
void ganglia_round_described(struct ganglia_round *round, size_t i);
void ganglia_round_value(const struct ganglia_round *round, size_t i, const struct ganglia_rules *rules,
			 struct ganglia_datagram *datagram);
/* The summary must be described again; see ganglia_book_forget(). */
void ganglia_round_forget(struct ganglia_round *round);
void ganglia_round_free(struct ganglia_round *round);

#endif
