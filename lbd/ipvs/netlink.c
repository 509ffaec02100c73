/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's IPVS table over generic netlink (family "IPVS", linux/ip_vs.h). libnl builds and
 * takes apart attributes; sending and receiving is done here, with one buffer of 32 KiB and no
 * allocation: libnl's own receive path copies every message, which at ten thousand destinations is
 * four times slower.
 *
 * One request is under way at a time, and each dump is read to its end before the next begins: a
 * second dump on a busy socket gets EBUSY. After any error the socket is closed, so that no late
 * answer can be taken for that of another request.
 */
#include "ipvs/backend.h"

#include <arpa/inet.h>
#include <assert.h>
#include <errno.h>
#include <linux/ip_vs.h>
#include <netlink/attr.h>
#include <netlink/genl/ctrl.h>
#include <netlink/genl/genl.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "base/memory.h"
#include "ipvs/decode.h"

#define BUFFER_SIZE 32768
/* The kernel answers within the call that asks; this is for one that does not answer at all. */
#define ANSWER_SECONDS 1

struct netlink {
	struct ipvs_backend backend;
	struct nl_sock *socket; /* NULL: not connected */
	struct nl_msg *message; /* the request, used again and again */
	int family;
	uint32_t sequence;
	_Alignas(struct nlmsghdr) uint8_t buffer[BUFFER_SIZE];
};

/* What becomes of each row of an answer: decoded into `table`, or into `info`. */
struct answer {
	int (*row)(struct answer *answer, struct nlattr *attributes, int length);
	struct ipvs_table *table;
	uint32_t service;
	struct ipvs_info *info;
	struct ipvs_sync *sync; /* one for each role */
};

static void disconnect(struct netlink *netlink)
{
	nl_socket_free(netlink->socket);
	netlink->socket = NULL;
}

static int error_of(int libnl_error)
{
	switch (-libnl_error) {
	case NLE_OBJ_NOTFOUND:
		return -ENOPROTOOPT;
	case NLE_PERM:
		return -EPERM;
	case NLE_AGAIN:
		return -EAGAIN;
	case NLE_NOMEM:
		return -ENOMEM;
	default:
		return -EIO;
	}
}

static int connect_socket(struct netlink *netlink)
{
	struct timeval patience = {.tv_sec = ANSWER_SECONDS};
	int error;

	if (netlink->socket)
		return 0;
	netlink->socket = nl_socket_alloc();
	if (!netlink->socket)
		return -ENOMEM;
	error = genl_connect(netlink->socket);
	if (error == 0 && setsockopt(nl_socket_get_fd(netlink->socket), SOL_SOCKET, SO_RCVTIMEO,
				     &patience, sizeof(patience)) < 0)
		error = -NLE_FAILURE;
	/* Asking for the family also makes the kernel look for the module, where it may. */
	if (error == 0)
		netlink->family = error = genl_ctrl_resolve(netlink->socket, IPVS_GENL_NAME);
	if (error >= 0)
		return 0;
	disconnect(netlink);
	return error_of(error);
}

/* --- requests ----------------------------------------------------------------------------- */

static void begin(struct netlink *netlink, uint8_t command, int flags)
{
	struct nlmsghdr *header = nlmsg_hdr(netlink->message);
	void *body;

	header->nlmsg_len = NLMSG_HDRLEN;
	body = genlmsg_put(netlink->message, nl_socket_get_local_port(netlink->socket),
			   ++netlink->sequence, netlink->family, 0, NLM_F_REQUEST | flags, command,
			   IPVS_GENL_VERSION);
	assert(body);
}

/* A request is a few hundred bytes in a message of a page: that it has room is ours to know. */
static void put(struct nl_msg *message, int type, const void *data, size_t length)
{
	int error = nla_put(message, type, (int)length, data);

	assert(error == 0);
	(void)error;
}

static void put_u16(struct nl_msg *message, int type, uint16_t value)
{
	put(message, type, &value, sizeof(value));
}

