/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a request to set something is about: from the names that people know to a place in the
 * configuration and the process that owns it. Pure. */
#ifndef LBD_CONTROL_RESOLVE_H
#define LBD_CONTROL_RESOLVE_H

#include "base/message.h"
#include "conf/conf.h"
#include "control/request.h"

/* Why it cannot be; or SET_RESULT_APPLIED: then *message, but for its number and time, is to go to
 * *owner. */
enum set_result resolve_set(const struct conf *conf, const struct request_set *set,
			    struct message_set *message, enum process_id *owner);

#endif
