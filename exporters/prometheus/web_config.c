/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading web-config.yml. */
#include "exporters/prometheus/web_config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/memory.h"

#define FILE_MOST (1 << 20)
#define HASH_LENGTH 60
/* bcrypt's cost is a power of two: 10 takes 0.1 s, 14 more than a second in which nobody is served.
 */
#define COST_MOST 14

struct reading {
	yaml_document_t document;
	const char *path;
	struct web_config *config;
	struct buffer *problem;
};

struct key {
	const char *name;
	bool (*read)(struct reading *reading, const yaml_node_t *value);
};

static bool __attribute__((format(printf, 3, 4)))
wrong(struct reading *reading, yaml_mark_t mark, const char *format, ...)
{
	char text[512];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	buffer_format(reading->problem, "%s:%zu:%zu: %s", reading->path, mark.line + 1,
		      mark.column + 1, text);
	return false;
}

/* The text of a scalar, NULL if the node is something else or holds a NUL. */
static const char *scalar(const yaml_node_t *node)
{
	if (node->type != YAML_SCALAR_NODE ||
	    memchr(node->data.scalar.value, '\0', node->data.scalar.length))
		return NULL;
	return (const char *)node->data.scalar.value;
}

static const yaml_node_t *node_at(struct reading *reading, int index)
{
	return yaml_document_get_node(&reading->document, index);
}

static bool unknown(struct reading *reading, const yaml_node_t *node, const struct key *keys,
		    size_t count)
{
	char known[256] = "";
	size_t length = 0;

	for (size_t i = 0; i < count; i++)
		length += (size_t)snprintf(known + length, sizeof(known) - length, "%s%s",
					   i > 0 ? ", " : "", keys[i].name);
	return wrong(reading, node->start_mark, "\"%s\" is not known here: there are %s",
		     scalar(node) ? scalar(node) : "?", known);
}

static bool read_entry(struct reading *reading, const yaml_node_pair_t *pair,
		       const struct key *keys, size_t count, unsigned *seen)
{
	const yaml_node_t *node = node_at(reading, pair->key);
	const char *name = scalar(node);

	for (size_t i = 0; name && i < count; i++) {
		if (strcmp(name, keys[i].name) != 0)
			continue;
		if (*seen >> i & 1)
			return wrong(reading, node->start_mark, "%s is here a second time", name);
		*seen |= 1U << i;
		return keys[i].read(reading, node_at(reading, pair->value));
	}
	return unknown(reading, node, keys, count);
}

static bool is_empty(const yaml_node_t *node)
{
	return node->type == YAML_SCALAR_NODE && node->data.scalar.length == 0;
}

static bool read_mapping(struct reading *reading, const yaml_node_t *node, const struct key *keys,
			 size_t count)
{
	unsigned seen = 0;

	if (is_empty(node))
		return true;
	if (node->type != YAML_MAPPING_NODE)
		return wrong(reading, node->start_mark, "here should be lines of \"%s: …\"",
			     keys[0].name);
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++)
		if (!read_entry(reading, pair, keys, count, &seen))
			return false;
	return true;
}

static bool read_path(struct reading *reading, const yaml_node_t *node, char **path)
{
	const char *text = scalar(node);
	const char *slash = strrchr(reading->path, '/');
	struct buffer whole = {0};

	if (!text || !*text)
		return wrong(reading, node->start_mark, "here should be the path of a file");
	if (*text != '/' && slash)
		buffer_add(&whole, reading->path, (size_t)(slash - reading->path) + 1);
	buffer_add(&whole, text, strlen(text) + 1);
	*path = whole.bytes;
	return true;
}

static bool read_cert(struct reading *reading, const yaml_node_t *node)
{
	return read_path(reading, node, &reading->config->cert_file);
}

static bool read_key(struct reading *reading, const yaml_node_t *node)
{
	return read_path(reading, node, &reading->config->key_file);
}

static bool read_client_ca(struct reading *reading, const yaml_node_t *node)
{
	return read_path(reading, node, &reading->config->client_ca_file);
}

/* Index of the scalar in a list of words; -1 with a message. */
static int read_word(struct reading *reading, const yaml_node_t *node, const char *const *words,
		     size_t count)
{
	const char *text = scalar(node);
	char known[256] = "";
	size_t length = 0;

	for (size_t i = 0; i < count; i++) {
		if (text && strcmp(text, words[i]) == 0)
			return (int)i;
		length += (size_t)snprintf(known + length, sizeof(known) - length, "%s%s",
					   i > 0 ? ", " : "", words[i]);
	}
	wrong(reading, node->start_mark, "\"%s\" is none of %s", text ? text : "?", known);
	return -1;
}

static bool read_client_type(struct reading *reading, const yaml_node_t *node)
{
	static const char *const words[] = {
		[WEB_CLIENT_NONE] = "NoClientCert",
		[WEB_CLIENT_REQUEST] = "RequestClientCert",
		[WEB_CLIENT_ANY] = "RequireAnyClientCert",
		[WEB_CLIENT_VERIFY_GIVEN] = "VerifyClientCertIfGiven",
		[WEB_CLIENT_VERIFY] = "RequireAndVerifyClientCert",
	};
	int index = read_word(reading, node, words, sizeof(words) / sizeof(words[0]));

	reading->config->client = index < 0 ? WEB_CLIENT_VERIFY : (enum web_client)index;
	return index >= 0;
}

static bool read_min_version(struct reading *reading, const yaml_node_t *node)
{
	static const char *const words[] = {"TLS10", "TLS11", "TLS12", "TLS13"};
	int index = read_word(reading, node, words, sizeof(words) / sizeof(words[0]));

	reading->config->min_minor = index < 0 ? 3 : (unsigned)index;
	return index >= 0;
}

