/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Interfaces as the kernel has them now. */
#include "exporters/snmp/links.h"

#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

static bool ask(int fd, unsigned long what, const struct link_info *link, struct ifreq *request)
{
	*request = (struct ifreq){0};
	TEXT_COPY(request->ifr_name, link->name);
	return ioctl(fd, what, request) == 0;
}

/* False: there is no such interface. */
static bool fill(int fd, struct link_info *link)
{
	struct ifreq request;
	struct sockaddr_in address;

	if (!ask(fd, SIOCGIFINDEX, link, &request) || request.ifr_ifindex <= 0)
		return false;
	link->index = (uint32_t)request.ifr_ifindex;
	if (ask(fd, SIOCGIFHWADDR, link, &request))
		memcpy(link->hardware, request.ifr_hwaddr.sa_data, LINK_HARDWARE);
	if (ask(fd, SIOCGIFADDR, link, &request)) {
		memcpy(&address, &request.ifr_addr, sizeof(address));
		link->address = address_from_ipv4(address.sin_addr.s_addr);
	}
	return true;
}

static void name_all(struct links *links, const struct snapshot *snapshot)
{
	links->count = snapshot->families[STAT_FAMILY_VRRP].count;
	links->list = links->count ? memory_array(links->count, sizeof(*links->list)) : NULL;
	for (size_t i = 0; i < links->count; i++) {
		const struct stat_vrrp *row =
			(const void *)snapshot_row(snapshot, STAT_FAMILY_VRRP, i);

		TEXT_COPY(links->list[i].name, row->interface);
	}
	links_sort(links);
}

void links_take(struct links *links, const struct snapshot *snapshot)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	size_t kept = 0;

	links_free(links);
	name_all(links, snapshot);
	for (size_t i = 0; fd >= 0 && i < links->count; i++)
		if (fill(fd, &links->list[i]))
			links->list[kept++] = links->list[i];
	links->count = kept;
	if (fd >= 0)
		close(fd);
}
