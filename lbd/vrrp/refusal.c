/* SPDX-License-Identifier: GPL-2.0-or-later */
/* When a refused advertisement is news. */
#include "vrrp/refusal.h"

enum refusal_kind refusal_kind(enum vrrp_drop drop)
{
	switch (drop) {
	case VRRP_DROP_TRUNCATED:
	case VRRP_DROP_TTL:
	case VRRP_DROP_VERSION:
	case VRRP_DROP_TYPE:
	case VRRP_DROP_LENGTH:
	case VRRP_DROP_CHECKSUM:
		return REFUSAL_MALFORMED;
	case VRRP_DROP_AUTHENTICATION_TYPE:
	case VRRP_DROP_AUTHENTICATION_UNKNOWN:
	case VRRP_DROP_AUTHENTICATION:
	case VRRP_DROP_ADDRESS_LIST:
	case VRRP_DROP_INTERVAL:
	case VRRP_DROP_OWNER:
		return REFUSAL_DISAGREES;
	case VRRP_DROP_IP_HEADER:
	case VRRP_DROP_DESTINATION:
	case VRRP_DROP_VRID:
	case VRRP_DROP_OWN:
	case VRRP_DROP_STATE:
	case VRRP_DROP_COUNT:
		break;
	}
	return REFUSAL_OF_NOBODY;
}

bool refusal_take(struct refusal *refusal, enum vrrp_drop drop, int64_t now)
{
	int64_t last;

	if (refusal_kind(drop) == REFUSAL_OF_NOBODY)
		return false;
	last = refusal->last[drop];
	refusal->last[drop] = now;
	return last == 0 || now - last >= REFUSAL_QUIET;
}
