/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbd-metrics(7), made from the metric tables. The page in man/ is this text; a test compares. */
#ifndef LBD_EXPORTERS_PROMETHEUS_MANUAL_H
#define LBD_EXPORTERS_PROMETHEUS_MANUAL_H

#include "exporters/base/buffer.h"

void manual_write(struct buffer *buffer);

#endif
