/* SPDX-License-Identifier: GPL-2.0-or-later */
/* One target, as the command line describes it. */
#include <string.h>

#include "base/clock.h"
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

bool push_target_label(struct push_target *target, char *word, const char **problem)
{
	char *equals = strchr(word, '=');
	size_t length;

	if (!equals || equals == word) {
		*problem = "write NAME=VALUE";
		return false;
	}
	*equals = '\0';
	length = strspn(word, LETTERS DIGITS);
	if (target->protocol == PUSH_REMOTE_WRITE &&
	    (word[length] != '\0' || strchr(DIGITS, word[0]) || strncmp(word, "__", 2) == 0)) {
		*problem = "a label's name has letters, digits and _, no digit first, no __ first";
		return false;
	}
	*problem = "too many labels";
	return put(target, word, equals + 1, true);
}

void push_target_default(struct push_target *target, const char *name, const char *value)
{
	put(target, name, value, false);
}

/* The part between the scheme and the first slash. */
static size_t authority(const char *url, const char **at)
{
	const char *mark = strstr(url, "://");

	*at = mark ? mark + 3 : url;
	return strcspn(*at, "/?#");
}

bool push_target_check(const struct push_target *target, const char **problem)
{
	const char *at;
	size_t length = authority(target->url, &at);

	*problem = NULL;
	if (strncmp(target->url, "http://", 7) != 0 && strncmp(target->url, "https://", 8) != 0)
		*problem = "a URL begins with http:// or https://";
	else if (length == 0)
		*problem = "the URL names no host";
	else if (memchr(at, '@', length))
		*problem = "a URL with a password can be seen by everybody: use user and password_file";
	else if (strpbrk(target->url, " \t\r\n\"\\"))
		*problem = "a URL has no blanks, quotes or backslashes";
	else if (!target->user != !target->password_file)
		*problem = "user and password_file go together";
	else if (target->user && target->token_file)
		*problem = "a password and a token cannot both be sent: remove one of them";
	else if (!target->cert_file != !target->key_file)
		*problem = "cert_file and key_file go together";
	return !*problem;
}
