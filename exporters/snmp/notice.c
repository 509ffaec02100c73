/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Notifications as values. */
#include "exporters/snmp/notice.h"

#include <stdlib.h>

#include "base/memory.h"

struct notice *notice_new(const struct object_id *base, uint32_t arc)
{
	struct notice *notice = memory_new(sizeof(*notice));

	notice->which = *base;
	object_id_add(&notice->which, 0);
	object_id_add(&notice->which, arc);
	return notice;
}

void notice_add(struct notice *notice, const struct object_id *base, const struct object_id *below,
		const struct value *value)
{
	struct notice_object *object;

	notice->objects = memory_resize(notice->objects, notice->count + 1, sizeof(*object));
	object = &notice->objects[notice->count++];
	*object = (struct notice_object){.name = *base, .value = *value};
	object_id_add_all(&object->name, below->ids, below->count);
}

void notice_free(struct notice *notice)
{
	if (!notice)
		return;
	free(notice->objects);
	free(notice);
}
