/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The turns of the director. */
#include "director/director.h"

#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/memory.h"
#include "director/announce.h"

void director_begin(struct director *director, struct ipvs_backend *backend,
		    void (*tell)(const struct event *event, void *argument), void *argument)
{
	memset(director, 0, sizeof(*director));
	director->backend = backend;
	director->tell = tell;
	director->argument = argument;
	director->drift_credit = DIRECTOR_DRIFT_EVENTS;
}

void director_end(struct director *director)
{
	pool_free(&director->pool);
	board_free(&director->board);
	reconcile_end(&director->reconciler);
	ipvs_backend_free(director->backend);
	memset(director, 0, sizeof(*director));
}

void director_configure(struct director *director, const struct conf *conf,
			struct stat_writer *writer, int64_t now)
{
	struct pool_memory *memory = memory_array(conf->real_server_count, sizeof(*memory));
	bool first = !director->configured;

	if (first)
		reconcile_begin(&director->reconciler, director->backend, conf->global->lvs_flush);
	director->configured = true;
	director->flush_on_stop = conf->global->lvs_flush_on_stop;
	board_begin(&director->board, conf, writer);
	board_recall(&director->board, first, memory, now);
	if (first)
		board_recall_defence(&director->board, &director->defence, now);
	pool_begin(&director->pool, conf, memory);
	board_recall_quorums(&director->board, first, &director->pool, now);
	free(memory);
	director->untold = 0;
	director->stale = true;
	director->weights_shown = false;
	director->host.next_sync = now;
	pool_settle(&director->pool, now);
	director->quorum_untold = true;
	board_show_all(&director->board, &director->pool);
}

/* --- telling ------------------------------------------------------------------------------ */

/* What the kernel holds now, as far as it is known; while it refuses something, nothing is. */
static const struct ipvs_table *held_now(const struct director *director)
{
	const struct reconciler *reconciler = &director->reconciler;
	bool known = reconciler->certain && reconciler->availability == RECONCILE_AVAILABLE;

	return known ? &reconciler->expected : NULL;
}

static void tell_server(struct director *director, uint32_t server, const struct ipvs_table *held)
{
	struct event event;

	announce_server(&event, &director->pool, server, held);
	director->pool.servers[server].untold = false;
	director->untold--;
	director->tell(&event, director->argument);
}

static void tell_servers(struct director *director)
{
	struct pool *pool = &director->pool;
	unsigned told = 0;

	for (uint32_t i = 0; i < pool->conf->real_server_count && director->untold > 0; i++) {
		if (!pool->servers[i].untold)
			continue;
		if (told++ == DIRECTOR_EVENTS)
			return;
		tell_server(director, i, held_now(director));
	}
}

static void tell_quorums(struct director *director)
{
	struct event event;

	for (uint32_t i = 0; i < director->pool.conf->virtual_server_count; i++) {
		if (!director->pool.virtual_servers[i].untold)
			continue;
		director->pool.virtual_servers[i].untold = false;
		announce_quorum(&event, &director->pool, i);
		director->tell(&event, director->argument);
	}
	director->quorum_untold = false;
}

static void tell_drift(struct director *director, int64_t now)
{
	struct reconcile_drift *drift = &director->reconciler.drift;
	struct event event;

	if (now - director->drift_credit_at >= DIRECTOR_DRIFT_PAUSE) {
		director->drift_credit_at = now;
		if (director->drift_credit < DIRECTOR_DRIFT_EVENTS)
			director->drift_credit++;
	}
	if (!reconcile_repaired(&director->reconciler) || director->drift_credit == 0)
		return;
	director->drift_credit--;
	announce_drift(&event, drift);
	log_warning("the kernel's IPVS table was altered by somebody else: %u missing, %u changed, "
		    "%u surplus entries; put right",
		    drift->missing, drift->changed, drift->surplus);
	memset(drift, 0, sizeof(*drift));
	director->tell(&event, director->argument);
}

