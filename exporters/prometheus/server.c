/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Answering scrapes. */
#include "exporters/prometheus/server.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/buffer.h>
#include <event2/event.h>
#include <event2/http.h>
#include <event2/keyvalq_struct.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/memory.h"
#include "exporters/base/own.h"
#include "exporters/prometheus/body.h"
#include "exporters/prometheus/guard.h"
#include "exporters/prometheus/page.h"
#include "exporters/prometheus/selection.h"
#include "exporters/prometheus/tick.h"
#include "exporters/prometheus/web.h"

#define HEADER_MOST 8192
#define BODY_MOST 1024
#define CONNECTIONS_MOST 128
#define SILENCE_SECONDS 10
#define DEADLINE (30 * CLOCK_SECOND)

struct server {
	struct evhttp *http;
	struct guard *guard;
	struct web *web;
	struct tick *tick;
	const char *version;
	uint16_t port;
	struct stat_exporter *row; /* our own */
};

static void header(struct evhttp_request *request, const char *name, const char *value)
{
	evhttp_add_header(evhttp_request_get_output_headers(request), name, value);
}

/* One request a connection: an idle one would hold a place that a scraper needs, and an answer in
 * parts has no second request to be confused with. */
static void reply(struct evhttp_request *request, int code, const char *reason, const char *type,
		  struct body *body)
{
	struct evbuffer *output = evhttp_request_get_output_buffer(request);
	char length[24];

	snprintf(length, sizeof(length), "%zu", body->length);
	header(request, "Content-Type", type);
	header(request, "Content-Length", length);
	header(request, "Cache-Control", "no-store");
	header(request, "X-Content-Type-Options", "nosniff");
	header(request, "Connection", "close");
	if (evhttp_request_get_command(request) != EVHTTP_REQ_HEAD && body_send(body, output) != 0)
		evhttp_send_error(request, HTTP_SERVUNAVAIL, NULL);
	else
		evhttp_send_reply(request, code, reason, NULL);
}

static void reply_buffer(struct evhttp_request *request, int code, const char *reason,
			 const char *type, struct buffer *buffer)
{
	struct body *body = body_new(buffer);

	reply(request, code, reason, type, body);
	body_release(body);
}

static void reply_text(struct evhttp_request *request, int code, const char *reason,
		       const char *text)
{
	struct buffer buffer = {0};

	buffer_text(&buffer, text);
	reply_buffer(request, code, reason, "text/plain; charset=utf-8", &buffer);
}

/* Reads the parameters, which `selection` goes on pointing to. */
static bool select_rows(struct server *server, struct evhttp_request *request,
			struct evkeyvalq *parameters, struct selection *selection)
{
	const char *query = evhttp_uri_get_query(evhttp_request_get_evhttp_uri(request));
	struct buffer problem = {0};
	struct evkeyval *each;
	bool right = true;

	selection_begin(selection);
	TAILQ_INIT(parameters);
	if (query && *query && evhttp_parse_query_str(query, parameters) != 0) {
		buffer_text(&problem, "parameters are written NAME=VALUE, with & between them\n");
		right = false;
	}
	TAILQ_FOREACH(each, parameters, next)
		right = right && selection_add(selection, each->key, each->value, &problem);
	right = right && selection_complete(selection, tick_snapshot(server->tick), &problem);
	if (!right) {
		tick_numbers(server->tick)->bad++;
		reply_buffer(request, HTTP_BADREQUEST, "Bad Request", "text/plain; charset=utf-8",
			     &problem);
	}
	return right;
}

static void metrics(struct server *server, struct evhttp_request *request)
{
	const struct evkeyvalq *headers = evhttp_request_get_input_headers(request);
	const char *query = evhttp_uri_get_query(evhttp_request_get_evhttp_uri(request));
	enum prometheus_format format = prometheus_choose(evhttp_find_header(headers, "Accept"));
	bool zipped = prometheus_accepts_gzip(evhttp_find_header(headers, "Accept-Encoding"));
	struct prometheus_numbers *numbers = tick_numbers(server->tick);
	struct evkeyvalq parameters;
	struct selection selection;
	int64_t start = clock_now();
	struct body *body;

	if (select_rows(server, request, &parameters, &selection)) {
		numbers->scrapes[format]++;
		numbers->refused = guard_refused(server->guard);
		numbers->overdue = guard_overdue(server->guard);
		body = tick_render(server->tick, format, &selection, query ? query : "", &zipped);
		header(request, "Vary", "Accept, Accept-Encoding");
		if (zipped)
			header(request, "Content-Encoding", "gzip");
		reply(request, HTTP_OK, "OK", prometheus_content_type(format), body);
		own_succeeded(server->row, tick_rows(server->tick), body->length,
			      clock_now() - start);
	} else {
		own_failed(server->row, EXPORTER_ERROR_PROTOCOL, clock_now() - start);
	}
	selection_free(&selection);
	evhttp_clear_headers(&parameters);
}

