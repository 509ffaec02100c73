/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status screen, section by section. */
#include "control/show_status.h"

#include <string.h>

#include "base/clock.h"
#include "base/text.h"
#include "control/explain.h"
#include "control/paint.h"
#include "control/status.h"

/* The names of the tables, so that the compiler finds one that is gone. */
#define METRIC(family, name) \
	((void)sizeof(((struct stat_##family *)0)->name), #name)

struct screen {
	FILE *out;
	const Lbd__Status *status;
	struct show_status_style style;
};

/* --- values ---------------------------------------------------------------------------------- */

/* One unit is enough to see how fresh something is: "400 ms", "7 s", "12 min", "3 h", "5 d"; "-"
 * for what never was. */
static const char *ago(const struct screen *screen, int64_t wall, char text[CLOCK_TEXT])
{
	/* Unsigned: the numbers come from outside and may be anything. */
	int64_t age = (int64_t)((uint64_t)screen->status->wall - (uint64_t)wall);
	int64_t seconds = age / CLOCK_SECOND;

	if (wall <= 0)
		return strcpy(text, "-");
	if (seconds < 1)
		snprintf(text, CLOCK_TEXT, "%d ms", age < 0 ? 0 : (int)(age / CLOCK_MILLISECOND));
	else if (seconds < 120)
		snprintf(text, CLOCK_TEXT, "%d s", (int)seconds);
	else if (seconds < 7200)
		snprintf(text, CLOCK_TEXT, "%d min", (int)(seconds / 60));
	else if (seconds < 172800)
		snprintf(text, CLOCK_TEXT, "%d h", (int)(seconds / 3600));
	else
		snprintf(text, CLOCK_TEXT, "%lld d", (long long)(seconds / 86400));
	return text;
}

/* Figures that fit six places: 0, 12.5, 950, 1.2k, 34M. */
static const char *amount(double value, char text[CLOCK_TEXT])
{
	static const char suffixes[] = " kMGTP";
	size_t step = 0;

	while (value >= 999.5 && step + 1 < sizeof(suffixes) - 1) {
		value /= 1000;
		step++;
	}
	snprintf(text, CLOCK_TEXT, value < 9.95 && value > 0 ? "%.1f%.*s" : "%.0f%.*s", value,
		 step ? 1 : 0, suffixes + step);
	return text;
}

static void add_number(struct grid *grid, const Lbd__Family *family, const Lbd__Row *row,
		       const char *name)
{
	int64_t value;

	if (status_value(family, row, name, &value))
		grid_add(grid, PAINT_PLAIN, "%lld", (long long)value);
	else
		grid_add(grid, PAINT_FAINT, "-");
}

/* `divisor`: 1000 for rates, which come in thousandths. */
static void add_amount(struct grid *grid, const Lbd__Family *family, const Lbd__Row *row,
		       const char *name, double divisor)
{
	char text[CLOCK_TEXT];
	int64_t value;

	if (status_value(family, row, name, &value))
		grid_add(grid, PAINT_PLAIN, "%s", amount((double)value / divisor, text));
	else
		grid_add(grid, PAINT_FAINT, "-");
}

/* The text of a STATE; "unknown" without one. */
static const char *state_text(const Lbd__Family *family, const Lbd__Row *row, const char *name)
{
	size_t first;
	const Lbd__Column *column = status_column(family, name, &first);
	int64_t value;

	if (!column || !status_value(family, row, name, &value))
		return "unknown";
	return status_member(column, value);
}

static void add_heads(struct grid *grid, const char *const *heads, size_t count)
{
	for (size_t i = 0; i < count; i++)
		grid_add(grid, PAINT_HEAD, "%s", heads[i]);
}
#define ADD_HEADS(grid, ...) \
	do { \
		static const char *const heads[] = {__VA_ARGS__}; \
		add_heads((grid), heads, sizeof(heads) / sizeof(heads[0])); \
	} while (0)

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

/* --- the head: which lbd, and what is wrong with it ------------------------------------------ */

static void show_head(const struct screen *screen)
{
	char text[CLOCK_TEXT];

	fprintf(screen->out, "lbd %s on %s, %s\n",
		screen->status->version ? screen->status->version : "",
		screen->status->host ? screen->status->host : "this host",
		explain_time(screen->status->wall, text));
}

/* Is that process configured to run? Its parent's row says; without one, that it has a segment. */
static bool is_expected(const struct screen *screen, const Lbd__ProcessStatus *process)
{
	const Lbd__Family *family = status_family(screen->status, "child");
	const Lbd__Row *row = NULL;

	for (size_t i = 0; family && i < family->n_rows; i++)
		if (strcmp(status_text(family, family->rows[i], METRIC(child, process)),
			   process->name) == 0)
			row = family->rows[i];
	if (!row)
		return strcmp(process->liveness, "absent") != 0;
	/* An exporter writes no segment. */
	return strcmp(process->liveness, "absent") != 0 &&
	       strcmp(state_text(family, row, METRIC(child, state)), "stopped") != 0;
}

static void show_silence(const struct screen *screen)
{
	char age[CLOCK_TEXT], text[160];

	for (size_t i = 0; i < screen->status->n_processes; i++) {
		const Lbd__ProcessStatus *process = screen->status->processes[i];

		if (strcmp(process->liveness, "stale") != 0 || !is_expected(screen, process))
			continue;
		snprintf(text, sizeof(text), "%s: no heartbeat for %s; what is shown of it is old",
			 process->name, clock_format_duration(process->heartbeat_age, age));
		fputs("! ", screen->out);
		paint_text(screen->out, screen->style.colour, PAINT_BAD, text);
		fputc('\n', screen->out);
	}
}

static void show_config(const struct screen *screen)
{
	const Lbd__Family *family = status_family(screen->status, "config");
	char text[CLOCK_TEXT];
	int64_t generation = 0, when = 0, warnings = 0;

	for (size_t i = 0; family && i < family->n_rows; i++) {
		const Lbd__Row *row = family->rows[i];
		const char *result = state_text(family, row, METRIC(config, last_reload));

		status_value(family, row, METRIC(config, generation), &generation);
		status_value(family, row, METRIC(config, warnings), &warnings);
		fprintf(screen->out, "configuration %lld from %s", (long long)generation,
			status_text(family, row, METRIC(config, file)));
		if (warnings > 0)
			fprintf(screen->out, " (%lld warning%s)", (long long)warnings,
				plural((size_t)warnings));
		status_value(family, row, METRIC(config, last_reload_time), &when);
		if (when > 0) {
			fputs("; last reload ", screen->out);
			paint_text(screen->out, screen->style.colour,
				   strcmp(result, "refused") == 0 ? PAINT_BAD : PAINT_PLAIN,
				   result);
			fprintf(screen->out, " %s ago", ago(screen, when, text));
		}
		fputc('\n', screen->out);
	}
}

static void show_child(const struct screen *screen, const Lbd__Family *family,
		       const Lbd__Row *row)
{
	const char *state = state_text(family, row, METRIC(child, state));
	bool runs = strcmp(state, "running") == 0;
	int64_t restarts = 0, changed = 0;
	char text[CLOCK_TEXT];

	paint_text(screen->out, screen->style.colour,
		   runs ? PAINT_PLAIN
			: strcmp(state, "stopped") == 0 ? PAINT_FAINT : PAINT_BAD,
		   status_text(family, row, METRIC(child, process)));
	if (!runs)
		fprintf(screen->out, " %s", state);
	status_value(family, row, METRIC(child, restarts), &restarts);
	status_value(family, row, METRIC(child, changed), &changed);
	if (restarts > 0)
		fprintf(screen->out, " (%lld restart%s, last change %s ago)", (long long)restarts,
			plural((size_t)restarts), ago(screen, changed, text));
}

static void show_children(const struct screen *screen)
{
	const Lbd__Family *family = status_family(screen->status, "child");

	if (!family || family->n_rows == 0)
		return;
	fputs("processes: ", screen->out);
	for (size_t i = 0; i < family->n_rows; i++) {
		if (i > 0)
			fputs(", ", screen->out);
		show_child(screen, family, family->rows[i]);
	}
	fputc('\n', screen->out);
}

static void show_events(const struct screen *screen)
{
	const Lbd__Family *family = status_family(screen->status, "event");
	int64_t last = 0;

	for (size_t i = 0; family && i < family->n_rows; i++)
		if (status_value(family, family->rows[i], METRIC(event, last_number), &last) &&
		    last > 0)
			fprintf(screen->out, "events: the newest is %lld (lbctl explain %lld)\n",
				(long long)last, (long long)last);
}

/* --- VRRP ------------------------------------------------------------------------------------ */

static enum paint vrrp_paint(const char *state)
{
	if (strcmp(state, "master") == 0)
		return PAINT_GOOD;
	return strcmp(state, "backup") == 0 ? PAINT_PLAIN : PAINT_BAD;
}

static void add_master(struct grid *grid, const struct screen *screen, const Lbd__Family *family,
		       const Lbd__Row *row, const char *state)
{
	char text[CLOCK_TEXT];
	int64_t priority = 0, heard = 0;

	if (strcmp(state, "master") == 0)
		grid_add(grid, PAINT_PLAIN, "this director");
	else if (!status_value(family, row, METRIC(vrrp, last_advert), &heard) || heard <= 0)
		grid_add(grid, PAINT_WARNING, "none heard");
	else if (status_value(family, row, METRIC(vrrp, master_priority), &priority))
		grid_add(grid, PAINT_PLAIN, "priority %lld, heard %s ago", (long long)priority,
			 ago(screen, heard, text));
	else
		grid_add(grid, PAINT_PLAIN, "heard %s ago", ago(screen, heard, text));
}

static void add_instance(struct grid *grid, const struct screen *screen,
			 const Lbd__Family *family, const Lbd__Row *row)
{
	const char *state = state_text(family, row, METRIC(vrrp, state));
	int64_t held = 0, addresses = 0, changed = 0;
	char text[CLOCK_TEXT];
	bool odd;

	grid_add(grid, PAINT_PLAIN, "%.28s", status_text(family, row, METRIC(vrrp, instance)));
	grid_add(grid, vrrp_paint(state), "%s%s", state,
		 status_is_fresh(screen->status, row) ? "" : "?");
	add_number(grid, family, row, METRIC(vrrp, priority));
	grid_add(grid, PAINT_PLAIN, "%s", status_text(family, row, METRIC(vrrp, interface)));
	grid_add(grid, PAINT_PLAIN, "%s", status_text(family, row, METRIC(vrrp, vrid)));
	status_value(family, row, METRIC(vrrp, addresses_held), &held);
	status_value(family, row, METRIC(vrrp, addresses), &addresses);
	odd = held != (strcmp(state, "master") == 0 ? addresses : 0);
	grid_add(grid, odd ? PAINT_WARNING : PAINT_PLAIN, "%lld of %lld", (long long)held,
		 (long long)addresses);
	status_value(family, row, METRIC(vrrp, changed), &changed);
	grid_add(grid, PAINT_PLAIN, "%s", ago(screen, changed, text));
	add_master(grid, screen, family, row, state);
}

/* "! VI_1: 412 advertisements were dropped: authentication 400, ttl 12" */
static void show_drops(const struct screen *screen, const Lbd__Family *family, const Lbd__Row *row)
{
	char text[512] = "";
	size_t first;
	const Lbd__Column *column = status_column(family, METRIC(vrrp, adverts_dropped), &first);
	uint64_t total = 0;

	if (!column || column->kind != LBD__COLUMN__KIND__COUNTERS)
		return;
	for (size_t i = 0; i < column->n_members; i++) {
		uint64_t count = (uint64_t)row->values[first + i];

		if (count == 0)
			continue;
		TEXT_APPEND(text, "%s %s %llu", total ? "," : "", column->members[i],
			    (unsigned long long)count);
		total += count;
	}
	if (total == 0)
		return;
	fputs("! ", screen->out);
	paint_text(screen->out, screen->style.colour, PAINT_WARNING,
		   status_text(family, row, METRIC(vrrp, instance)));
	fprintf(screen->out, ": %llu advertisement%s dropped:%s\n", (unsigned long long)total,
		total == 1 ? " was" : "s were", text);
}

static void show_vrrp(const struct screen *screen)
{
	const Lbd__Family *family = status_family(screen->status, "vrrp");
	struct grid *grid;

	if (!family || family->n_rows == 0)
		return;
	grid = grid_new("llrllrrl");
	ADD_HEADS(grid, "VRRP INSTANCE", "STATE", "PRIO", "INTERFACE", "VRID", "ADDRESSES", "FOR",
		  "MASTER");
	for (size_t i = 0; i < family->n_rows; i++)
		add_instance(grid, screen, family, family->rows[i]);
	fputc('\n', screen->out);
	grid_print(grid, screen->out, screen->style.colour, 0);
	grid_free(grid);
	for (size_t i = 0; i < family->n_rows; i++)
		show_drops(screen, family, family->rows[i]);
}

/* --- virtual and real servers ---------------------------------------------------------------- */

static bool in_service(const Lbd__Family *family, const Lbd__Row *row)
{
	int64_t value = 0;

	return status_value(family, row, METRIC(real_server, in_service), &value) && value == 1;
}

static bool lost_quorum(const Lbd__Family *family, const Lbd__Row *row)
{
	int64_t value;

	return status_value(family, row, METRIC(virtual_server, quorum_reached), &value) &&
	       value == 0;
}

static bool belongs(const Lbd__Family *services, const Lbd__Row *service,
		    const Lbd__Family *servers, const Lbd__Row *server)
{
	return strcmp(status_text(services, service, METRIC(virtual_server, virtual_server)),
		      status_text(servers, server, METRIC(real_server, virtual_server))) == 0 &&
	       strcmp(status_text(services, service, METRIC(virtual_server, protocol)),
		      status_text(servers, server, METRIC(real_server, protocol))) == 0;
}

/* How the last probe of a server ended; NULL when it passed or is not known. */
static const char *failure(const struct screen *screen, const Lbd__Family *servers,
			   const Lbd__Row *server)
{
	const Lbd__Family *family = status_family(screen->status, "check");
	const char *group = status_text(servers, server, METRIC(real_server, group));
	char owner[128];

	snprintf(owner, sizeof(owner), "%s%s", group[0] ? "group " : "",
		 group[0] ? group
			  : status_text(servers, server, METRIC(real_server, virtual_server)));
	for (size_t i = 0; family && i < family->n_rows; i++) {
		const Lbd__Row *row = family->rows[i];
		const char *result = state_text(family, row, METRIC(check, last_result));

		if (strcmp(status_text(family, row, METRIC(check, virtual_server)), owner) == 0 &&
		    strcmp(status_text(family, row, METRIC(check, real_server)),
			   status_text(servers, server, METRIC(real_server, real_server))) == 0 &&
		    strcmp(result, "success") != 0 && strcmp(result, "unknown") != 0)
			return result;
	}
	return NULL;
}

static void add_health(struct grid *grid, const struct screen *screen, const Lbd__Family *family,
		       const Lbd__Row *row)
{
	const char *health = state_text(family, row, METRIC(real_server, health));
	bool up = strcmp(health, "up") == 0;
	const char *why = up ? NULL : failure(screen, family, row);
	char text[CLOCK_TEXT];
	int64_t changed = 0;

	status_value(family, row, METRIC(real_server, changed), &changed);
	grid_add(grid, up && in_service(family, row) ? PAINT_GOOD : PAINT_BAD, "%s%s%s%s%s%s",
		 health, status_is_fresh(screen->status, row) ? "" : "?", changed > 0 ? " " : "",
		 changed > 0 ? ago(screen, changed, text) : "", why ? ", " : "", why ? why : "");
}

static void add_traffic(struct grid *grid, const Lbd__Family *family, const Lbd__Row *row)
{
	add_amount(grid, family, row, METRIC(real_server, active_connections), 1);
	add_amount(grid, family, row, METRIC(real_server, inactive_connections), 1);
	add_amount(grid, family, row, METRIC(real_server, connection_rate), 1000);
	add_amount(grid, family, row, METRIC(real_server, in_byte_rate), 1000);
	add_amount(grid, family, row, METRIC(real_server, out_byte_rate), 1000);
}

static void add_server(struct grid *grid, const struct screen *screen, const Lbd__Family *family,
		       const Lbd__Row *row)
{
	int64_t weight = 0, effective = 0;
	bool there = status_value(family, row, METRIC(real_server, weight_effective), &effective);

	grid_add(grid, PAINT_PLAIN, "  %.48s %s",
		 status_text(family, row, METRIC(real_server, real_server)),
		 status_text(family, row, METRIC(real_server, forwarding)));
	status_value(family, row, METRIC(real_server, weight), &weight);
	if (there && effective == weight)
		grid_add(grid, PAINT_PLAIN, "%lld", (long long)weight);
	else if (there)
		grid_add(grid, PAINT_WARNING, "%lld/%lld", (long long)effective, (long long)weight);
	else
		grid_add(grid, PAINT_WARNING, "(%lld)", (long long)weight);
	add_traffic(grid, family, row);
	add_health(grid, screen, family, row);
}

static void add_service(struct grid *grid, const Lbd__Family *family, const Lbd__Row *row)
{
	const char *group = status_text(family, row, METRIC(virtual_server, group));
	int64_t up = 0, total = 0, sorry = 0;
	bool lost = lost_quorum(family, row);

	grid_add(grid, PAINT_HEAD, "%s %.48s %.24s%s%s",
		 status_text(family, row, METRIC(virtual_server, protocol)),
		 status_text(family, row, METRIC(virtual_server, virtual_server)), group,
		 group[0] ? " " : "", status_text(family, row, METRIC(virtual_server, scheduler)));
	add_number(grid, family, row, METRIC(virtual_server, weight_up));
	add_traffic(grid, family, row);
	status_value(family, row, METRIC(virtual_server, real_servers_up), &up);
	status_value(family, row, METRIC(virtual_server, real_servers), &total);
	status_value(family, row, METRIC(virtual_server, sorry_server_active), &sorry);
	grid_add(grid, lost ? PAINT_BAD : up < total ? PAINT_WARNING : PAINT_GOOD,
		 "%lld of %lld up%s%s", (long long)up, (long long)total, lost ? ", NO QUORUM" : "",
		 sorry ? ", sorry server" : "");
}

/* A service with its servers; only what is not well of it when `bad_only`. */
static void add_group(struct grid *grid, const struct screen *screen, const Lbd__Family *services,
		      const Lbd__Row *service, bool bad_only)
{
	const Lbd__Family *servers = status_family(screen->status, "real_server");
	bool shown = !bad_only || lost_quorum(services, service);

	if (shown)
		add_service(grid, services, service);
	for (size_t i = 0; servers && i < servers->n_rows; i++) {
		const Lbd__Row *server = servers->rows[i];

		if (!belongs(services, service, servers, server) ||
		    (bad_only && in_service(servers, server)))
			continue;
		if (!shown)
			add_service(grid, services, service);
		shown = true;
		add_server(grid, screen, servers, server);
	}
}

static void show_summary(const struct screen *screen, const Lbd__Family *services,
			 const Lbd__Family *servers, bool bad_only)
{
	size_t up = 0;

	for (size_t i = 0; servers && i < servers->n_rows; i++)
		up += in_service(servers, servers->rows[i]);
	if (!servers || servers->n_rows == 0)
		return;
	fprintf(screen->out, "\n%zu virtual service%s, %zu real server%s: %zu in service, ",
		services->n_rows, plural(services->n_rows), servers->n_rows,
		plural(servers->n_rows), up);
	if (up == servers->n_rows)
		fputs("none out", screen->out);
	else
		fprintf(screen->out, "%zu out", servers->n_rows - up);
	if (bad_only)
		fputs("; only what is out is listed (--all lists everything)", screen->out);
	fputc('\n', screen->out);
}

static void show_ipvs(const struct screen *screen)
{
	const Lbd__Family *family = status_family(screen->status, "ipvs");
	int64_t available;

	for (size_t i = 0; family && i < family->n_rows; i++)
		if (status_value(family, family->rows[i], METRIC(ipvs, available), &available) &&
		    available == 0) {
			fputs("! ", screen->out);
			paint_text(screen->out, screen->style.colour, PAINT_BAD,
				   "the kernel's IPVS does not answer; lbctl events says why");
			fputc('\n', screen->out);
		}
}

static void show_services(const struct screen *screen)
{
	const Lbd__Family *services = status_family(screen->status, "virtual_server");
	const Lbd__Family *servers = status_family(screen->status, "real_server");
	bool bad_only = !screen->style.all && servers && servers->n_rows > SHOW_STATUS_SERVERS;
	struct grid *grid;

	if (!services || services->n_rows == 0)
		return;
	show_summary(screen, services, servers, bad_only);
	grid = grid_new("lrrRRRRl");
	ADD_HEADS(grid, "VIRTUAL SERVICE", "WEIGHT", "ACTIVE", "INACT", "CONN/S", "IN/S", "OUT/S",
		  "STATE");
	for (size_t i = 0; i < services->n_rows; i++)
		add_group(grid, screen, services, services->rows[i], bad_only);
	grid_print(grid, screen->out, screen->style.colour, 0);
	grid_free(grid);
}

void show_status(FILE *out, const Lbd__Status *status, struct show_status_style style)
{
	struct screen screen = {out, status, style};

	show_head(&screen);
	show_silence(&screen);
	show_ipvs(&screen);
	show_config(&screen);
	show_children(&screen);
	show_events(&screen);
	show_vrrp(&screen);
	show_services(&screen);
}
