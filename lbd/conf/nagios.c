/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The nagios block of exporters: its services become the words in which lbd-nagios, and check_lbd,
 * take them. What a mode takes is said here too, so that a mistake has its line in the file; a test
 * compares it with exporters/nagios/mode.def.
 */
#include "conf/builder.h"

#include <string.h>

#include "base/range.h"
#include "base/text.h"

/* As SERVICE_MOST of exporters/nagios/service.h. */
#define SERVICES_MOST 64

#define BIT(member) (1U << NAGIOS_SERVICE_##member)
#define SELECTS (BIT(virtual_server) | BIT(group))

static const struct {
	const char *name;
	unsigned takes; /* bits of settings, besides warning and critical */
} modes[] = {
	{"vrrp", BIT(instance) | BIT(expect)},
	{"virtual-server", SELECTS},
	{"real-servers", SELECTS | BIT(real_server)},
	{"quorum", SELECTS},
	{"rates", SELECTS | BIT(real_server) | BIT(of)},
	{"events", BIT(within)},
	{"health", 0},
	{"pair", BIT(instance)},
};
#define MODES (sizeof(modes) / sizeof(modes[0]))

/* The settings but for the mode, and what check_lbd calls them. */
static const struct {
	int setting;
	const char *keyword, *option;
	const char *values[5]; /* NULL at first: any */
} options[] = {
	{NAGIOS_SERVICE_warning, "warning", "-w", {NULL}},
	{NAGIOS_SERVICE_critical, "critical", "-c", {NULL}},
	{NAGIOS_SERVICE_instance, "instance", "--instance", {NULL}},
	{NAGIOS_SERVICE_expect, "expect", "--expect", {"master", "backup", NULL}},
	{NAGIOS_SERVICE_virtual_server, "virtual_server", "--virtual-server", {NULL}},
	{NAGIOS_SERVICE_group, "group", "--group", {NULL}},
	{NAGIOS_SERVICE_real_server, "real_server", "--real-server", {NULL}},
	{NAGIOS_SERVICE_of, "of", "--of", {"connections", "in-bytes", "out-bytes", "active", NULL}},
	{NAGIOS_SERVICE_within, "within", "--within", {NULL}},
};
#define OPTIONS (sizeof(options) / sizeof(options[0]))

/* Words travel in quotation marks, names in lines whose parts are separated by ; */
static bool is_safe(struct builder *builder, const char *word, struct position at)
{
	const char *bad = strpbrk(word, "\";\t\r\n");

	if (!bad && word[0] != '\0')
		return true;
	if (word[0] == '\0')
		report_error(builder->report, at, "an empty word cannot be handed to lbd-nagios");
	else
		report_error(builder->report, at,
			     "\"%s\" cannot be handed to lbd-nagios: quotation marks, semicolons and "
			     "tabs would end it",
			     word);
	return false;
}

static bool is_one_of(struct builder *builder, const struct setting *setting,
		      const char *const *values, const char *keyword)
{
	char list[128] = "";

	for (size_t i = 0; values[i]; i++) {
		if (strcmp(values[i], setting->text) == 0)
			return true;
		TEXT_APPEND(list, "%s%s", i == 0 ? "" : values[i + 1] ? ", " : " or ", values[i]);
	}
	report_error(builder->report, setting->value_at, "%s can be %s, not \"%s\"", keyword, list,
		     setting->text);
	return false;
}

static bool is_range(struct builder *builder, const struct setting *setting)
{
	struct range range;
	const char *wrong = range_parse(setting->text, &range);

	if (wrong)
		report_error(builder->report, setting->value_at, "\"%s\": %s", setting->text, wrong);
	return !wrong;
}

static bool is_option(struct builder *builder, const struct setting *setting, size_t i, size_t mode)
{
	bool threshold = options[i].setting == NAGIOS_SERVICE_warning ||
			 options[i].setting == NAGIOS_SERVICE_critical;

	if (!threshold && !(modes[mode].takes >> options[i].setting & 1)) {
		report_error(builder->report, setting->at, "%s means nothing to the mode %s: remove it",
			     options[i].keyword, modes[mode].name);
		return false;
	}
	if (threshold && !is_range(builder, setting))
		return false;
	return (!options[i].values[0] ||
		is_one_of(builder, setting, options[i].values, options[i].keyword)) &&
	       is_safe(builder, setting->text, setting->value_at);
}

