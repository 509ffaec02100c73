/* SPDX-License-Identifier: GPL-2.0-or-later */
/* HTTP requests by libcurl's multi interface, driven by our loop's watches and one timer. */
#include "exporters/push/transport.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"
#include "config.h"
#include "exporters/push/secret.h"

/* Of all header lines of an answer. */
#define HEADERS_MOST 65536

struct transport {
	struct loop *loop;
	CURLM *multi;
	struct loop_timer *timer;
};

struct transport_line {
	struct transport *transport;
	const struct push_target *target;
	void (*ended)(void *argument, const struct transport_answer *answer);
	void *argument;
	CURL *easy;
	struct curl_slist *headers;
	struct loop_timer *soon; /* tells of a request that could not be begun */
	bool busy;
	bool too_large;
	size_t header_bytes;
	struct transport_answer answer;
	struct buffer problem;
	char words[CURL_ERROR_SIZE];
};

/* --- libcurl's wishes -------------------------------------------------------------------------- */

static void collect(struct transport *transport);

static void ready(struct transport *transport, curl_socket_t socket, int what)
{
	int running;

	curl_multi_socket_action(transport->multi, socket, what, &running);
	collect(transport);
}

struct socket_watch {
	struct transport *transport;
	curl_socket_t socket;
	struct loop_watch *watch;
};

static void socket_ready(int what, void *argument)
{
	struct socket_watch *watch = argument;

	ready(watch->transport, watch->socket,
	      (what & LOOP_READ ? CURL_CSELECT_IN : 0) | (what & LOOP_WRITE ? CURL_CSELECT_OUT : 0));
}

static int want_socket(CURL *easy, curl_socket_t socket, int what, void *argument, void *given)
{
	struct transport *transport = argument;
	struct socket_watch *watch = given;
	int events = (what & CURL_POLL_IN ? LOOP_READ : 0) | (what & CURL_POLL_OUT ? LOOP_WRITE : 0);

	(void)easy;
	if (what == CURL_POLL_REMOVE) {
		if (watch)
			loop_watch_free(watch->watch);
		free(watch);
		curl_multi_assign(transport->multi, socket, NULL);
		return 0;
	}
	if (watch) {
		loop_watch_for(watch->watch, events);
		return 0;
	}
	watch = memory_new(sizeof(*watch));
	watch->transport = transport;
	watch->socket = socket;
	watch->watch = loop_watch_new(transport->loop, socket, events, socket_ready, watch);
	curl_multi_assign(transport->multi, socket, watch);
	return 0;
}

static int want_timer(CURLM *multi, long milliseconds, void *argument)
{
	struct transport *transport = argument;

	(void)multi;
	if (milliseconds < 0)
		loop_timer_cancel(transport->timer);
	else
		loop_timer_at(transport->timer, clock_now() + milliseconds * CLOCK_MILLISECOND);
	return 0;
}

static void timer_fired(void *argument)
{
	ready(argument, CURL_SOCKET_TIMEOUT, 0);
}

struct transport *transport_new(struct loop *loop)
{
	struct transport *transport = memory_new(sizeof(*transport));

	transport->loop = loop;
	if (curl_global_init(CURL_GLOBAL_DEFAULT) != 0 || !(transport->multi = curl_multi_init())) {
		free(transport);
		return NULL;
	}
	transport->timer = loop_timer_new(loop, timer_fired, transport);
	curl_multi_setopt(transport->multi, CURLMOPT_SOCKETFUNCTION, want_socket);
	curl_multi_setopt(transport->multi, CURLMOPT_SOCKETDATA, transport);
	curl_multi_setopt(transport->multi, CURLMOPT_TIMERFUNCTION, want_timer);
	curl_multi_setopt(transport->multi, CURLMOPT_TIMERDATA, transport);
	return transport;
}

void transport_free(struct transport *transport)
{
	curl_multi_cleanup(transport->multi);
	loop_timer_free(transport->timer);
	curl_global_cleanup();
	free(transport);
}

/* --- an answer comes --------------------------------------------------------------------------- */

