/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The typed configuration: what a keepalived.conf means, as flat tables of plain data (no pointers
 * inside the records), so that it can be packed into one sealed memory file and mapped by every process.
 *
 *   file → lexer → keyword table → struct conf (built) → checks → conf_pack() → conf_map() in children
 *
 * Records refer to each other by index. A parsed configuration never changes. Defaults are already
 * filled in; absent numbers say so below. The language and where it differs from keepalived's:
 * lbd.conf(5). Units: durations in ns.
 */
#ifndef LBD_CONF_CONF_H
#define LBD_CONF_CONF_H

#include <net/if.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/address.h"

#define CONF_NAME 64
#define CONF_PATH 256
#define CONF_NAGIOS_NAME 128
#define CONF_WEIGHT_MOST 65535

struct conf_global {
	char router_id[CONF_NAME]; /* default: the host name */
	uint8_t lvs_flush;         /* at start, remove services that are not configured */
	uint8_t lvs_flush_on_stop; /* at stop, remove the configured services */
	uint8_t lvs_flush_vs;      /* that was written with VS, which makes no difference to lbd */
	uint8_t dynamic_interfaces;
	uint8_t traps; /* enable_traps: lbd-snmp sends KEEPALIVED-MIB's notifications */
	uint8_t reserved[3];
	/* lbd-prometheus: runs on 127.0.0.1 9165 unless the file says otherwise. The defaults for instances,
	 * `vrrp_garp_…`, are not here: they are copied into them. */
	uint8_t prometheus;
	uint8_t reserved2[1];
	uint16_t prometheus_port;
	uint32_t warnings; /* found while parsing */
	struct address prometheus_address;
	char prometheus_web_config[CONF_PATH]; /* absolute; "": none */
	/* lbd-rrd: runs when there is a directory. */
	char rrd_directory[CONF_PATH];
	char rrd_socket[108];   /* of rrdcached, or "": librrd writes */
	char rrd_archives[180]; /* "RESOLUTION:SPAN …" in seconds, or "": lbd-rrd's default */
	uint32_t rrd_step;      /* seconds */
	/* lbd-ganglia: runs when its block is written. */
	uint8_t ganglia;
	uint8_t ganglia_ttl;
	uint16_t ganglia_port;
	uint8_t ganglia_spoof;
	uint8_t reserved3;
	uint16_t ganglia_ask_port;
	uint32_t ganglia_interval; /* seconds, as the two that follow */
	uint32_t ganglia_metadata_interval;
	uint32_t ganglia_dmax;      /* 0: never */
	struct address ganglia_ask; /* gmond's TCP channel; none: it is not asked */
	char ganglia_host[CONF_PATH]; /* address or name */
	char ganglia_interface[IF_NAMESIZE]; /* "": as the routing table says */
	char ganglia_metrics[CONF_NAME]; /* "summary,vrrp": as lbd-ganglia takes it */
	/* lbd-nagios: runs when there is a command file. */
	char nagios_command_file[CONF_PATH];
	char nagios_host[CONF_NAGIOS_NAME];
	char nagios_services[4096]; /* "NAME" MODE OPTION…; …, as lbd-nagios takes them; "": its own choice */
	uint32_t nagios_interval;   /* seconds */
	uint8_t nagios_nsca;        /* lines for send_nsca, not commands */
	uint8_t reserved4[3];
	/* lbd-snmp: runs when its block is written. */
	uint8_t snmp;
	uint8_t snmp_keepalived; /* keepalived_mib */
	uint8_t snmp_writable; /* weights and priorities may be set while lbd runs */
	uint8_t reserved5;
	char snmp_notifications[192]; /* "vrrp_state,quorum": names of base/notification*.def */
	char snmp_agentx[108];       /* socket of the master, or "": it answers by itself … */
	char snmp_listen[CONF_PATH]; /* … here, with blanks between */
	char snmp_config[CONF_PATH]; /* absolute; "": none */
	char snmp_mib_base[CONF_NAME];
};

enum conf_authentication {
	CONF_AUTHENTICATION_NONE = 0,
	CONF_AUTHENTICATION_PASS = 1, /* values of RFC 2338 section 5.3.6 */
};

