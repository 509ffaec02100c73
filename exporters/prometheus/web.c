/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Putting a web-config.yml in force. */
#include "exporters/prometheus/web.h"

#include <event2/bufferevent.h>
#include <event2/bufferevent_ssl.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"

#define FILES 4

/* Whether a file is the one that was read. */
struct mark {
	dev_t device;
	ino_t inode;
	off_t size;
	struct timespec changed;
};

struct web {
	char *path;
	struct web_config *config;
	SSL_CTX *tls; /* NULL: none */
	struct auth *auth;
	struct mark marks[FILES];
	int64_t looked;
};

static int accept_any(int ok, X509_STORE_CTX *store)
{
	(void)ok;
	(void)store;
	return 1;
}

static bool trouble(struct buffer *problem, const char *path)
{
	unsigned long error = ERR_peek_error();
	const char *reason = ERR_SYSTEM_ERROR(error) ? strerror(ERR_GET_REASON(error))
						     : ERR_reason_error_string(error);

	buffer_format(problem, "%s: %s", path, reason ? reason : "cannot be used");
	ERR_clear_error();
	return false;
}

static bool load_client(SSL_CTX *tls, const struct web_config *config, struct buffer *problem)
{
	static const int modes[] = {
		[WEB_CLIENT_NONE] = SSL_VERIFY_NONE,
		[WEB_CLIENT_REQUEST] = SSL_VERIFY_PEER,
		[WEB_CLIENT_ANY] = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
		[WEB_CLIENT_VERIFY_GIVEN] = SSL_VERIFY_PEER,
		[WEB_CLIENT_VERIFY] = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
	};
	bool verified = config->client >= WEB_CLIENT_VERIFY_GIVEN;

	SSL_CTX_set_verify(tls, modes[config->client], verified ? NULL : accept_any);
	if (!config->client_ca_file)
		return true;
	if (SSL_CTX_load_verify_locations(tls, config->client_ca_file, NULL) != 1)
		return trouble(problem, config->client_ca_file);
	SSL_CTX_set_client_CA_list(tls, SSL_load_client_CA_file(config->client_ca_file));
	return true;
}

static bool load_files(SSL_CTX *tls, const struct web_config *config, struct buffer *problem)
{
	static const unsigned char id[] = "lbd-prometheus";

	SSL_CTX_set_min_proto_version(tls, TLS1_VERSION + (int)config->min_minor);
	SSL_CTX_set_options(tls, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE);
	/* A session that is taken up again would pass by a certificate that is asked for. */
	SSL_CTX_set_session_cache_mode(tls, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_options(tls, SSL_OP_NO_TICKET);
	SSL_CTX_set_session_id_context(tls, id, sizeof(id) - 1);
	if (SSL_CTX_use_certificate_chain_file(tls, config->cert_file) != 1)
		return trouble(problem, config->cert_file);
	if (SSL_CTX_use_PrivateKey_file(tls, config->key_file, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(tls) != 1)
		return trouble(problem, config->key_file);
	return load_client(tls, config, problem);
}

static bool make_tls(struct web *web, struct buffer *problem)
{
	if (!web->config->cert_file)
		return true;
	ERR_clear_error();
	web->tls = SSL_CTX_new(TLS_server_method());
	return web->tls ? load_files(web->tls, web->config, problem) : trouble(problem, web->path);
}

static void look(const struct web *web, struct mark marks[FILES])
{
	const char *paths[FILES] = {web->path, web->config->cert_file, web->config->key_file,
				    web->config->client_ca_file};

	memset(marks, 0, FILES * sizeof(*marks));
	for (size_t i = 0; i < FILES; i++) {
		struct stat status;

		if (!paths[i] || stat(paths[i], &status) != 0)
			continue;
		marks[i].device = status.st_dev;
		marks[i].inode = status.st_ino;
		marks[i].size = status.st_size;
		marks[i].changed = status.st_mtim;
	}
}

struct web *web_new(const char *path, struct buffer *problem)
{
	struct web *web = memory_new(sizeof(*web));

	web->path = memory_string(path);
	web->looked = clock_now();
	web->config = web_config_load(path, problem);
	if (web->config) {
		look(web, web->marks);
		if (make_tls(web, problem)) {
			web->auth = auth_new(web->config->users, web->config->user_count);
			if (web->auth)
				return web;
			buffer_format(problem, "%s: there are no random numbers", path);
		}
	}
	web_free(web);
	return NULL;
}

void web_free(struct web *web)
{
	if (!web)
		return;
	auth_free(web->auth);
	SSL_CTX_free(web->tls);
	web_config_free(web->config);
	free(web->path);
	free(web);
}

bool web_has_tls(const struct web *web)
{
	return web->tls != NULL;
}

static void take_over(struct web *web, struct web *fresh)
{
	struct web old = *web;

	*web = *fresh;
	*fresh = old;
	log_notice("%s: read anew", web->path);
}

static void refresh(struct web *web)
{
	int64_t now = clock_now();
	struct mark marks[FILES];
	struct buffer problem = {0};
	struct web *fresh;

	if (now - web->looked < CLOCK_SECOND)
		return;
	web->looked = now;
	look(web, marks);
	if (memcmp(marks, web->marks, sizeof(marks)) == 0)
		return;
	memcpy(web->marks, marks, sizeof(marks));
	fresh = web_new(web->path, &problem);
	if (fresh)
		take_over(web, fresh);
	else
		log_error("%.*s; what was read before stays in force", (int)problem.length,
			  problem.bytes);
	web_free(fresh);
	buffer_free(&problem);
}

struct bufferevent *web_bufferevent(struct web *web, struct event_base *base)
{
	struct bufferevent *bufferevent;
	SSL *ssl;

	if (web)
		refresh(web);
	if (!web || !web->tls)
		return bufferevent_socket_new(base, -1, BEV_OPT_CLOSE_ON_FREE);
	ssl = SSL_new(web->tls);
	if (!ssl)
		return NULL;
	bufferevent = bufferevent_openssl_socket_new(base, -1, ssl, BUFFEREVENT_SSL_ACCEPTING,
						     BEV_OPT_CLOSE_ON_FREE);
	if (bufferevent)
		bufferevent_openssl_set_allow_dirty_shutdown(bufferevent, 1);
	else
		SSL_free(ssl);
	return bufferevent;
}

enum auth_answer web_check(struct web *web, const char *authorization)
{
	if (web->config->user_count == 0)
		return AUTH_RIGHT;
	return auth_check(web->auth, authorization, clock_now());
}
