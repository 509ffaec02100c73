/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One target, as the command line describes it. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/url.h"
#include "exporters/push/push.h"

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
#define DIGITS "0123456789"

const char *push_protocol_name(enum push_protocol protocol)
{
	return protocol == PUSH_REMOTE_WRITE ? "remote_write" : "otlp";
}

void push_target_begin(struct push_target *target, enum push_protocol protocol, const char *url)
{
	*target = (struct push_target){.protocol = protocol,
				       .url = url,
				       .interval = 15 * CLOCK_SECOND,
				       .timeout = 10 * CLOCK_SECOND,
				       .queue_most = (size_t)16 << 20};
}

void push_target_free(struct push_target *target)
{
	for (size_t i = 0; i < target->word_count; i++)
		free(target->words[i]);
	target->word_count = target->label_count = 0;
}

static bool put(struct push_target *target, const char *name, const char *value, bool anew)
{
	size_t i = 0;

	while (i < target->label_count && strcmp(target->labels[i].name, name) != 0)
		i++;
	if (i == PUSH_LABELS)
		return false;
	if (i < target->label_count && !anew)
		return true;
	target->labels[i] = (struct series_label){name, value};
	if (i == target->label_count)
		target->label_count++;
	return true;
}

bool push_target_label(struct push_target *target, const char *word, const char **problem)
{
	size_t length = strcspn(word, "=");
	char *name;

	if (length == 0 || word[length] == '\0') {
		*problem = "write NAME=VALUE";
		return false;
	}
	if (target->protocol == PUSH_REMOTE_WRITE &&
	    (strspn(word, LETTERS DIGITS) < length || strchr(DIGITS, word[0]) ||
	     strncmp(word, "__", 2) == 0)) {
		*problem = "a label's name has letters, digits and _, no digit first, no __ first";
		return false;
	}
	*problem = "too many labels";
	if (target->word_count == PUSH_LABELS)
		return false;
	name = target->words[target->word_count++] = memory_string(word);
	name[length] = '\0';
	return put(target, name, name + length + 1, true);
}

void push_target_default(struct push_target *target, const char *name, const char *value)
{
	put(target, name, value, false);
}

bool push_target_check(const struct push_target *target, const char **problem)
{
	*problem = url_problem(target->url);
	if (*problem)
		return false;
	if (!target->user != !target->password_file)
		*problem = "user and password_file go together";
	else if (target->user && target->token_file)
		*problem = "a password and a token cannot both be sent: remove one of them";
	else if (!target->cert_file != !target->key_file)
		*problem = "cert_file and key_file go together";
	return !*problem;
}