struct conf_vrrp_instance {
	char name[CONF_NAME];
	char interface[IF_NAMESIZE];
	uint8_t vrid;     /* 1…255 */
	uint8_t priority; /* 1…255; 255: owner */
	uint8_t version;  /* 2 */
	uint8_t family;   /* AF_INET */
	uint8_t initial_master; /* `state MASTER` */
	uint8_t preempt;        /* 0: nopreempt */
	uint8_t authentication; /* enum conf_authentication */
	uint8_t auth_pass[8];   /* zero-padded */
	uint8_t reserved;
	uint32_t first_address, address_count; /* into addresses */
	int64_t advert_interval;
	int64_t preempt_delay;
	/* Gratuitous ARP: how many in the burst on becoming master, how many more after garp_delay, how often
	 * to repeat them while master (0: never) and how many then, least gap between two packets. */
	uint32_t garp_repeat;             /* garp_master_repeat, default 5 */
	uint32_t garp_refresh_repeat;     /* garp_master_refresh_repeat, default 1 */
	uint32_t garp_lower_prio_repeat;  /* garp_lower_prio_repeat, default 5 */
	uint32_t reserved2;
	int64_t garp_delay;               /* garp_master_delay, default 5 s; 0: no second burst */
	int64_t garp_refresh;             /* garp_master_refresh, default 0: never */
	int64_t garp_lower_prio_delay;    /* default 5 s */
	int64_t garp_interval;            /* garp_interval, default 0 */
};

struct conf_virtual_address {
	struct address address;
	uint8_t prefix; /* default 32 */
	uint8_t scope;  /* RT_SCOPE_…, default universe (0) */
	uint8_t excluded; /* virtual_ipaddress_excluded: held, but not in the advertisement */
	uint8_t reserved[5];
	char interface[IF_NAMESIZE]; /* the instance's, or its own `dev` */
	char label[IF_NAMESIZE];     /* or "" */
	struct address broadcast;    /* `brd`, or none */
};

/* What the checks of a server inherit where they say nothing. Times are in ns. */
struct conf_check_settings {
	int64_t interval; /* delay_loop */
	int64_t connect_timeout;
	int64_t delay_before_retry; /* 0: not written, as the two that follow */
	int64_t warmup;
	uint32_t retry;
	uint32_t reserved;
};

/* virtual_server_group, as it is written. */
struct conf_group {
	char name[CONF_NAME];
	uint32_t first_member, member_count; /* into group_members */
};

/* A line of it: a firewall mark, or addresses. */
struct conf_group_member {
	uint32_t fwmark; /* 0: addresses */
	uint16_t port;   /* host order */
	uint8_t reserved[2];
	struct address first, last; /* the same: no range */
};

/* netinet/in.h protocol numbers; 0 for a firewall mark. */
struct conf_virtual_server {
	char name[CONF_NAME + 16]; /* as configured: "192.0.2.1:80", "group www", "fwmark 5" */
	char group[CONF_NAME];     /* or "" */
	char scheduler[16];        /* "wlc" */
	uint32_t first_service, service_count;         /* into services */
	uint32_t first_real_server, real_server_count; /* into real_servers */
	uint32_t persistence_timeout;                  /* whole seconds; 0: none */
	uint32_t persistence_netmask;                  /* network order, IPv4; default 255.255.255.255 */
	uint32_t persistence_prefix6;                  /* IPv6; default 128 */
	uint8_t forwarding;                            /* enum conf_forwarding, default of its servers */
	uint8_t alpha;                                 /* default of its servers' */
	uint8_t one_packet;                            /* ops */
	uint8_t omega;
	uint32_t quorum;     /* default 1 */
	uint32_t hysteresis; /* default 0 */
	uint8_t sorry_set;
	uint8_t sorry_forwarding; /* enum conf_forwarding */
	uint8_t sorry_inhibit;
	uint8_t inhibit_on_failure; /* default of its servers */
	uint16_t sorry_port;
	uint16_t protocol;        /* as written; 0: it is not */
	uint32_t scheduler_flags; /* IP_VS_SVC_F_SCHED1…3 */
	struct address sorry_address;
	uint32_t weight; /* default of its servers */
	struct conf_check_settings checks;
	char snmp_name[CONF_NAME]; /* or "" */
};

