/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What this host has that a configuration may name; of use to lbctl too, which is no daemon. */
#include "process/process.h"

#include <net/if.h>

#include "base/text.h"

static bool interface_exists(const char *name)
{
	return if_nametoindex(name) != 0;
}

static void interface_list(char *into, size_t size)
{
	struct if_nameindex *list = if_nameindex();

	text_copy(into, size, "");
	for (struct if_nameindex *at = list; at && at->if_name; at++)
		text_append(into, size, "%s%s", at == list ? "" : ", ", at->if_name);
	if (list)
		if_freenameindex(list);
}

struct conf_environment process_conf_environment(const char *config_id)
{
	return (struct conf_environment){.interface_exists = interface_exists,
					 .interface_list = interface_list,
					 .config_id = config_id};
}