static void tell_availability(struct director *director, unsigned did)
{
	struct event event;

	if (!(did & (RECONCILE_LOST | RECONCILE_BACK)))
		return;
	announce_availability(&event, did & RECONCILE_LOST ? director->reconciler.error : 0);
	director->tell(&event, director->argument);
}

static void tell_defence(struct director *director, const struct defence_state *state, int64_t now)
{
	struct defence_change change = defence_follow(&director->defence, state, now);
	char text[EVENT_FACT_TEXT];
	struct event event;

	if (change.began) {
		log_warning("the kernel's IPVS began to defend itself: %s",
			    defence_text(change.began, state, text, sizeof(text)));
		announce_defence(&event, state, change.began, true, -1);
		director->tell(&event, director->argument);
	}
	if (change.ended) {
		log_notice("the kernel's IPVS no longer defends itself: %s",
			   defence_text(change.ended, state, text, sizeof(text)));
		announce_defence(&event, state, change.ended, false, change.lasted);
		director->tell(&event, director->argument);
	}
}

/* --- the turn ----------------------------------------------------------------------------- */

static void desire(struct director *director, int64_t now)
{
	pool_settle(&director->pool, now);
	for (uint32_t i = 0; i < director->pool.conf->virtual_server_count; i++)
		board_show_quorum(&director->board, &director->pool, i);
	pool_desire(&director->pool, &director->reconciler.desired);
	reconcile_desire(&director->reconciler);
	director->stale = false;
	director->quorum_untold = true;
}

/* The counters of the ipvs row go on from a former life; the reconciler's begin at 0. */
static void show_totals(struct director *director)
{
	const struct reconcile_totals *totals = &director->reconciler.totals;
	struct stat_ipvs *row = director->board.ipvs;

	if (!row)
		return;
	stat_count(row->samples, totals->samples - director->shown.samples);
	stat_count(row->sample_errors, totals->sample_errors - director->shown.sample_errors);
	stat_count(row->operations, totals->operations - director->shown.operations);
	stat_count(row->operation_errors,
		   totals->operation_errors - director->shown.operation_errors);
	stat_count(row->drifts, totals->drifts - director->shown.drifts);
	director->shown = *totals;
}

static void sample(struct director *director, int64_t now)
{
	struct defence_state defence =
		host_sample(&director->host, director->backend, &director->board, now);

	board_sample(&director->board, &director->reconciler.actual, defence.estimation == 0, now);
	board_shares(&director->board, &director->reconciler.actual, defence.estimation == 0, now);
	board_kernel(&director->board, &director->reconciler, &defence);
	tell_defence(director, &defence, now);
}

/* After a change, from what it left; and with each reading while the kernel refuses something. */
static void show_weights(struct director *director, unsigned did)
{
	const struct reconciler *reconciler = &director->reconciler;

	if (did & RECONCILE_CHANGED)
		director->weights_shown = false;
	if (reconciler->availability != RECONCILE_AVAILABLE || !reconcile_settled(reconciler))
		return;
	if (reconciler->certain && !director->weights_shown)
		board_weights(&director->board, &reconciler->expected);
	else if (!reconciler->certain && did & RECONCILE_READ)
		board_weights(&director->board, &reconciler->actual);
	director->weights_shown = reconciler->certain;
}

static void show(struct director *director, unsigned did, int64_t now)
{
	/* What was read comes first: it shows the time before this turn's changes. */
	if (did & RECONCILE_READ)
		sample(director, now);
	show_weights(director, did);
	if (did & RECONCILE_FAILED) {
		board_kernel(&director->board, &director->reconciler, NULL);
		host_lost(&director->host, &director->board);
	}
	show_totals(director);
}

/* Hands over what is yet to be told. False when some is left for the next turn. */
static bool tell_changes(struct director *director, int64_t now)
{
	tell_servers(director);
	if (director->untold > 0)
		return false;
	if (director->quorum_untold)
		tell_quorums(director);
	tell_drift(director, now);
	return true;
}

/* Without virtual services the kernel's IPVS is left alone; checks are told all the same. */
static int64_t idle_turn(struct director *director, int64_t now)
{
	director->reconciler.availability = RECONCILE_UNTRIED;
	director->reconciler.certain = false;
	board_kernel(&director->board, &director->reconciler, NULL);
	return tell_changes(director, now) ? now + DIRECTOR_IDLE : now;
}

