/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * IPVS, the kernel's load balancer: what it holds (table.h), how to get from what it holds to what
 * it should hold (plan.h), and the two places that can be asked and told (backend.h).
 *
 *   desired table ─┐
 *                  ├─ ipvs_plan_make() → operations → ipvs_apply() → kernel
 *   kernel → ipvs_read() → actual table
 *
 * This module knows neither configuration nor checks, keeps no state between two calls except its
 * socket, and never decides when to act: that is director/reconcile.h, the reader's next stop.
 */
#ifndef LBD_IPVS_IPVS_H
#define LBD_IPVS_IPVS_H

#include "ipvs/backend.h"
#include "ipvs/plan.h"
#include "ipvs/table.h"

#endif