static bool read_tls(struct reading *reading, const yaml_node_t *node)
{
	static const struct key keys[] = {
		{"cert_file", read_cert},           {"key_file", read_key},
		{"client_ca_file", read_client_ca}, {"client_auth_type", read_client_type},
		{"min_version", read_min_version},
	};
	struct web_config *config = reading->config;

	if (!read_mapping(reading, node, keys, sizeof(keys) / sizeof(keys[0])))
		return false;
	if (!config->cert_file || !config->key_file)
		return wrong(reading, node->start_mark,
			     "tls_server_config needs cert_file and key_file");
	if (config->client == WEB_CLIENT_NONE && config->client_ca_file)
		return wrong(reading, node->start_mark,
			     "client_ca_file without client_auth_type: nobody would be asked for a "
			     "certificate; add client_auth_type: RequireAndVerifyClientCert");
	if (config->client >= WEB_CLIENT_VERIFY_GIVEN && !config->client_ca_file)
		return wrong(reading, node->start_mark,
			     "certificates are to be verified: by which client_ca_file?");
	return true;
}

static bool is_bcrypt(const char *hash)
{
	return strlen(hash) == HASH_LENGTH && strncmp(hash, "$2", 2) == 0 &&
	       strchr("aby", hash[2]) && hash[3] == '$' && strspn(hash + 4, "0123456789") == 2 &&
	       hash[6] == '$';
}

/* The hash itself is in no message: they go to logs. */
static bool read_user(struct reading *reading, const yaml_node_pair_t *pair)
{
	const yaml_node_t *value = node_at(reading, pair->value);
	const char *name = scalar(node_at(reading, pair->key));
	const char *hash = scalar(value);
	struct web_config *config = reading->config;

	if (!name || !*name || strchr(name, ':'))
		return wrong(reading, node_at(reading, pair->key)->start_mark,
			     "here should be the name of a user, without a colon");
	for (size_t i = 0; i < config->user_count; i++)
		if (strcmp(config->users[i].name, name) == 0)
			return wrong(reading, node_at(reading, pair->key)->start_mark,
				     "the user %s is here a second time", name);
	if (!hash || !is_bcrypt(hash))
		return wrong(reading, value->start_mark,
			     "the password of %s is no bcrypt hash: \"htpasswd -nB %s\" makes one",
			     name, name);
	if (atoi(hash + 4) < 4 || atoi(hash + 4) > COST_MOST)
		return wrong(reading, value->start_mark,
			     "the hash of %s has the cost %d: it may have 4 to %d", name,
			     atoi(hash + 4), COST_MOST);
	config->users =
		memory_resize(config->users, config->user_count + 1, sizeof(*config->users));
	config->users[config->user_count++] =
		(struct web_user){memory_string(name), memory_string(hash)};
	return true;
}

static bool read_users(struct reading *reading, const yaml_node_t *node)
{
	if (is_empty(node))
		return true;
	if (node->type != YAML_MAPPING_NODE)
		return wrong(reading, node->start_mark, "here should be lines of \"NAME: HASH\"");
	for (const yaml_node_pair_t *pair = node->data.mapping.pairs.start;
	     pair < node->data.mapping.pairs.top; pair++)
		if (!read_user(reading, pair))
			return false;
	return true;
}

static bool read_document(struct reading *reading)
{
	static const struct key keys[] = {
		{"tls_server_config", read_tls},
		{"basic_auth_users", read_users},
	};
	const yaml_node_t *root = yaml_document_get_root_node(&reading->document);

	return !root || read_mapping(reading, root, keys, sizeof(keys) / sizeof(keys[0]));
}

struct web_config *web_config_parse(const char *path, const char *text, size_t length,
				    struct buffer *problem)
{
	struct web_config *config = memory_new(sizeof(*config));
	struct reading reading = {.path = path, .config = config, .problem = problem};
	yaml_parser_t parser;
	bool right;

	config->min_minor = 2;
	if (!yaml_parser_initialize(&parser))
		abort();
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
	if (yaml_parser_load(&parser, &reading.document)) {
		right = read_document(&reading);
		yaml_document_delete(&reading.document);
	} else {
		right = wrong(&reading, parser.problem_mark, "not YAML: %s",
			      parser.problem ? parser.problem : "unreadable");
	}
	yaml_parser_delete(&parser);
	if (right)
		return config;
	web_config_free(config);
	return NULL;
}

struct web_config *web_config_load(const char *path, struct buffer *problem)
{
	struct web_config *config = NULL;
	FILE *file = fopen(path, "re");
	char *text;
	size_t length;

	if (!file) {
		buffer_format(problem, "%s: %s", path, strerror(errno));
		return NULL;
	}
	text = memory_new(FILE_MOST);
	length = fread(text, 1, FILE_MOST, file);
	if (ferror(file))
		buffer_format(problem, "%s: %s", path, strerror(errno));
	else if (length == FILE_MOST)
		buffer_format(problem, "%s: too long to be a web configuration", path);
	else
		config = web_config_parse(path, text, length, problem);
	fclose(file);
	free(text);
	return config;
}

void web_config_free(struct web_config *config)
{
	if (!config)
		return;
	for (size_t i = 0; i < config->user_count; i++) {
		free(config->users[i].name);
		free(config->users[i].hash);
	}
	free(config->users);
	free(config->cert_file);
	free(config->key_file);
	free(config->client_ca_file);
	free(config);
}
