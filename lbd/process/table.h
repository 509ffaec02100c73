/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The process table as data (base/process.def): who runs as whom, who is a role of this program and who
 * a program of its own. Read by both halves of process/.
 */
#ifndef LBD_PROCESS_TABLE_H
#define LBD_PROCESS_TABLE_H

#include "base/message.h"

enum process_kind { PROCESS_KIND_PARENT, PROCESS_KIND_CHILD, PROCESS_KIND_EXPORTER };

struct process_row {
	const char *name;  /* "vrrp" */
	const char *title; /* "lbd: vrrp" */
	enum process_kind kind;
	const char *user;
	unsigned privileges;
};

const struct process_row *process_row(enum process_id id);

#endif
