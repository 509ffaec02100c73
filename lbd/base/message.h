/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Everything that goes between lbd's processes: fixed-size structs, all declared here. A message is a
 * type and the struct of that type; some carry one descriptor. They travel over links (link.h).
 * Nothing here leaves the machine: what leaves is protobuf (control/lbd.proto).
 */
#ifndef LBD_BASE_MESSAGE_H
#define LBD_BASE_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/event.h"

/* One row per process; see base/process.def. */
#define PROCESS(NAME, ...) PROCESS_##NAME,
enum process_id {
#include "base/process.def"
	PROCESS_COUNT
};
#undef PROCESS

/* Parent to child: here is the other end of your link to `peer`. Carries the descriptor. */
struct message_peer {
	uint32_t peer; /* enum process_id */
};

/* Parent to child: map this segment file and write your rows there. Carries the descriptor.
 * Child to parent (no descriptor): done, it may be renamed into place. */
struct message_segment {
	uint32_t reserved;
};

/* Parent to child: this is the configuration in force. Carries a sealed memory file that conf_map()
 * reads. Child to parent (no descriptor): applied. */
struct message_configuration {
	uint64_t generation;
};

/* Parent to child: end in order (vrrp gives its mastership away first). */
struct message_stop {
	uint32_t reserved;
};

/* Check to director: what a real server's check says now. Sent at each change, and for all servers
 * whenever either of the two processes (re)starts or a configuration was applied. */
struct message_verdict {
	uint64_t generation;  /* configuration that the index belongs to */
	uint32_t real_server; /* index into conf's real servers */
	uint32_t health;      /* enum health */
	uint32_t result;      /* enum check_result of the last probe */
	int32_t error;        /* errno of the last probe, 0 for none */
	uint32_t attempts;    /* probes in a row with that result */
	uint32_t resent;      /* 1: state as it stands, not a change */
	int64_t round_trip;   /* of the last probe, ns; < 0: none */
	char check[80];       /* "TCP_CHECK 192.168.1.232:80" */
};

/* Any process to control. */
struct message_event {
	struct event event;
};

/* Control to parent: an operator asks for a reload. Parent to control: REPORT lines, then RELOADED. */
struct message_reload {
	uint64_t request; /* control's number, given back in the answers */
};

struct message_report {
	uint64_t request;
	char line[1024]; /* one diagnostic or change */
};

struct message_reloaded {
	uint64_t request;
	uint64_t generation;
	uint32_t result; /* enum reload_result */
	uint32_t errors;
};

/* Parent to control: this process is the exporter of that kind from now on. */
struct message_exporter {
	uint32_t exporter; /* enum process_id */
	int32_t pid;       /* 0: it does not run */
};

/* Control to the owner of the object: set this. Whoever gets it refuses what its configuration does
 * not permit (snmp_writable), whoever sends it. */
struct message_set {
	uint64_t request;    /* control's number, given back in the answer */
	uint64_t generation; /* configuration that the index belongs to */
	uint32_t setting;    /* enum setting */
	uint32_t index;      /* into conf's real servers or instances */
	int64_t value;
	int64_t until;       /* monotonic; later nobody waits for it any more, and it is not done */
	char requester[96];  /* for people */
};

/* The owner to control. */
struct message_set_done {
	uint64_t request;
	uint32_t result; /* enum set_result */
	uint32_t reserved;
	int64_t before; /* APPLIED, UNCHANGED: the value that it had */
};

/*   MESSAGE(TYPE, member) */
#define MESSAGE_TYPES(MESSAGE) \
	MESSAGE(PEER, peer) \
	MESSAGE(SEGMENT, segment) \
	MESSAGE(CONFIGURATION, configuration) \
	MESSAGE(STOP, stop) \
	MESSAGE(VERDICT, verdict) \
	MESSAGE(EVENT, event) \
	MESSAGE(RELOAD, reload) \
	MESSAGE(REPORT, report) \
	MESSAGE(RELOADED, reloaded) \
	MESSAGE(EXPORTER, exporter) \
	MESSAGE(SET, set) \
	MESSAGE(SET_DONE, set_done)

#define MESSAGE(TYPE, member) MESSAGE_##TYPE,
enum message_type { MESSAGE_TYPES(MESSAGE) MESSAGE_COUNT };
#undef MESSAGE

#define MESSAGE(TYPE, member) struct message_##member member;
struct message {
	uint32_t type; /* enum message_type */
	uint32_t reserved;
	union {
		MESSAGE_TYPES(MESSAGE)
	};
};
#undef MESSAGE

/* Bytes of a message of this type on the wire; 0 for an unknown type. */
size_t message_size(uint32_t type);

/* "vrrp", "director", …: as in metrics and events. */
const char *process_name(enum process_id id);
/* A program of its own beside lbd, of the kind EXPORTER? */
bool process_is_exporter(enum process_id id);

#endif
