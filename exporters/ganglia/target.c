/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A connected datagram socket: the kernel gives the errors of its peer back to it alone. */
#include "exporters/ganglia/target.h"

#include <errno.h>
#include <event2/dns.h>
#include <event2/util.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/loop.h"
#include "base/memory.h"

#define LOOKUP_KEPT (60 * CLOCK_SECOND)
/* A second's worth of a large site. */
#define SEND_BUFFER (1 << 20)

struct target {
	const struct target_options *options;
	struct loop *loop;
	struct evdns_base *dns; /* a lookup is under way, or NULL */
	bool asking;            /* it has no answer yet */
	int status;             /* its answer, EVUTIL_EAI_… */
	struct evutil_addrinfo hints;
	struct sockaddr_storage address;
	socklen_t address_size; /* 0: not known yet */
	int64_t looked_up;
	int fd; /* -1: closed */
	int error;
	char words[256];
};

struct target *target_new(struct loop *loop, const struct target_options *options)
{
	struct target *target = memory_new(sizeof(*target));

	target->options = options;
	target->loop = loop;
	target->fd = -1;
	target->hints = (struct evutil_addrinfo){.ai_family = AF_UNSPEC, .ai_socktype = SOCK_DGRAM};
	return target;
}

void target_free(struct target *target)
{
	target_close(target);
	if (target->dns)
		evdns_base_free(target->dns, 0);
	free(target);
}

static enum target_state fail(struct target *target, int error, const char *what)
{
	target_close(target);
	target->error = error;
	snprintf(target->words, sizeof(target->words), "%s: %s", what, strerror(error));
	return TARGET_FAILED;
}

static void looked_up(int status, struct evutil_addrinfo *result, void *argument)
{
	struct target *target = argument;

	target->asking = false;
	target->status = status;
	if (status == 0 && result->ai_addrlen <= sizeof(target->address)) {
		memcpy(&target->address, result->ai_addr, result->ai_addrlen);
		target->address_size = (socklen_t)result->ai_addrlen;
		target->looked_up = clock_now();
	}
	if (result)
		evutil_freeaddrinfo(result);
}

static enum target_state lookup_end(struct target *target)
{
	evdns_base_free(target->dns, 0);
	target->dns = NULL;
	if (target->status == 0)
		return TARGET_READY;
	target->error = 0;
	snprintf(target->words, sizeof(target->words), "cannot look the name up: %s",
		 evutil_gai_strerror(target->status));
	return TARGET_FAILED;
}

/* A new base for each lookup, so that what the files say now counts. The library asks name servers without
 * blocking; libc's own way would be threads, which an exporter may not start. */
static enum target_state lookup_begin(struct target *target)
{
	int wanted = DNS_OPTION_SEARCH | DNS_OPTION_NAMESERVERS | DNS_OPTION_MISC | DNS_OPTION_HOSTSFILE;

	target->dns = evdns_base_new(loop_base(target->loop), 0);
	if (!target->dns)
		return fail(target, ENOMEM, "cannot look the name up");
	target->asking = true;
	/* Without resolv.conf, /etc/hosts may still do. */
	if (evdns_base_resolv_conf_parse(target->dns, wanted, "/etc/resolv.conf") != 0)
		evdns_base_load_hosts(target->dns, "/etc/hosts");
	evdns_getaddrinfo(target->dns, target->options->host, target->options->port, &target->hints,
			  looked_up, target);
	return target->asking ? TARGET_WAITING : lookup_end(target);
}

/* A number needs nobody to ask. */
static bool take_number(struct target *target)
{
	struct addrinfo hints = {.ai_socktype = SOCK_DGRAM, .ai_flags = AI_NUMERICHOST | AI_NUMERICSERV};
	struct addrinfo *result;

	if (getaddrinfo(target->options->host, target->options->port, &hints, &result) != 0)
		return false;
	memcpy(&target->address, result->ai_addr, result->ai_addrlen);
	target->address_size = result->ai_addrlen;
	target->looked_up = INT64_MAX - LOOKUP_KEPT;
	freeaddrinfo(result);
	return true;
}

static enum target_state look_up(struct target *target)
{
	if (target->address_size && clock_now() < target->looked_up + LOOKUP_KEPT)
		return TARGET_READY;
	if (!target->dns)
		return take_number(target) ? TARGET_READY : lookup_begin(target);
	return target->asking ? TARGET_WAITING : lookup_end(target);
}

static bool is_multicast(const struct target *target)
{
	const struct sockaddr_in *v4 = (const void *)&target->address;
	const struct sockaddr_in6 *v6 = (const void *)&target->address;

	return target->address.ss_family == AF_INET ? IN_MULTICAST(ntohl(v4->sin_addr.s_addr))
						    : IN6_IS_ADDR_MULTICAST(&v6->sin6_addr);
}

static int set_multicast(const struct target *target)
{
	const struct target_options *options = target->options;
	int hops = (int)options->ttl, fd = target->fd;
	unsigned interface = options->interface ? if_nametoindex(options->interface) : 0;
	struct ip_mreqn request = {.imr_ifindex = (int)interface};

	if (options->interface && interface == 0)
		return -1;
	if (target->address.ss_family == AF_INET6)
		return setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, &hops, sizeof(hops)) |
		       (interface ? setsockopt(fd, IPPROTO_IPV6, IPV6_MULTICAST_IF, &interface,
					       sizeof(interface))
				  : 0);
	return setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof(hops)) |
	       (interface ? setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &request, sizeof(request)) : 0);
}

static enum target_state open_socket(struct target *target)
{
	int size = SEND_BUFFER;

	target->fd = socket(target->address.ss_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (target->fd < 0)
		return fail(target, errno, "cannot open a socket");
	/* A smaller one will do, and have us wait more often. */
	setsockopt(target->fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
	if (is_multicast(target) && set_multicast(target) != 0)
		return fail(target, errno, target->options->interface ? target->options->interface
								      : "cannot multicast");
	if (connect(target->fd, (const struct sockaddr *)&target->address, target->address_size) != 0)
		return fail(target, errno, "cannot send");
	return TARGET_READY;
}

enum target_state target_open(struct target *target)
{
	enum target_state state = look_up(target);

	if (state == TARGET_FAILED)
		target_close(target);
	if (state != TARGET_READY || target->fd >= 0)
		return state;
	return open_socket(target);
}

enum target_state target_send(struct target *target, const void *bytes, size_t length)
{
	if (send(target->fd, bytes, length, 0) >= 0)
		return TARGET_READY;
	if (errno == EAGAIN || errno == EWOULDBLOCK || errno == ENOBUFS || errno == EINTR)
		return TARGET_WAITING;
	return fail(target, errno, "cannot send");
}

enum target_state target_ask(struct target *target)
{
	int error = 0;
	socklen_t size = sizeof(error);

	if (target->fd < 0)
		return TARGET_FAILED;
	if (getsockopt(target->fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
		error = errno;
	return error == 0 ? TARGET_READY : fail(target, error, "cannot send");
}

void target_close(struct target *target)
{
	if (target->fd >= 0)
		close(target->fd);
	target->fd = -1;
}

int target_error(const struct target *target)
{
	return target->error;
}

const char *target_words(const struct target *target)
{
	return target->words;
}
