/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The quorum of a virtual server, as keepalived.conf(5) defines it. Pure. */
#ifndef LBD_DIRECTOR_QUORUM_H
#define LBD_DIRECTOR_QUORUM_H

#include <stdbool.h>
#include <stdint.h>

/* Has the virtual server its quorum, given that it had (`held`) or had not? `weight` is the sum of
 * the weights in service. A quorum is reached at quorum + hysteresis and kept down to quorum -
 * hysteresis, but never without any weight. */
bool quorum_holds(bool held, uint64_t weight, uint32_t quorum, uint32_t hysteresis);

#endif