static void put_u32(struct nl_msg *message, int type, uint32_t value)
{
	put(message, type, &value, sizeof(value));
}

static void put_service_key(struct nl_msg *message, const struct ipvs_service_key *key)
{
	put_u16(message, IPVS_SVC_ATTR_AF, key->address.family);
	if (key->fwmark) {
		put_u32(message, IPVS_SVC_ATTR_FWMARK, key->fwmark);
		return;
	}
	put_u16(message, IPVS_SVC_ATTR_PROTOCOL, key->protocol);
	put(message, IPVS_SVC_ATTR_ADDR, key->address.bytes, sizeof(key->address.bytes));
	put_u16(message, IPVS_SVC_ATTR_PORT, htons(key->port));
}

static void put_service_settings(struct nl_msg *message, const struct ipvs_service_key *key,
				 const struct ipvs_service_settings *settings)
{
	struct ip_vs_flags flags = {.flags = settings->flags, .mask = ~0U};
	uint32_t netmask = settings->netmask;

	/* The kernel wants a valid mask even where there is no persistence. */
	if (!(settings->flags & IP_VS_SVC_F_PERSISTENT))
		netmask = key->address.family == AF_INET6 ? 128 : ~0U;
	put(message, IPVS_SVC_ATTR_SCHED_NAME, settings->scheduler,
	    strlen(settings->scheduler) + 1);
	if (settings->engine[0])
		put(message, IPVS_SVC_ATTR_PE_NAME, settings->engine, strlen(settings->engine) + 1);
	put(message, IPVS_SVC_ATTR_FLAGS, &flags, sizeof(flags));
	put_u32(message, IPVS_SVC_ATTR_TIMEOUT, settings->timeout);
	put_u32(message, IPVS_SVC_ATTR_NETMASK, netmask);
}

static void put_service(struct nl_msg *message, const struct ipvs_service_key *key,
			const struct ipvs_service_settings *settings)
{
	struct nlattr *nest = nla_nest_start(message, IPVS_CMD_ATTR_SERVICE);

	assert(nest);
	put_service_key(message, key);
	if (settings)
		put_service_settings(message, key, settings);
	nla_nest_end(message, nest);
}

static void put_destination_settings(struct nl_msg *message,
				     const struct ipvs_destination_settings *settings)
{
	put_u32(message, IPVS_DEST_ATTR_FWD_METHOD, settings->forwarding);
	put_u32(message, IPVS_DEST_ATTR_WEIGHT, (uint32_t)settings->weight);
	put_u32(message, IPVS_DEST_ATTR_U_THRESH, settings->upper);
	put_u32(message, IPVS_DEST_ATTR_L_THRESH, settings->lower);
	/* IPIP is what the kernel takes when nothing is said; older ones know nothing else. */
	if (settings->tunnel_type == IP_VS_CONN_F_TUNNEL_TYPE_IPIP)
		return;
	put(message, IPVS_DEST_ATTR_TUN_TYPE, &settings->tunnel_type, 1);
	put_u16(message, IPVS_DEST_ATTR_TUN_PORT, htons(settings->tunnel_port));
	put_u16(message, IPVS_DEST_ATTR_TUN_FLAGS, settings->tunnel_flags);
}

static void put_destination(struct nl_msg *message, const struct ipvs_destination_key *key,
			    const struct ipvs_destination_settings *settings)
{
	struct nlattr *nest = nla_nest_start(message, IPVS_CMD_ATTR_DEST);

	assert(nest);
	put_u16(message, IPVS_DEST_ATTR_ADDR_FAMILY, key->address.family);
	put(message, IPVS_DEST_ATTR_ADDR, key->address.bytes, sizeof(key->address.bytes));
	put_u16(message, IPVS_DEST_ATTR_PORT, htons(key->port));
	if (settings)
		put_destination_settings(message, settings);
	nla_nest_end(message, nest);
}

/* --- answers ------------------------------------------------------------------------------ */