enum conf_forwarding {
	CONF_FORWARDING_NAT, /* IP_VS_CONN_F_MASQ */
	CONF_FORWARDING_DR,  /* IP_VS_CONN_F_DROUTE */
	CONF_FORWARDING_TUN, /* IP_VS_CONN_F_TUNNEL */
};
/* "NAT", "DR", "TUN" */
const char *conf_forwarding_name(unsigned forwarding);

/* One virtual service of the kernel. */
struct conf_service {
	uint16_t protocol; /* IPPROTO_TCP, UDP, SCTP; 0: firewall mark */
	uint16_t port;     /* host order; 0: all (needs persistence) */
	uint32_t fwmark;   /* else 0 */
	uint8_t family;    /* of the service; for a mark, of its real servers */
	uint8_t reserved[3];
	uint32_t virtual_server; /* index back */
	struct address address;
};

struct conf_real_server {
	struct address address;
	uint16_t port; /* host order; 0: as the virtual service's */
	uint8_t forwarding;
	uint8_t inhibit_on_failure; /* weight 0 instead of removal */
	int32_t weight;             /* default 1 */
	uint32_t upper_threshold, lower_threshold; /* connections; 0: none */
	uint32_t virtual_server;                   /* index back */
	uint32_t first_check, check_count;         /* into checks */
	uint8_t alpha;                             /* begins out of service, until its checks pass */
	uint8_t reserved[3];
	struct conf_check_settings checks;
	char snmp_name[CONF_NAME]; /* or "" */
};

enum conf_check_kind {
	CONF_CHECK_TCP,
};

struct conf_check {
	uint32_t kind;        /* enum conf_check_kind */
	uint32_t real_server; /* index back */
	struct address connect_address; /* default: the real server's */
	uint16_t connect_port;          /* default: the real server's */
	uint16_t bind_port;             /* 0: any */
	uint32_t retry;                 /* further tries before it counts as down */
	struct address bind_address;    /* or none */
	char bind_interface[IF_NAMESIZE];
	int64_t connect_timeout;
	int64_t interval;           /* delay_loop */
	int64_t delay_before_retry;
	int64_t warmup;             /* first probes are spread over this time */
};
/* "TCP_CHECK" */
const char *conf_check_name(unsigned kind);

enum conf_push_protocol {
	CONF_PUSH_REMOTE_WRITE,
	CONF_PUSH_OTLP,
};
/* "remote_write", "otlp" */
const char *conf_push_protocol_name(unsigned protocol);

/* Where lbd-push, which runs when there is one, sends to. Passwords are in files that it reads itself;
 * paths are absolute, "": none. */
struct conf_push_target {
	char url[CONF_PATH];
	uint32_t protocol;                 /* enum conf_push_protocol */
	uint32_t interval, timeout;        /* seconds */
	uint32_t queue;                    /* MiB */
	uint32_t native_histograms;        /* 1, or 0 */
	uint32_t first_label, label_count; /* into push_labels */
	char user[CONF_NAME];              /* or "" */
	char password_file[CONF_PATH];
	char token_file[CONF_PATH];
	char headers_file[CONF_PATH];
	char ca_file[CONF_PATH];
	char cert_file[CONF_PATH];
	char key_file[CONF_PATH];
};

struct conf_push_label {
	char name[CONF_NAME];
	char value[128];
};

/*   TABLE(type, member, count) : the tables of a configuration, in the order of the packed file. */
#define CONF_TABLES(TABLE) \
	TABLE(conf_global, global, global_count) \
	TABLE(conf_vrrp_instance, instances, instance_count) \
	TABLE(conf_virtual_address, addresses, address_count) \
	TABLE(conf_group, groups, group_count) \
	TABLE(conf_group_member, group_members, group_member_count) \
	TABLE(conf_virtual_server, virtual_servers, virtual_server_count) \
	TABLE(conf_service, services, service_count) \
	TABLE(conf_real_server, real_servers, real_server_count) \
	TABLE(conf_check, checks, check_count) \
	TABLE(conf_push_target, push_targets, push_target_count) \
	TABLE(conf_push_label, push_labels, push_label_count)

