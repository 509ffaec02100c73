/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a process gives up what it does not need. Called once, after prepare(); there is no way back.
 * Internal to process/; exporters are started through the same function.
 */
#ifndef LBD_PROCESS_PRIVILEGE_H
#define LBD_PROCESS_PRIVILEGE_H

/* May this process do all that `privileges` (PRIVILEGE_… bits) stand for? 0, or -1 after saying what
 * is missing and what it is for. */
int privilege_check(unsigned privileges);

/* Becomes `user` (with its primary group and, without PRIVILEGE_GROUPS, no other), keeps the
 * capabilities of `privileges` (PRIVILEGE_… bits) and no others, forbids gaining any again. A process
 * that is not root cannot change its user: it keeps it, drops what it can, and says so once. 0, or -1
 * after logging. */
int privilege_drop(const char *user, unsigned privileges);

/* SCHED_FIFO at the lowest real-time priority, and memory locked. What the system refuses is logged
 * as a warning: advertisements then keep time as well as an ordinary process can. */
void privilege_realtime(void);

#endif
