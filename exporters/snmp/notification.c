/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The notifications' table. */
#include "exporters/snmp/notification.h"

#include <string.h>

#include "base/event.h"
#include "exporters/snmp/catalogue.h"

const struct notification_info notification_infos[NOTIFICATION_COUNT] = {
#define NOTIFICATION(id, NAME, name, help) {id, #name, help},
#define TELLS(NAME, CAUSE)
#include "base/notification.def"
#undef NOTIFICATION
#undef TELLS
};

const uint32_t notification_columns[] = {
	HISTORY_NUMBER, HISTORY_TIME, HISTORY_SEVERITY, HISTORY_CAUSE, HISTORY_OBJECT,
	HISTORY_FROM,   HISTORY_TO,   HISTORY_OUTAGE,   HISTORY_EVIDENCE,
};
const size_t notification_column_count =
	sizeof(notification_columns) / sizeof(notification_columns[0]);

enum notification notification_for(unsigned cause)
{
	switch (cause) {
#define NOTIFICATION(id, NAME, name, help)
#define TELLS(NAME, CAUSE) \
	case CAUSE_##CAUSE: \
		return NOTIFICATION_##NAME;
#include "base/notification.def"
#undef NOTIFICATION
#undef TELLS
	}
	return NOTIFICATION_COUNT;
}

static const char *const kind_names[NOTIFICATION_KINDS] = {
#define NOTIFICATION(id, NAME, name, help) [NOTIFICATION_##NAME] = #name,
#define TELLS(NAME, CAUSE)
#define NOTIFICATIONS_OF(NAME, name, help) [NOTIFICATION_KIND_##NAME] = #name,
#include "base/notification.def"
#include "base/notification_mib.def"
#undef NOTIFICATION
#undef TELLS
#undef NOTIFICATIONS_OF
};

static bool add_word(const char *word, size_t length, unsigned *wanted)
{
	if (length == 3 && strncmp(word, "all", 3) == 0) {
		*wanted = NOTIFICATION_ALL;
		return true;
	}
	if (length == 4 && strncmp(word, "none", 4) == 0)
		return true;
	for (unsigned i = 0; i < NOTIFICATION_KINDS; i++)
		if (strlen(kind_names[i]) == length && strncmp(word, kind_names[i], length) == 0) {
			*wanted |= 1u << i;
			return true;
		}
	return false;
}

bool notification_parse(const char *text, unsigned *wanted)
{
	*wanted = 0;
	while (*(text += strspn(text, " ,"))) {
		size_t length = strcspn(text, " ,");

		if (!add_word(text, length, wanted))
			return false;
		text += length;
	}
	return true;
}
