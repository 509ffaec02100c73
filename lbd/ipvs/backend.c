/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is the same for every backend. */
#include "ipvs/backend.h"

#include <errno.h>
#include <string.h>

int ipvs_read(struct ipvs_backend *backend, struct ipvs_table *into)
{
	ipvs_table_clear(into);
	return backend->calls->read(backend, into);
}

int ipvs_info(struct ipvs_backend *backend, struct ipvs_info *into)
{
	return backend->calls->info(backend, into);
}

int ipvs_sync(struct ipvs_backend *backend, struct ipvs_sync into[IPVS_SYNC_ROLES])
{
	memset(into, 0, IPVS_SYNC_ROLES * sizeof(*into));
	return backend->calls->sync(backend, into);
}

int ipvs_apply(struct ipvs_backend *backend, const struct ipvs_operation *operation)
{
	struct ipvs_operation edit = *operation;
	int error = backend->calls->apply(backend, operation);

	switch (operation->verb) {
	case IPVS_ADD_SERVICE:
	case IPVS_ADD_DESTINATION:
		if (error != -EEXIST)
			return error;
		edit.verb = operation->verb == IPVS_ADD_SERVICE ? IPVS_EDIT_SERVICE
								: IPVS_EDIT_DESTINATION;
		return backend->calls->apply(backend, &edit);
	case IPVS_DELETE_SERVICE:
	case IPVS_DELETE_DESTINATION:
		/* ip_vs_ctl.c: ESRCH for a service that is not there, ENOENT for a destination. */
		return error == -ESRCH || error == -ENOENT ? 0 : error;
	default:
		return error;
	}
}

void ipvs_backend_free(struct ipvs_backend *backend)
{
	if (backend)
		backend->calls->free(backend);
}

const char *ipvs_error_text(int error)
{
	switch (-error) {
	case ENOPROTOOPT:
		return "the kernel has no IPVS: run `modprobe ip_vs` (Debian: in package "
		       "linux-image-*; "
		       "UML: in user-mode-linux)";
	case EPERM:
	case EACCES:
		return "no permission: IPVS needs CAP_NET_ADMIN in the network namespace";
	case ENOENT:
		return "the kernel has no such scheduler: load its module, ip_vs_SCHEDULER";
	case ESRCH:
		return "the kernel has no such virtual service";
	case EAGAIN:
		return "the kernel did not answer in time";
	default:
		return strerror(-error);
	}
}
