/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Health checks: which probes there are, when each one starts, what its outcome says of the real
 * server, and telling the director.
 *
 *   phase.h     where in its interval a check begins                                      pure
 *   schedule.h  one check: outcome of a probe → verdict, and when the next one starts     pure
 *   roster.h    all checks of a configuration; what a reload keeps; health of a server    pure
 *   probe.h     the table of kinds of probe; tcp.c and its future siblings                sockets
 *   runner.h    a roster that runs: timers, bound on probes under way, rows in the segment
 *   process.c   `lbd: check`: configuration in, verdicts out; read it last
 *
 * This module never touches IPVS and needs no privilege. It is entered through check_main() of
 * process/process.h; other modules include nothing of it but this page.
 */
#ifndef LBD_CHECK_CHECK_H
#define LBD_CHECK_CHECK_H

#include "process/process.h"

#endif
