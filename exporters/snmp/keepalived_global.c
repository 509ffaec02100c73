/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scalars of KEEPALIVED-MIB. */
#include "exporters/snmp/keepalived_mib.h"

#include "config.h"
#include "exporters/snmp/keepalived_rows.h"

void keepalived_fill_scalars(const struct table *table, const struct moment *moment,
			     struct view_table *rows)
{
	static const struct object_id index = {.count = 1, .ids = {0}};

	(void)table;
	view_add(rows, &index, moment);
}

void keepalived_fill_nothing(const struct table *table, const struct moment *moment,
			     struct view_table *rows)
{
	(void)table, (void)moment, (void)rows;
}

/* What answers; that of keepalived is "Keepalived v2.2.7 (01/16,2022)". */
bool keepalived_global_version(const void *row, const struct moment *moment, int64_t argument,
			       struct value *value)
{
	(void)row, (void)moment, (void)argument;
	return keepalived_put_text(value, "lbd v" PACKAGE_VERSION);
}

bool keepalived_global_router_id(const void *row, const struct moment *moment, int64_t argument,
				 struct value *value)
{
	(void)row, (void)argument;
	return moment->conf && keepalived_put_text(value, moment->conf->global->router_id);
}

/* `argument`: where the uint8_t is. */
bool keepalived_global_flag(const void *row, const struct moment *moment, int64_t argument,
			    struct value *value)
{
	(void)row;
	return moment->conf &&
	       keepalived_put_flag(value, ((const uint8_t *)moment->conf->global)[argument]);
}

bool keepalived_global_flush_on_stop(const void *row, const struct moment *moment, int64_t argument,
				     struct value *value)
{
	const struct conf_global *global = moment->conf ? moment->conf->global : NULL;

	(void)row, (void)argument;
	if (!global)
		return false;
	/* INTEGER { enabled(1), disabled(2), flushVS(3) } */
	value_integer(value, global->lvs_flush_vs ? 3 : global->lvs_flush_on_stop ? 1 : 2);
	return true;
}