/* Its place in `modes`, or MODES after an error. */
static size_t find_mode(struct builder *builder, const struct object *service)
{
	const struct setting *mode = object_setting(service, NAGIOS_SERVICE_mode);
	const char *names[MODES + 1] = {NULL};
	size_t i = 0;

	if (!mode->set) {
		report_error(builder->report, service->at,
			     "service \"%s\" has no mode: write what it checks, like mode vrrp",
			     service->statement->words[1].text);
		return MODES;
	}
	for (size_t j = 0; j < MODES; j++)
		names[j] = modes[j].name;
	while (i < MODES && strcmp(modes[i].name, mode->text) != 0)
		i++;
	if (i == MODES)
		is_one_of(builder, mode, names, "mode");
	return i;
}

static void build_service(struct builder *builder, const struct object *service,
			  struct conf_global *global)
{
	const struct word *name = &service->statement->words[1];
	char name_text[CONF_NAGIOS_NAME];
	size_t mode = find_mode(builder, service);
	bool fits;

	if (mode == MODES || !is_safe(builder, name->text, name->at) ||
	    !builder_word(builder, name_text, sizeof(name_text), "name", name->text, name->at))
		return;
	fits = TEXT_APPEND(global->nagios_services, "%s\"%s\" %s",
			   global->nagios_services[0] ? "; " : "", name->text, modes[mode].name);
	for (size_t i = 0; i < OPTIONS; i++) {
		const struct setting *setting = object_setting(service, options[i].setting);

		if (setting->set && is_option(builder, setting, i, mode))
			fits &= TEXT_APPEND(global->nagios_services, " %s \"%s\"",
					    options[i].option, setting->text);
	}
	if (!fits)
		report_error(builder->report, service->at,
			     "these are more services than lbd-nagios takes: they may have %zu "
			     "characters together",
			     sizeof(global->nagios_services) - 1);
}

static void check_services(struct builder *builder, const struct object *nagios)
{
	unsigned count = 0;

	for (const struct object *child = nagios->children; child; child = child->next, count++) {
		if (count == SERVICES_MOST)
			report_error(builder->report, child->at,
				     "more than %d services: lbd-nagios takes no more",
				     SERVICES_MOST);
		for (const struct object *other = nagios->children; other != child;
		     other = other->next)
			if (strcmp(child->statement->words[1].text,
				   other->statement->words[1].text) == 0)
				report_error(builder->report, child->at,
					     "there is a service \"%s\" already: one of the two "
					     "needs another name",
					     child->statement->words[1].text);
	}
}

static void build_host(struct builder *builder, const struct object *nagios,
		       struct conf_global *global)
{
	const struct setting *host = object_setting(nagios, NAGIOS_host_name);

	const char *name = host->set ? host->text : global->router_id;
	struct position at = host->set ? host->value_at : nagios->at;

	if (is_safe(builder, name, at))
		builder_word(builder, global->nagios_host, sizeof(global->nagios_host), "name",
			     name, at);
}

void build_nagios(struct builder *builder, const struct object *exporters)
{
	static const char *const formats[] = {"command", "nsca", NULL};
	const struct object *nagios = exporters ? object_child(exporters, BLOCK_NAGIOS) : NULL;
	struct conf_global *global = &builder->conf->global[0];
	const struct setting *file, *format;

	if (!nagios)
		return;
	file = object_setting(nagios, NAGIOS_command_file);
	format = object_setting(nagios, NAGIOS_format);
	if (!file->statement)
		report_error(builder->report, nagios->at,
			     "nagios has no command_file: write where the monitor reads commands, "
			     "like command_file /var/lib/nagios4/rw/nagios.cmd");
	builder_path(builder, file, global->nagios_command_file,
		     sizeof(global->nagios_command_file), "command_file");
	if (format->set && is_one_of(builder, format, formats, "format"))
		global->nagios_nsca = strcmp(format->text, "nsca") == 0;
	global->nagios_interval = (uint32_t)object_setting(nagios, NAGIOS_interval)->number;
	build_host(builder, nagios, global);
	check_services(builder, nagios);
	for (const struct object *child = nagios->children; child; child = child->next)
		build_service(builder, child, global);
}