int64_t director_turn(struct director *director, int64_t now)
{
	int64_t next = now + DIRECTOR_IDLE;
	unsigned did;

	if (!director->configured)
		return next;
	if (director->stale)
		desire(director, now);
	if (reconcile_idle(&director->reconciler))
		return idle_turn(director, now);
	did = reconcile_turn(&director->reconciler, now, &next);
	show(director, did, now);
	tell_availability(director, did);
	/* Effects are told once they are in force; if the kernel cannot be told, without them. */
	if (reconcile_settled(&director->reconciler) ||
	    director->reconciler.availability == RECONCILE_UNAVAILABLE)
		return tell_changes(director, now) ? next : now;
	return next;
}

/* A change that is followed by its opposite before it was told: it is told now, with its effect if
 * it can be had at once. */
static void tell_now(struct director *director, uint32_t server, int64_t now)
{
	director_turn(director, now);
	if (director->pool.servers[server].untold)
		tell_server(director, server, NULL);
}

bool director_judge(struct director *director, const struct message_verdict *verdict, int64_t now)
{
	struct pool *pool = &director->pool;
	uint32_t server = verdict->real_server;
	bool served;

	if (!director->configured || verdict->generation != pool->conf->generation ||
	    server >= pool->conf->real_server_count)
		return false;
	/* The change before this one must be told before it is overwritten. */
	if (pool->servers[server].untold && pool->servers[server].health != verdict->health)
		tell_now(director, server, now);
	served = pool_serves(pool, server);
	if (!pool_judge(pool, verdict, now))
		return false;
	if (served && !pool_serves(pool, server))
		board_count_failure(&director->board, server);
	board_show_server(&director->board, pool, server);
	if (pool->servers[server].untold)
		director->untold++;
	director->stale = true;
	return true;
}

/* Why it cannot be, or SET_RESULT_APPLIED. */
static enum set_result may_set(const struct director *director, const struct message_set *set,
			       int64_t now)
{
	const struct conf *conf = director->pool.conf;

	if (!director->configured || set->generation != conf->generation)
		return SET_RESULT_BUSY;
	if (now > set->until)
		return SET_RESULT_UNAVAILABLE;
	if (!conf->global->snmp_writable)
		return SET_RESULT_FORBIDDEN;
	if (set->setting != SETTING_WEIGHT || set->index >= conf->real_server_count)
		return SET_RESULT_NOT_FOUND;
	return set->value < 0 || set->value > CONF_WEIGHT_MOST ? SET_RESULT_RANGE
							       : SET_RESULT_APPLIED;
}

enum set_result director_set_weight(struct director *director, const struct message_set *set,
				    int64_t *before, int64_t now)
{
	struct pool *pool = &director->pool;
	enum set_result result = may_set(director, set, now);
	char requester[sizeof(set->requester) + 1] = "";
	struct event event;

	if (result != SET_RESULT_APPLIED)
		return result;
	*before = pool->servers[set->index].weight;
	if (*before == set->value)
		return SET_RESULT_UNCHANGED;
	memcpy(requester, set->requester, sizeof(set->requester));
	pool_set_weight(pool, set->index, (int32_t)set->value);
	board_show_server(&director->board, pool, set->index);
	director->stale = true;
	/* In force before it is told, if that can be had at once. */
	director_turn(director, now);
	announce_weight(&event, pool, set->index, (int32_t)*before, requester, held_now(director));
	log_notice("%s: weight %s -> %s, set by %s", event.object, event.from, event.to, requester);
	director->tell(&event, director->argument);
	return SET_RESULT_APPLIED;
}

void director_stop(struct director *director)
{
	unsigned left;

	if (!director->configured || !director->flush_on_stop)
		return;
	left = reconcile_flush(&director->reconciler);
	if (left > 0)
		log_error("%u virtual services could not be removed from the kernel: %s", left,
			  ipvs_error_text(director->reconciler.error));
	show_totals(director);
}
