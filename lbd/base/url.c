/* SPDX-License-Identifier: GPL-2.0-or-later */
/* URLs (RFC 3986), as far as somebody who writes one into a file may err. */
#include "base/url.h"

#include <string.h>

const char *url_problem(const char *url)
{
	const char *host = strncmp(url, "http://", 7) == 0    ? url + 7
			   : strncmp(url, "https://", 8) == 0 ? url + 8
							      : NULL;
	size_t length = host ? strcspn(host, "/?#") : 0;

	if (!host)
		return "a URL begins with http:// or https://";
	if (length == 0 || *host == ':')
		return "the URL names no host";
	if (memchr(host, '@', length))
		return "a URL with a password in it is seen by everybody: write user and "
		       "password_file instead";
	for (const char *at = url; *at; at++)
		if ((unsigned char)*at <= ' ' || (unsigned char)*at >= 0x7f || strchr("\"<>\\^`{|}", *at))
			return "the URL has a character that no URL has: write it as %XX";
	return NULL;
}
