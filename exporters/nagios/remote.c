/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One GET, and what is to be said when it fails. */
#include "exporters/nagios/remote.h"

#include <curl/curl.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"
#include "exporters/base/buffer.h"
#include "exporters/nagios/exposition.h"

#define URL_TEXT 1024
#define PASSWORD_TEXT 256
/* The family that lbd-prometheus calls what it says of itself and of the segments. */
#define OWN_FAMILY "exporter"

struct asking {
	const struct remote *remote;
	CURL *curl;
	char url[URL_TEXT];
	char where[300]; /* the same for people, without the question */
	char password[PASSWORD_TEXT];
	char reason[CURL_ERROR_SIZE];
	struct buffer body;
	bool too_large;
	char *error;
};

bool remote_is_host(const char *text)
{
	return text[0] != '\0' && text[0] != '-' && strlen(text) < 254 &&
	       text[strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
				 "._-:")] == '\0';
}

static bool wrong(struct asking *asking, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static bool wrong(struct asking *asking, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(asking->error, REMOTE_ERROR, format, arguments);
	va_end(arguments);
	return false;
}

static void write_urls(struct asking *asking, const char *host, uint32_t families)
{
	const struct remote *remote = asking->remote;
	bool brackets = strchr(host, ':') != NULL;

	TEXT_APPEND(asking->where, "http%s://%s%s%s:%u/metrics", remote->tls ? "s" : "",
		    brackets ? "[" : "", host, brackets ? "]" : "", remote->port);
	TEXT_APPEND(asking->url, "%s?family=" OWN_FAMILY, asking->where);
	for (unsigned i = 0; i < STAT_FAMILY_COUNT; i++)
		if (families >> i & 1 && strcmp(stat_families[i].name, OWN_FAMILY) != 0)
			TEXT_APPEND(asking->url, "&family=%s", stat_families[i].name);
}

static bool read_password(struct asking *asking)
{
	const char *path = asking->remote->password_file;
	FILE *file = fopen(path, "re");
	bool read;

	if (!file)
		return wrong(asking, "--password-file %s: %s", path, strerror(errno));
	read = fgets(asking->password, sizeof(asking->password), file) != NULL;
	fclose(file);
	asking->password[strcspn(asking->password, "\r\n")] = '\0';
	return (read && asking->password[0] != '\0') ||
	       wrong(asking, "--password-file %s: its first line is empty", path);
}

static size_t take_body(char *bytes, size_t size, size_t count, void *argument)
{
	struct asking *asking = argument;

	/* Counted after decompression. */
	asking->too_large = size * count > REMOTE_BODY_MOST - asking->body.length;
	if (asking->too_large)
		return CURL_WRITEFUNC_ERROR;
	buffer_add(&asking->body, bytes, size * count);
	return size * count;
}

static bool set_up(struct asking *asking, int64_t patience)
{
	const struct remote *remote = asking->remote;
	CURL *curl = asking->curl;
	long milliseconds = patience > CLOCK_MILLISECOND ? (long)(patience / CLOCK_MILLISECOND) : 1;
	bool set = true;

#define SET(option, value) set = set && curl_easy_setopt(curl, CURLOPT_##option, value) == CURLE_OK
	SET(URL, asking->url);
	SET(PROTOCOLS_STR, remote->tls ? "https" : "http");
	SET(PROXY, "");
	SET(NOSIGNAL, 1L);
	SET(TIMEOUT_MS, milliseconds);
	SET(ERRORBUFFER, asking->reason);
	SET(WRITEFUNCTION, take_body);
	SET(WRITEDATA, asking);
	SET(ACCEPT_ENCODING, "");
	SET(USERAGENT, "check_lbd");
	SET(SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
	if (remote->ca_file)
		SET(CAINFO, remote->ca_file);
	if (remote->certificate)
		SET(SSLCERT, remote->certificate);
	if (remote->key)
		SET(SSLKEY, remote->key);
	if (remote->user) {
		SET(HTTPAUTH, (long)CURLAUTH_BASIC);
		SET(USERNAME, remote->user);
		SET(PASSWORD, asking->password);
	}
#undef SET
	return set || wrong(asking, "libcurl cannot be set up for %s", asking->where);
}

/* Why there is no answer, and what to do about it. */
static bool failed(struct asking *asking, CURLcode code)
{
	const char *reason = asking->reason[0] ? asking->reason : curl_easy_strerror(code);

	if (asking->too_large)
		return wrong(asking, "%s says more than %d MB: select fewer objects, or use "
			     "check_lbd on the director itself",
			     asking->where, REMOTE_BODY_MOST >> 20);
	switch (code) {
	case CURLE_OPERATION_TIMEDOUT:
		return wrong(asking, "%s: no whole answer in time (-t): %s", asking->where, reason);
	case CURLE_COULDNT_CONNECT:
		return wrong(asking,
			     "%s: %s; does lbd run there, and listen on this address? (exporters "
			     "{ prometheus { listen ADDRESS PORT } })",
			     asking->where, reason);
	case CURLE_PEER_FAILED_VERIFICATION:
		return wrong(asking,
			     "%s does not prove who it is: %s; --ca-file names who signs its "
			     "certificate, which must have the name that -H says",
			     asking->where, reason);
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_SSL_CERTPROBLEM:
		return wrong(asking, "%s: a file of --ca-file, --client-cert or --client-key "
			     "cannot be used: %s",
			     asking->where, reason);
	case CURLE_SSL_CONNECT_ERROR:
		return wrong(asking, "%s: TLS fails: %s", asking->where, reason);
	case CURLE_RECV_ERROR:
		if (asking->remote->tls)
			return wrong(asking,
				     "%s: %s; does it want a certificate? (--client-cert, "
				     "--client-key)",
				     asking->where, reason);
		return wrong(asking, "%s: %s; does it speak TLS? (--tls)", asking->where, reason);
	case CURLE_GOT_NOTHING:
		return wrong(asking, "%s: %s; does it speak TLS? (--tls)", asking->where, reason);
	default:
		return wrong(asking, "%s: %s", asking->where, reason);
	}
}

static bool judge_status(struct asking *asking)
{
	long status = 0;
	const char *type = NULL;

	curl_easy_getinfo(asking->curl, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(asking->curl, CURLINFO_CONTENT_TYPE, &type);
	if (status == 401)
		return wrong(asking, "%s asks for a user and a password (401)%s: --user, "
			     "--password-file",
			     asking->where, asking->remote->user ? ", and knows these not" : "");
	if (status >= 300 && status < 400)
		return wrong(asking, "%s redirects to elsewhere (%ld), which is not followed: ask "
			     "the right host and port%s",
			     asking->where, status, asking->remote->tls ? "" : ", or with --tls");
	if (status == 400)
		return wrong(asking, "%s does not know the question (400): its lbd is of another "
			     "version",
			     asking->where);
	if (status != 200)
		return wrong(asking, "%s answers %ld: is it an lbd-prometheus?", asking->where,
			     status);
	if (!type || strncasecmp(type, "text/plain", strlen("text/plain")) != 0)
		return wrong(asking, "%s answers with %s: is it an lbd-prometheus?", asking->where,
			     type ? type : "no type");
	return true;
}

static bool ask(struct asking *asking, struct snapshot *snapshot)
{
	char problem[EXPOSITION_ERROR];
	CURLcode code = curl_easy_perform(asking->curl);

	if (code != CURLE_OK)
		return failed(asking, code);
	if (!judge_status(asking))
		return false;
	return exposition_read(asking->body.bytes, asking->body.length, snapshot, problem) ||
	       wrong(asking, "%s is no lbd-prometheus of this version: %s", asking->where,
		     problem);
}

bool remote_take(const struct remote *remote, const char *host, uint32_t families, int64_t until,
		 struct snapshot *snapshot, char error[REMOTE_ERROR])
{
	struct asking asking = {.remote = remote, .error = error};
	struct curl_slist *accept = NULL;
	bool taken = false;

	write_urls(&asking, host, families);
	asking.curl = curl_easy_init();
	accept = curl_slist_append(NULL, "Accept: text/plain; version=0.0.4");
	if (!asking.curl || !accept ||
	    curl_easy_setopt(asking.curl, CURLOPT_HTTPHEADER, accept) != CURLE_OK)
		wrong(&asking, "libcurl cannot be used: memory is short");
	else
		taken = (!remote->password_file || read_password(&asking)) &&
			set_up(&asking, until - clock_now()) && ask(&asking, snapshot);
	curl_slist_free_all(accept);
	curl_easy_cleanup(asking.curl);
	buffer_free(&asking.body);
	explicit_bzero(asking.password, sizeof(asking.password));
	return taken;
}