static int send_request(struct netlink *netlink)
{
	const struct nlmsghdr *header = nlmsg_hdr(netlink->message);
	ssize_t sent;

	do
		sent = send(nl_socket_get_fd(netlink->socket), header, header->nlmsg_len, 0);
	while (sent < 0 && errno == EINTR);
	return sent < 0 ? -errno : 0;
}

/* One datagram of the kernel's into the buffer: its length, or -errno. */
static int receive(struct netlink *netlink)
{
	struct sockaddr_nl from = {0};
	socklen_t from_length = sizeof(from);
	ssize_t length;

	do
		length = recvfrom(nl_socket_get_fd(netlink->socket), netlink->buffer,
				  sizeof(netlink->buffer), MSG_TRUNC, (struct sockaddr *)&from,
				  &from_length);
	while ((length < 0 && errno == EINTR) || (length >= 0 && from.nl_pid != 0));
	if (length < 0)
		return -errno;
	return (size_t)length > sizeof(netlink->buffer) ? -EMSGSIZE : (int)length;
}

/* The end of an answer carries a result: 0 or -errno. */
static int result_of(struct nlmsghdr *header)
{
	int result;

	if (!nlmsg_valid_hdr(header, sizeof(result)))
		return header->nlmsg_type == NLMSG_DONE ? 0 : -EBADMSG;
	memcpy(&result, nlmsg_data(header), sizeof(result));
	return result > 0 ? -EBADMSG : result;
}

/* Goes through the messages of one datagram. True when the answer is complete; *result says how. */
static bool take(struct netlink *netlink, int length, struct answer *answer, int *result)
{
	struct nlmsghdr *header = (struct nlmsghdr *)netlink->buffer;

	for (; nlmsg_ok(header, length); header = nlmsg_next(header, &length)) {
		if (header->nlmsg_seq != netlink->sequence)
			continue;
		if (header->nlmsg_type == NLMSG_DONE || header->nlmsg_type == NLMSG_ERROR) {
			*result = result_of(header);
			return true;
		}
		if (header->nlmsg_type != netlink->family || !answer)
			continue;
		if (!nlmsg_valid_hdr(header, GENL_HDRLEN)) {
			*result = -EBADMSG;
			return true;
		}
		*result = answer->row(answer, genlmsg_attrdata(nlmsg_data(header), 0),
				      genlmsg_attrlen(nlmsg_data(header), 0));
		if (*result < 0)
			return true;
	}
	return false;
}

static int exchange(struct netlink *netlink, struct answer *answer)
{
	int result = send_request(netlink);

	while (result == 0) {
		int length = receive(netlink);

		if (length < 0)
			return length;
		if (take(netlink, length, answer, &result))
			return result;
	}
	return result;
}

static int service_row(struct answer *answer, struct nlattr *attributes, int length)
{
	return ipvs_decode_service(attributes, length, answer->table);
}

static int destination_row(struct answer *answer, struct nlattr *attributes, int length)
{
	return ipvs_decode_destination(attributes, length, answer->table, answer->service);
}

static int info_row(struct answer *answer, struct nlattr *attributes, int length)
{
	return ipvs_decode_info(attributes, length, answer->info);
}

static int sync_row(struct answer *answer, struct nlattr *attributes, int length)
{
	return ipvs_decode_sync(attributes, length, answer->sync);
}

/* --- the backend -------------------------------------------------------------------------- */

static int read_destinations(struct netlink *netlink, struct ipvs_table *into)
{
	struct answer answer = {.row = destination_row, .table = into};

	for (uint32_t i = 0; i < into->service_count; i++) {
		int error;

		answer.service = i;
		begin(netlink, IPVS_CMD_GET_DEST, NLM_F_DUMP);
		put_service(netlink->message, &into->services[i].key, NULL);
		error = exchange(netlink, &answer);
		/* A service that vanished meanwhile has an empty dump, not an error. */
		if (error < 0)
			return error;
	}
	return 0;
}