static size_t take_body(char *bytes, size_t size, size_t count, void *argument)
{
	struct transport_line *line = argument;

	if (size * count > TRANSPORT_ANSWER_MOST - line->answer.body.length) {
		line->too_large = true;
		return CURL_WRITEFUNC_ERROR;
	}
	buffer_add(&line->answer.body, bytes, size * count);
	return size * count;
}

static size_t take_header(char *bytes, size_t size, size_t count, void *argument)
{
	struct transport_line *line = argument;

	(void)bytes;
	line->header_bytes += size * count;
	if (line->header_bytes <= HEADERS_MOST)
		return size * count;
	line->too_large = true;
	return CURL_WRITEFUNC_ERROR;
}

static enum push_end end_of(const struct transport_line *line, CURLcode code)
{
	if (line->too_large)
		return PUSH_TOO_LARGE;
	switch (code) {
	case CURLE_OK:
		return PUSH_ANSWERED;
	case CURLE_COULDNT_RESOLVE_HOST:
	case CURLE_COULDNT_CONNECT:
		return PUSH_NOT_CONNECTED;
	case CURLE_OPERATION_TIMEDOUT:
		return PUSH_TIMED_OUT;
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_PEER_FAILED_VERIFICATION:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CIPHER:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_ISSUER_ERROR:
	case CURLE_SSL_INVALIDCERTSTATUS:
		return PUSH_TLS_FAILED;
	default:
		return PUSH_CUT;
	}
}

/* libcurl keeps the kernel's own words to itself. */
static void describe(struct transport_line *line, CURLcode code)
{
	long error = 0;

	curl_easy_getinfo(line->easy, CURLINFO_OS_ERRNO, &error);
	if (code == CURLE_COULDNT_CONNECT && error != 0)
		snprintf(line->words, sizeof(line->words), "cannot connect: %s", strerror((int)error));
	else if (line->words[0] == '\0')
		snprintf(line->words, sizeof(line->words), "%s", curl_easy_strerror(code));
}

static void finish(struct transport_line *line)
{
	line->busy = false;
	line->ended(line->argument, &line->answer);
}

static void done(struct transport_line *line, CURLcode code)
{
	struct transport_answer *answer = &line->answer;
	curl_off_t retry_after = 0;

	answer->end = end_of(line, code);
	curl_easy_getinfo(line->easy, CURLINFO_RESPONSE_CODE, &answer->status);
	answer->location = NULL;
	curl_easy_getinfo(line->easy, CURLINFO_REDIRECT_URL, &answer->location);
	answer->retry_after = -1;
	if (curl_easy_getinfo(line->easy, CURLINFO_RETRY_AFTER, &retry_after) == CURLE_OK &&
	    retry_after > 0)
		answer->retry_after = retry_after * CLOCK_SECOND;
	describe(line, code);
	answer->words = line->words;
	curl_multi_remove_handle(line->transport->multi, line->easy);
	finish(line);
}

static void collect(struct transport *transport)
{
	CURLMsg *message;
	int left;

	while ((message = curl_multi_info_read(transport->multi, &left)) != NULL) {
		struct transport_line *line;

		if (message->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&line);
		done(line, message->data.result);
	}
}

/* --- a request goes ---------------------------------------------------------------------------- */

static void could_not_begin(void *argument)
{
	struct transport_line *line = argument;

	line->answer.end = PUSH_NOT_BEGUN;
	line->answer.status = 0;
	line->answer.location = NULL;
	line->answer.retry_after = -1;
	line->answer.words = line->problem.bytes;
	finish(line);
}

struct transport_line *transport_line_new(struct transport *transport,
					  const struct push_target *target,
					  void (*ended)(void *argument,
							const struct transport_answer *answer),
					  void *argument)
{
	struct transport_line *line = memory_new(sizeof(*line));

	line->transport = transport;
	line->target = target;
	line->ended = ended;
	line->argument = argument;
	line->soon = loop_timer_new(transport->loop, could_not_begin, line);
	line->easy = curl_easy_init();
	if (!line->easy) {
		log_error("cannot make a request: out of memory");
		abort();
	}
	return line;
}

