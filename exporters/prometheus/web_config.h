/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * web-config.yml, in the shape that Prometheus's exporter toolkit gave it: TLS and who may ask.
 * Pure but for web_config_load(). What is made of it is web.h's business.
 *
 * Known are, of tls_server_config, cert_file, key_file, client_ca_file, client_auth_type and
 * min_version; and basic_auth_users. Anything else is an error: a file that asks for protection
 * which is then not there is worse than none.
 */
#ifndef LBD_EXPORTERS_PROMETHEUS_WEB_CONFIG_H
#define LBD_EXPORTERS_PROMETHEUS_WEB_CONFIG_H

#include <stdbool.h>

#include "exporters/base/buffer.h"

enum web_client {
	WEB_CLIENT_NONE,         /* no certificate is asked for */
	WEB_CLIENT_REQUEST,      /* asked for; none, or any, will do */
	WEB_CLIENT_ANY,          /* must have one; any will do */
	WEB_CLIENT_VERIFY_GIVEN, /* one that is there must be of the CA */
	WEB_CLIENT_VERIFY,       /* must have one of the CA */
};

struct web_user {
	char *name;
	char *hash; /* of the password: bcrypt, of bounded cost */
};

/* Paths are as written if absolute, else in the directory of the file. */
struct web_config {
	char *cert_file; /* NULL: no TLS */
	char *key_file;
	char *client_ca_file; /* may be NULL */
	enum web_client client;
	unsigned min_minor; /* of the version of TLS: 0 to 3 */
	struct web_user *users;
	size_t user_count;
};

/* NULL with "PATH:LINE:COLUMN: what is wrong" in `problem`. */
struct web_config *web_config_parse(const char *path, const char *text, size_t length,
				    struct buffer *problem);
struct web_config *web_config_load(const char *path, struct buffer *problem);
void web_config_free(struct web_config *config);

#endif
