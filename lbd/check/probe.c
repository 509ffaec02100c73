/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The table of probes, and what errnos mean. */
#include "check/probe.h"

#include <errno.h>
#include <stddef.h>

static const struct probe_kind *const kinds[] = {
	&probe_tcp,
};

const struct probe_kind *probe_kind(unsigned kind)
{
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (kinds[i]->kind == kind)
			return kinds[i];
	return NULL;
}

enum check_result probe_classify(int error)
{
	switch (error) {
	case 0:
		return CHECK_RESULT_SUCCESS;
	case ECONNREFUSED:
		return CHECK_RESULT_REFUSED;
	case ETIMEDOUT:
		return CHECK_RESULT_TIMEOUT;
	case EHOSTUNREACH: case ENETUNREACH: case EHOSTDOWN: case ENETDOWN: case ENONET:
		return CHECK_RESULT_UNREACHABLE;
	case ECONNRESET: case EPIPE: case ECONNABORTED:
		return CHECK_RESULT_RESET;
	case EMFILE: case ENFILE: case ENOBUFS: case ENOMEM: case EAGAIN:
	case EADDRNOTAVAIL: case EADDRINUSE: case ENODEV: case EAFNOSUPPORT:
	case EPERM: case EACCES:
		return CHECK_RESULT_LOCAL;
	default:
		return CHECK_RESULT_OTHER;
	}
}