void transport_cancel(struct transport_line *line)
{
	if (!line->busy)
		return;
	curl_multi_remove_handle(line->transport->multi, line->easy);
	loop_timer_cancel(line->soon);
	line->busy = false;
}

void transport_line_free(struct transport_line *line)
{
	transport_cancel(line);
	curl_easy_cleanup(line->easy);
	curl_slist_free_all(line->headers);
	loop_timer_free(line->soon);
	buffer_free(&line->answer.body);
	buffer_free(&line->problem);
	free(line);
}

static void add_header(struct transport_line *line, const char *header)
{
	struct curl_slist *longer = curl_slist_append(line->headers, header);

	if (longer)
		line->headers = longer;
}

static void set_headers(struct transport_line *line, const struct secret *secret)
{
	curl_slist_free_all(line->headers);
	line->headers = NULL;
	add_header(line, "Content-Type: application/x-protobuf");
	add_header(line, "Expect:");
	if (line->target->protocol == PUSH_REMOTE_WRITE) {
		add_header(line, "Content-Encoding: snappy");
		add_header(line, "X-Prometheus-Remote-Write-Version: 0.1.0");
	} else {
		add_header(line, "Content-Encoding: gzip");
	}
	for (size_t i = 0; i < secret->header_count; i++)
		add_header(line, secret->headers[i]);
	curl_easy_setopt(line->easy, CURLOPT_HTTPHEADER, line->headers);
}

static void set_credentials(struct transport_line *line, const struct secret *secret)
{
	CURL *easy = line->easy;

	if (secret->password) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
		curl_easy_setopt(easy, CURLOPT_USERNAME, line->target->user);
		curl_easy_setopt(easy, CURLOPT_PASSWORD, secret->password);
	}
	if (secret->token) {
		curl_easy_setopt(easy, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
		curl_easy_setopt(easy, CURLOPT_XOAUTH2_BEARER, secret->token);
	}
}

static void set_tls(struct transport_line *line)
{
	const struct push_target *target = line->target;
	CURL *easy = line->easy;

	/* Or a new file of authorities would not count for a day. */
	curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
	if (target->ca_file)
		curl_easy_setopt(easy, CURLOPT_CAINFO, target->ca_file);
	if (target->cert_file) {
		curl_easy_setopt(easy, CURLOPT_SSLCERT, target->cert_file);
		curl_easy_setopt(easy, CURLOPT_SSLKEY, target->key_file);
	}
}

static void set_all(struct transport_line *line, const struct secret *secret, const char *bytes,
		    size_t length)
{
	CURL *easy = line->easy;
	long timeout = (long)(line->target->timeout / CLOCK_MILLISECOND);

	/* Connections stay, everything else is said anew. */
	curl_easy_reset(easy);
	curl_easy_setopt(easy, CURLOPT_PRIVATE, line);
	curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, line->words);
	curl_easy_setopt(easy, CURLOPT_URL, line->target->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_NOPROXY, "*");
	curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
	/* A name server that does not answer must not hold up our end. */
	curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
	curl_easy_setopt(easy, CURLOPT_USERAGENT, "lbd-push/" PACKAGE_VERSION);
	curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, timeout);
	curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT_MS, timeout);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, line);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, line);
	curl_easy_setopt(easy, CURLOPT_POST, 1L);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)length);
	curl_easy_setopt(easy, CURLOPT_POSTFIELDS, bytes);
	set_headers(line, secret);
	set_credentials(line, secret);
	set_tls(line);
}

void transport_post(struct transport_line *line, const char *bytes, size_t length)
{
	struct secret secret;

	assert(!line->busy);
	line->busy = true;
	line->too_large = false;
	line->header_bytes = 0;
	line->answer.body.length = 0;
	line->problem.length = 0;
	line->words[0] = '\0';
	if (!secret_read(line->target, &secret, &line->problem)) {
		buffer_add(&line->problem, "", 1);
		loop_timer_at(line->soon, 0);
		return;
	}
	set_all(line, &secret, bytes, length);
	secret_free(&secret);
	curl_multi_add_handle(line->transport->multi, line->easy);
}