/* After a failure the next call begins afresh. ENOENT to a request that names no object is the
 * family itself: the module was unloaded. */
static int failed(struct netlink *netlink, int error)
{
	if (error == 0)
		return 0;
	disconnect(netlink);
	return error == -ENOENT ? -ENOPROTOOPT : error;
}

static int netlink_read(struct ipvs_backend *backend, struct ipvs_table *into)
{
	struct netlink *netlink = (struct netlink *)backend;
	struct answer answer = {.row = service_row, .table = into};
	int error = connect_socket(netlink);

	if (error < 0)
		return error;
	begin(netlink, IPVS_CMD_GET_SERVICE, NLM_F_DUMP);
	error = exchange(netlink, &answer);
	if (error == 0)
		error = read_destinations(netlink, into);
	return failed(netlink, error);
}

static int netlink_info(struct ipvs_backend *backend, struct ipvs_info *into)
{
	struct netlink *netlink = (struct netlink *)backend;
	struct answer answer = {.row = info_row, .info = into};
	int error = connect_socket(netlink);

	if (error < 0)
		return error;
	begin(netlink, IPVS_CMD_GET_INFO, NLM_F_ACK);
	return failed(netlink, exchange(netlink, &answer));
}

static int netlink_sync(struct ipvs_backend *backend, struct ipvs_sync into[IPVS_SYNC_ROLES])
{
	struct netlink *netlink = (struct netlink *)backend;
	struct answer answer = {.row = sync_row, .sync = into};
	int error = connect_socket(netlink);

	if (error < 0)
		return error;
	begin(netlink, IPVS_CMD_GET_DAEMON, NLM_F_DUMP);
	return failed(netlink, exchange(netlink, &answer));
}

static uint8_t command_of(enum ipvs_verb verb)
{
	switch (verb) {
	case IPVS_ADD_SERVICE:
		return IPVS_CMD_NEW_SERVICE;
	case IPVS_EDIT_SERVICE:
		return IPVS_CMD_SET_SERVICE;
	case IPVS_DELETE_SERVICE:
		return IPVS_CMD_DEL_SERVICE;
	case IPVS_ADD_DESTINATION:
		return IPVS_CMD_NEW_DEST;
	case IPVS_EDIT_DESTINATION:
		return IPVS_CMD_SET_DEST;
	case IPVS_DELETE_DESTINATION:
		return IPVS_CMD_DEL_DEST;
	}
	assert(!"a verb without a command");
	return IPVS_CMD_UNSPEC;
}

static int netlink_apply(struct ipvs_backend *backend, const struct ipvs_operation *operation)
{
	struct netlink *netlink = (struct netlink *)backend;
	bool whole = ipvs_verb_adds(operation->verb) || ipvs_verb_edits(operation->verb);
	bool of_service = operation->verb <= IPVS_DELETE_SERVICE;
	int error = connect_socket(netlink);

	if (error < 0)
		return error;
	begin(netlink, command_of(operation->verb), NLM_F_ACK);
	put_service(netlink->message, &operation->service,
		    of_service && whole ? &operation->service_settings : NULL);
	if (!of_service)
		put_destination(netlink->message, &operation->destination,
				whole ? &operation->destination_settings : NULL);
	error = exchange(netlink, NULL);
	if (error == -EAGAIN || error == -EBADMSG)
		disconnect(netlink);
	return error;
}

static void netlink_free(struct ipvs_backend *backend)
{
	struct netlink *netlink = (struct netlink *)backend;

	disconnect(netlink);
	nlmsg_free(netlink->message);
	free(netlink);
}

static const struct ipvs_backend_calls netlink_calls = {netlink_read, netlink_info, netlink_sync,
							netlink_apply, netlink_free};

struct ipvs_backend *ipvs_netlink_new(void)
{
	struct netlink *netlink = memory_new(sizeof(*netlink));

	netlink->backend.calls = &netlink_calls;
	netlink->message = nlmsg_alloc();
	assert(netlink->message);
	return &netlink->backend;
}
