/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The snmp block of exporters. */
#include "conf/builder.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

#define AGENTX_SOCKET "/var/agentx/master"
#define MIB_BASE "1.3.6.1.4.1.8072.9999.9999"
#define ENTERPRISES "1.3.6.1.4.1."
/* As lbd-snmp has it: an index has to fit behind it. */
#define BASE_MOST 16

/* Where net-snmp listens: lbd-snmp finds out whether it can. */
static bool is_transport(const char *word)
{
	static const char *const transports[] = {"udp:", "udp6:", "tcp:", "tcp6:"};

	for (size_t i = 0; i < sizeof(transports) / sizeof(transports[0]); i++)
		if (strncmp(word, transports[i], strlen(transports[i])) == 0)
			return strchr(word, ',') == NULL;
	return false;
}

static void build_listen(struct builder *builder, const struct setting *listen,
			 struct conf_global *global)
{
	const struct statement *statement = listen->statement;

	for (size_t i = 1; listen->set && i < statement->count; i++) {
		const struct word *word = &statement->words[i];

		if (!is_transport(word->text))
			report_error(builder->report, word->at,
				     "\"%s\" is no address to listen at: write udp:ADDRESS:PORT, "
				     "udp6:[ADDRESS]:PORT, tcp:ADDRESS:PORT or tcp6:[ADDRESS]:PORT",
				     word->text);
		else if (!TEXT_APPEND(global->snmp_listen, "%s%s",
				      global->snmp_listen[0] ? " " : "", word->text))
			report_error(builder->report, word->at,
				     "the addresses to listen at are too long together");
	}
}

/* Numbers with dots between, below the enterprises. */
static bool is_base(const char *text)
{
	unsigned numbers = 1;

	if (strncmp(text, ENTERPRISES, strlen(ENTERPRISES)) != 0)
		return false;
	for (const char *at = text; *at; at++) {
		if (*at >= '0' && *at <= '9')
			continue;
		if (*at != '.' || at[1] < '0' || at[1] > '9' || strtoul(at + 1, NULL, 10) > UINT32_MAX)
			return false;
		numbers++;
	}
	return numbers <= BASE_MOST;
}

static void build_base(struct builder *builder, const struct setting *base,
		       struct conf_global *global)
{
	TEXT_COPY(global->snmp_mib_base, MIB_BASE);
	if (!base->text)
		return;
	if (!is_base(base->text))
		report_error(builder->report, base->value_at,
			     "\"%s\" is no root for LBD-MIB: write an object identifier below "
			     "1.3.6.1.4.1, of %d numbers at most",
			     base->text, BASE_MOST);
	else
		builder_word(builder, global->snmp_mib_base, sizeof(global->snmp_mib_base),
			     "object identifier", base->text, base->value_at);
}

static const char *const notification_names[] = {
#define NOTIFICATION(id, NAME, name, help) #name,
#define TELLS(NAME, CAUSE)
#define NOTIFICATIONS_OF(NAME, name, help) #name,
#include "base/notification.def"
#include "base/notification_mib.def"
#undef NOTIFICATION
#undef TELLS
#undef NOTIFICATIONS_OF
	"all",
	"none",
};
#define NOTIFICATION_NAMES (sizeof(notification_names) / sizeof(notification_names[0]))

static bool is_notification(const char *word)
{
	for (size_t i = 0; i < NOTIFICATION_NAMES; i++)
		if (strcmp(word, notification_names[i]) == 0)
			return true;
	return false;
}

static void refuse_notification(struct builder *builder, const struct word *word)
{
	char names[320] = "";

	for (size_t i = 0; i < NOTIFICATION_NAMES; i++)
		TEXT_APPEND(names, "%s%s", i == 0 ? "" : i + 1 < NOTIFICATION_NAMES ? ", " : " or ",
			    notification_names[i]);
	report_error(builder->report, word->at, "\"%s\" is no notification: write %s", word->text,
		     names);
}

/* As lbd-snmp takes them. */
static void build_notifications(struct builder *builder, const struct setting *notifications,
				struct conf_global *global)
{
	const struct statement *statement = notifications->statement;
	bool fits = true;

	for (size_t i = 1; notifications->set && i < statement->count; i++) {
		const struct word *word = &statement->words[i];

		if (!is_notification(word->text))
			refuse_notification(builder, word);
		else
			fits = TEXT_APPEND(global->snmp_notifications, "%s%s", i > 1 ? "," : "",
					   word->text) &&
			       fits;
	}
	if (!fits)
		report_error(builder->report, notifications->at,
			     "the same notifications several times: write each once");
	if (!notifications->set)
		TEXT_COPY(global->snmp_notifications, "all");
}

static void check_role(struct builder *builder, const struct object *snmp)
{
	const struct setting *agentx = object_setting(snmp, SNMP_agentx);
	const struct setting *listen = object_setting(snmp, SNMP_listen);
	const struct setting *config = object_setting(snmp, SNMP_snmp_config);

	if (agentx->set && listen->set)
		report_error(builder->report, listen->at,
			     "listen contradicts agentx: lbd-snmp answers by itself or is a subagent; "
			     "remove one of them");
	else if (listen->set && !config->set)
		report_error(builder->report, listen->at,
			     "listen needs a config: without one nobody may ask; write config FILE, "
			     "with users as in snmpd.conf");
	else if (config->set && !listen->set)
		report_warning(builder->report, config->at,
			       "config is ignored: it is for listen; a subagent leaves users and "
			       "trap sinks to snmpd");
}

void build_snmp(struct builder *builder, const struct object *exporters)
{
	const struct object *snmp = exporters ? object_child(exporters, BLOCK_SNMP) : NULL;
	struct conf_global *global = &builder->conf->global[0];

	if (!snmp)
		return;
	global->snmp = 1;
	global->snmp_keepalived = object_number(snmp, SNMP_keepalived_mib, 0) != 0;
	global->snmp_writable = object_flag(snmp, SNMP_snmp_writable);
	check_role(builder, snmp);
	build_listen(builder, object_setting(snmp, SNMP_listen), global);
	if (!object_setting(snmp, SNMP_listen)->set)
		TEXT_COPY(global->snmp_agentx, AGENTX_SOCKET);
	builder_path(builder, object_setting(snmp, SNMP_agentx), global->snmp_agentx,
		     sizeof(global->snmp_agentx), "agentx");
	builder_path(builder, object_setting(snmp, SNMP_snmp_config), global->snmp_config,
		     sizeof(global->snmp_config), "config");
	build_base(builder, object_setting(snmp, SNMP_mib_base), global);
	build_notifications(builder, object_setting(snmp, SNMP_notifications), global);
}
