/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Virtual server groups in KEEPALIVED-MIB. */
#include "exporters/snmp/keepalived_mib.h"

#include "exporters/snmp/keepalived_rows.h"

void keepalived_fill_groups(const struct table *table, const struct moment *moment,
			    struct view_table *rows)
{
	size_t count = moment->conf ? moment->conf->group_count : 0;

	(void)table;
	for (size_t i = 0; i < count; i++) {
		const struct object_id index = {.count = 1, .ids = {(uint32_t)i + 1}};

		view_add(rows, &index, &moment->conf->groups[i]);
	}
}

/* keepalived counts the marks of a group before its addresses. */
static void add_members(const struct conf *conf, uint32_t number, struct view_table *rows)
{
	const struct conf_group *group = &conf->groups[number];
	struct object_id index = {.count = 2, .ids = {number + 1, 0}};

	for (int marks = 1; marks >= 0; marks--) {
		for (uint32_t i = 0; i < group->member_count; i++) {
			const struct conf_group_member *member =
				&conf->group_members[group->first_member + i];

			if ((member->fwmark != 0) != marks)
				continue;
			index.ids[1]++;
			view_add(rows, &index, member);
		}
	}
}

void keepalived_fill_group_members(const struct table *table, const struct moment *moment,
				   struct view_table *rows)
{
	size_t count = moment->conf ? moment->conf->group_count : 0;

	(void)table;
	for (size_t i = 0; i < count; i++)
		add_members(moment->conf, (uint32_t)i, rows);
}

bool keepalived_group_name(const void *row, const struct moment *moment, int64_t argument,
			   struct value *value)
{
	const struct conf_group *group = row;

	(void)moment, (void)argument;
	return keepalived_put_text(value, group->name);
}

/* --- members */

/* INTEGER { fwmark(1), ip(2), iprange(3) } */
enum { MEMBER_MARK = 1, MEMBER_ADDRESS, MEMBER_RANGE };

static int type_of(const struct conf_group_member *member)
{
	if (member->fwmark)
		return MEMBER_MARK;
	return address_equal(&member->first, &member->last) ? MEMBER_ADDRESS : MEMBER_RANGE;
}

#define MEMBER_SOURCE(name) KEEPALIVED_SOURCE(name, conf_group_member, member)

MEMBER_SOURCE(member_type)
{
	value_integer(value, type_of(member));
	return true;
}

MEMBER_SOURCE(member_mark)
{
	value_unsigned(value, member->fwmark);
	return type_of(member) == MEMBER_MARK;
}

MEMBER_SOURCE(member_address_type)
{
	return keepalived_put_address_type(value, member->first.family);
}

MEMBER_SOURCE(member_address)
{
	return keepalived_put_address(value, &member->first) && type_of(member) == MEMBER_ADDRESS;
}

MEMBER_SOURCE(member_first)
{
	return keepalived_put_address(value, &member->first) && type_of(member) == MEMBER_RANGE;
}

MEMBER_SOURCE(member_last)
{
	return keepalived_put_address(value, &member->last) && type_of(member) == MEMBER_RANGE;
}

MEMBER_SOURCE(member_port)
{
	value_unsigned(value, member->port);
	return type_of(member) != MEMBER_MARK;
}
