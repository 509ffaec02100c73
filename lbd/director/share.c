/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Shares and imbalance. */
#include "director/share.h"

void share_forget(struct share *share)
{
	*share = (struct share){0};
}

static void begin_window(struct share *share, struct share_server *servers, size_t count,
			 int64_t now)
{
	share->begun = true;
	share->since = now;
	for (size_t i = 0; i < count; i++) {
		servers[i].first_connections = servers[i].connections;
		servers[i].first_weight = servers[i].weight;
	}
}

static bool weights_changed(const struct share_server *servers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (servers[i].weight != servers[i].first_weight)
			return true;
	return false;
}

static int64_t part_of(uint64_t part, uint64_t whole)
{
	return (int64_t)((double)part * 1000 / (double)whole + 0.5);
}

static void end_window(struct share *share, struct share_server *servers, size_t count,
		       uint64_t connections, uint64_t weights)
{
	double apart = 0;

	for (size_t i = 0; i < count; i++) {
		struct share_server *server = &servers[i];
		uint64_t own = server->connections - server->first_connections;
		double distance = (double)own / (double)connections -
				  (double)server->weight / (double)weights;

		server->share = part_of(own, connections);
		server->ideal = part_of((uint64_t)server->weight, weights);
		apart += distance < 0 ? -distance : distance;
	}
	share->known = true;
	share->imbalance = (int64_t)(apart * 500 + 0.5);
}

void share_take(struct share *share, struct share_server *servers, size_t count, int64_t now)
{
	uint64_t connections = 0, weights = 0;
	int64_t lasted = now - share->since;

	if (!share->begun || weights_changed(servers, count)) {
		share->known = false;
		begin_window(share, servers, count, now);
		return;
	}
	if (lasted < SHARE_SHORTEST)
		return;
	for (size_t i = 0; i < count; i++) {
		connections += servers[i].connections - servers[i].first_connections;
		weights += (uint64_t)servers[i].weight;
	}
	if (connections >= SHARE_CONNECTIONS && weights > 0)
		end_window(share, servers, count, connections, weights);
	else if (lasted < SHARE_LONGEST)
		return;
	else
		share->known = false;
	begin_window(share, servers, count, now);
}