struct conf {
	uint64_t generation; /* 0 until the parent numbers it */
#define TABLE(type, member, count) \
	struct type *member; \
	size_t count;
	CONF_TABLES(TABLE)
#undef TABLE
	void *mapping; /* from conf_map(): read-only memory; else NULL: each table is malloc'ed */
	size_t mapping_size;
};

/* --- parsing ------------------------------------------------------------------------------------ */

enum conf_severity { CONF_WARNING, CONF_ERROR };

struct conf_diagnostic {
	enum conf_severity severity;
	char file[CONF_PATH];
	unsigned line, column; /* from 1; 0: the file as a whole */
	char text[512];        /* what is wrong, and what would be right */
};

struct conf_diagnostics {
	struct conf_diagnostic *list; /* in the order of the files */
	size_t count;
	size_t errors, warnings;
};

/* What a configuration may be checked against; lets tests and `lbd -t` run anywhere. */
struct conf_environment {
	/* True when the interface exists; NULL: not checked. */
	bool (*interface_exists)(const char *name);
	/* Writes the names of the interfaces that exist, for the message; may be NULL. */
	void (*interface_list)(char *into, size_t size);
	/* What `@word` lines are compared with (`-i`); NULL: the host name up to its first dot. */
	const char *config_id;
};

/* Reads and checks a file with its includes, as a whole; all problems are found in one go. Returns the
 * configuration, or NULL when there was any error; diagnostics (errors and warnings) are filled in either way.
 * Both are the caller's to free. `environment` may be NULL. Never leaves anything half-applied: it only reads. */
struct conf *conf_load(const char *path, const struct conf_environment *environment,
		       struct conf_diagnostics *diagnostics);
void conf_free(struct conf *conf);
void conf_diagnostics_free(struct conf_diagnostics *diagnostics);
/* "file:line:column: error: text" */
void conf_diagnostic_format(const struct conf_diagnostic *diagnostic, char *into, size_t size);

/* --- carrying it to the children ------------------------------------------------------------------ */

/* A sealed memory file (memfd) with the packed tables. The descriptor, or -errno. */
int conf_pack(const struct conf *conf);
/* Writes the same bytes to a file (RUN_DIR/running.conf, for `lbctl diff`), through NAME.new. 0 or -errno. */
int conf_save(const struct conf *conf, const char *path);
/* The same for readers that may know no secret (RUN_DIR/stat/configuration, for lbd-snmp): passwords
 * of VRRP are blanked, the targets of lbd-push left out, and everybody may read it. 0 or -errno. */
#define CONF_PUBLISHED "configuration"
int conf_publish(const struct conf *conf, const char *path);
/* Maps a packed configuration after checking size, version, table bounds and every index in it. NULL with
 * errno for anything else. Does not take `fd`. */
struct conf *conf_map(int fd);

/* --- comparing ------------------------------------------------------------------------------------- */

struct conf_change {
	char sign;      /* '+', '-', '~' */
	char text[512]; /* "virtual_server group www: lb_algo wlc -> rr" */
};
struct conf_changes {
	struct conf_change *list;
	size_t count;
	size_t added, removed, altered;
};
/* What going from `old` to `new` changes, object by object. */
void conf_diff(const struct conf *old, const struct conf *new, struct conf_changes *changes);
void conf_changes_free(struct conf_changes *changes);

/* The port at which a server, or sorry server, with this port and forwarding serves under a service: a
 * mark covers any port, and only NAT can change one. */
uint16_t conf_port_under(const struct conf_service *service, uint16_t port, unsigned forwarding);
/* The name of a service as in labels and events: "192.0.2.1:80" or "fwmark 5". Returns text. */
const char *conf_service_name(const struct conf_service *service, char text[CONF_NAME]);
/* "TCP", "UDP", "SCTP", "fwmark" */
const char *conf_protocol_name(const struct conf_service *service);

#endif