static void health(struct server *server, struct evhttp_request *request)
{
	const struct snapshot *snapshot = tick_snapshot(server->tick);
	bool healthy = snapshot_healthy(snapshot);
	struct buffer buffer = {0};

	page_health(&buffer, snapshot);
	reply_buffer(request, healthy ? HTTP_OK : HTTP_SERVUNAVAIL,
		     healthy ? "OK" : "Service Unavailable", "text/plain; charset=utf-8", &buffer);
}

static void landing(struct server *server, struct evhttp_request *request)
{
	struct buffer buffer = {0};

	page_landing(&buffer, tick_snapshot(server->tick), server->version);
	reply_buffer(request, HTTP_OK, "OK", "text/html; charset=utf-8", &buffer);
}

/* Before anything else is looked at; false when the request was answered here. */
static bool may_ask(struct server *server, struct evhttp_request *request)
{
	const struct evkeyvalq *headers = evhttp_request_get_input_headers(request);
	enum auth_answer answer = AUTH_RIGHT;

	if (server->web)
		answer = web_check(server->web, evhttp_find_header(headers, "Authorization"));
	if (answer == AUTH_WRONG) {
		header(request, "WWW-Authenticate", "Basic realm=\"lbd\", charset=\"UTF-8\"");
		reply_text(request, 401, "Unauthorized", "a user and a password are needed\n");
	} else if (answer == AUTH_LATER) {
		header(request, "Retry-After", "2");
		reply_text(request, 429, "Too Many Requests", "too many wrong passwords\n");
	}
	return answer == AUTH_RIGHT;
}

static void requested(struct evhttp_request *request, void *argument)
{
	struct server *server = argument;
	enum evhttp_cmd_type command = evhttp_request_get_command(request);
	const struct evhttp_uri *uri = evhttp_request_get_evhttp_uri(request);
	const char *path = uri ? evhttp_uri_get_path(uri) : NULL;

	if (!may_ask(server, request))
		return;
	if (command != EVHTTP_REQ_GET && command != EVHTTP_REQ_HEAD) {
		header(request, "Allow", "GET, HEAD");
		reply_text(request, HTTP_BADMETHOD, "Method Not Allowed", "only GET and HEAD\n");
		return;
	}
	tick_refresh(server->tick);
	if (path && strcmp(path, "/metrics") == 0)
		metrics(server, request);
	else if (path && strcmp(path, "/healthz") == 0)
		health(server, request);
	else if (path && strcmp(path, "/") == 0)
		landing(server, request);
	else
		reply_text(request, HTTP_NOTFOUND, "Not Found", "try /metrics or /healthz\n");
}

static uint16_t port_of(evutil_socket_t fd)
{
	struct sockaddr_storage address;
	socklen_t length = sizeof(address);

	if (getsockname(fd, (struct sockaddr *)&address, &length) != 0)
		return 0;
	if (address.ss_family == AF_INET6)
		return ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
	return ntohs(((struct sockaddr_in *)&address)->sin_port);
}

static void limit(struct evhttp *http)
{
	evhttp_set_max_headers_size(http, HEADER_MOST);
	evhttp_set_max_body_size(http, BODY_MOST);
	evhttp_set_timeout(http, SILENCE_SECONDS);
	/* All that it knows, so that the answer to the others is our 405 and not its 501. */
	evhttp_set_allowed_methods(http, EVHTTP_REQ_GET | EVHTTP_REQ_HEAD | EVHTTP_REQ_POST |
						 EVHTTP_REQ_PUT | EVHTTP_REQ_DELETE |
						 EVHTTP_REQ_OPTIONS | EVHTTP_REQ_PATCH);
}

static struct stat_exporter *own_target_row(struct own *own, const char *address, uint16_t port)
{
	char target[OWN_TARGET];

	snprintf(target, sizeof(target), strchr(address, ':') ? "[%s]:%u" : "%s:%u", address, port);
	return own_row(own, target);
}

struct server *server_new(struct loop *loop, const struct server_options *options)
{
	struct server *server = memory_new(sizeof(*server));
	struct evhttp_bound_socket *socket;

	server->http = evhttp_new(loop_base(loop));
	socket = server->http ? evhttp_bind_socket_with_handle(server->http, options->address,
							       options->port)
			      : NULL;
	if (!socket) {
		int error = errno;

		if (server->http)
			evhttp_free(server->http);
		free(server);
		errno = error ? error : EINVAL;
		return NULL;
	}
	server->port = port_of(evhttp_bound_socket_get_fd(socket));
	server->version = options->version;
	server->web = options->web;
	server->row = own_target_row(options->own, options->address, server->port);
	server->tick = tick_new(options->directory, options->version, options->own);
	limit(server->http);
	server->guard = guard_new(loop, server->http, options->web, CONNECTIONS_MOST, DEADLINE);
	evhttp_set_gencb(server->http, requested, server);
	return server;
}

uint16_t server_port(const struct server *server)
{
	return server->port;
}

void server_free(struct server *server)
{
	evhttp_free(server->http);
	guard_free(server->guard);
	tick_free(server->tick);
	free(server);
}
