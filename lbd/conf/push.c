/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The remote_write and otlp blocks of exporters. Both take the same settings, in the same order. */
#include "conf/builder.h"

#include <string.h>

#include "base/text.h"
#include "base/url.h"

/* As many as lbd-push takes, and has rows for. */
#define TARGETS_MOST 8
#define LABELS_MOST 24
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define DIGITS "0123456789"

#define SAME(member) \
	_Static_assert((int)REMOTE_WRITE_##member == (int)OTLP_##member, "one order: " #member)
SAME(url);
SAME(interval);
SAME(timeout);
SAME(queue);
SAME(native_histograms);
SAME(user);
SAME(password_file);
SAME(token_file);
SAME(headers_file);
SAME(ca_file);
SAME(cert_file);
SAME(key_file);
SAME(settings);
#undef SAME

/* A query may hold a secret, so it is not shown, and tells no two targets apart. */
static bool same_place(const char *a, const char *b)
{
	size_t length = strcspn(a, "?#");

	return length == strcspn(b, "?#") && memcmp(a, b, length) == 0;
}

static void build_url(struct builder *builder, const struct object *object,
		      struct conf_push_target *target)
{
	const struct setting *url = object_setting(object, REMOTE_WRITE_url);
	const char *problem = url->text ? url_problem(url->text) : NULL;

	if (!url->statement)
		report_error(builder->report, object->at, "%s has no url: write where to, like url %s",
			     object->statement->words[0].text,
			     target->protocol == CONF_PUSH_OTLP
				     ? "http://192.0.2.9:4318/v1/metrics"
				     : "http://192.0.2.9:9090/api/v1/write");
	else if (problem)
		report_error(builder->report, url->value_at, "%s", problem);
	else if (url->text)
		builder_word(builder, target->url, sizeof(target->url), "URL", url->text,
			     url->value_at);
	for (size_t i = 0; i + 1 < builder->conf->push_target_count; i++)
		if (target->url[0] &&
		    same_place(builder->conf->push_targets[i].url, target->url))
			report_error(builder->report, url->value_at,
				     "another block sends there already: remove one of them");
}

/* The daemon works in /, and lbd -t does not: a relative path would mean two files. */
static void build_file(struct builder *builder, const struct object *object, int index, char *into,
		       size_t size)
{
	const struct setting *setting = object_setting(object, index);

	if (!setting->text)
		return;
	if (setting->text[0] != '/')
		report_error(builder->report, setting->value_at,
			     "\"%s\" is no whole path: write one that begins with /", setting->text);
	else
		builder_word(builder, into, size, "path", setting->text, setting->value_at);
}

static void build_files(struct builder *builder, const struct object *object,
			struct conf_push_target *target)
{
#define FILE_OF(member) \
	build_file(builder, object, REMOTE_WRITE_##member, target->member, sizeof(target->member))
	FILE_OF(password_file);
	FILE_OF(token_file);
	FILE_OF(headers_file);
	FILE_OF(ca_file);
	FILE_OF(cert_file);
	FILE_OF(key_file);
#undef FILE_OF
}

static bool has(const struct object *object, int index)
{
	return object_setting(object, index)->statement != NULL;
}

static void check_together(struct builder *builder, const struct object *object)
{
	if (has(object, REMOTE_WRITE_user) != has(object, REMOTE_WRITE_password_file))
		report_error(builder->report, object->at,
			     "user and password_file go together: write both or neither");
	if (has(object, REMOTE_WRITE_cert_file) != has(object, REMOTE_WRITE_key_file))
		report_error(builder->report, object->at,
			     "cert_file and key_file go together: write both or neither");
	if (has(object, REMOTE_WRITE_user) && has(object, REMOTE_WRITE_token_file))
		report_error(builder->report, object_setting(object, REMOTE_WRITE_token_file)->at,
			     "a password and a token cannot both be sent: remove one of them");
}

static bool is_label_name(const char *name, uint32_t protocol)
{
	if (protocol == CONF_PUSH_OTLP)
		return !strchr(name, '=');
	return name[strspn(name, LETTERS DIGITS)] == '\0' && !strchr(DIGITS, name[0]) &&
	       strncmp(name, "__", 2) != 0;
}

static void build_label(struct builder *builder, const struct statement *statement,
			const struct conf_push_target *target)
{
	const struct word *words = statement->words;
	struct conf_push_label *label;

	if (!words[0].text[0] || statement->count != 2) {
		report_error(builder->report, words[0].at, "this should be a name and a value: write "
							   "NAME VALUE, in quotes if it has blanks");
		return;
	}
	if (!is_label_name(words[0].text, target->protocol)) {
		report_error(builder->report, words[0].at,
			     "\"%s\" is no name of a label: it takes letters, digits and _, no digit "
			     "first and no __ first",
			     words[0].text);
		return;
	}
	label = builder_add_push_labels(builder, words[0].at);
	builder_word(builder, label->name, sizeof(label->name), "name", words[0].text, words[0].at);
	builder_word(builder, label->value, sizeof(label->value), "value", words[1].text, words[1].at);
}

static void build_labels(struct builder *builder, const struct object *object,
			 struct conf_push_target *target)
{
	bool otlp = target->protocol == CONF_PUSH_OTLP;
	const struct object *labels = object_child(object, otlp ? BLOCK_ATTRIBUTES : BLOCK_LABELS);
	const struct statement *line =
		labels && labels->statement ? labels->statement->children : NULL;

	target->first_label = (uint32_t)builder->conf->push_label_count;
	for (; line; line = line->next)
		build_label(builder, line, target);
	target->label_count = (uint32_t)builder->conf->push_label_count - target->first_label;
	if (target->label_count > LABELS_MOST)
		report_error(builder->report, labels->at, "more than %d %s: leave some out",
			     LABELS_MOST, otlp ? "attributes" : "labels");
}

static void build_target(struct builder *builder, const struct object *object, uint32_t protocol)
{
	struct conf_push_target *target = builder_add_push_targets(builder, object->at);
	const struct setting *user = object_setting(object, REMOTE_WRITE_user);

	target->protocol = protocol;
	build_url(builder, object, target);
	target->interval = (uint32_t)object_setting(object, REMOTE_WRITE_interval)->number;
	target->timeout = (uint32_t)object_setting(object, REMOTE_WRITE_timeout)->number;
	target->queue = (uint32_t)object_setting(object, REMOTE_WRITE_queue)->number;
	target->native_histograms = object_flag(object, REMOTE_WRITE_native_histograms);
	if (user->text)
		builder_word(builder, target->user, sizeof(target->user), "name", user->text,
			     user->value_at);
	build_files(builder, object, target);
	check_together(builder, object);
	build_labels(builder, object, target);
	if (builder->conf->push_target_count == TARGETS_MOST + 1)
		report_error(builder->report, object->at,
			     "more than %d blocks of remote_write and otlp: leave some out",
			     TARGETS_MOST);
}

void build_push(struct builder *builder, const struct object *exporters)
{
	const struct object *object = exporters ? exporters->children : NULL;

	for (; object; object = object->next) {
		if (object->block == BLOCK_REMOTE_WRITE)
			build_target(builder, object, CONF_PUSH_REMOTE_WRITE);
		else if (object->block == BLOCK_OTLP)
			build_target(builder, object, CONF_PUSH_OTLP);
	}
}
