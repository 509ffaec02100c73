/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbctl: the operator's command. Each verb is a function; lbctl.c has the table of them. */
#ifndef LBD_CONTROL_LBCTL_H
#define LBD_CONTROL_LBCTL_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "control/control.h"

struct conf;

enum lbctl_exit {
	LBCTL_OK = 0,
	LBCTL_REFUSED = 1, /* the answer is no: errors in a file, no such event, not permitted */
	LBCTL_DOWN = 2,    /* lbd does not answer */
	LBCTL_USAGE = 64,  /* EX_USAGE of sysexits.h */
};

#define LBCTL_PASSED 20

struct lbctl {
	const char *run_dir;
	const char *config_id; /* for check and diff; NULL: the host name */
	bool json, all, follow;
	const char *since_text; /* a number of an event; of graph a time */
	uint64_t since, last;   /* 0: not given */
	const char *operand;    /* FILE, N or OBJECT; of graph it may be NULL */
	char *passed[LBCTL_PASSED]; /* options of graph, "--NAME=VALUE", for lbd-graph */
	size_t passed_count;
	bool colour;
	unsigned width; /* columns for paragraphs; 0: not on a terminal, not broken */
};

/* Each returns an exit status. */
int lbctl_status(const struct lbctl *lbctl);
int lbctl_events(const struct lbctl *lbctl);
int lbctl_explain(const struct lbctl *lbctl);
int lbctl_reload(const struct lbctl *lbctl);
int lbctl_check(const struct lbctl *lbctl);
int lbctl_diff(const struct lbctl *lbctl);
int lbctl_graph(const struct lbctl *lbctl);

/* For the verbs: */

/* A whole decimal number; false for anything else. */
bool lbctl_number(const char *text, uint64_t *number);
/* Connects and sends. NULL after saying what is wrong. */
struct control_client *lbctl_ask(const struct lbctl *lbctl, const Lbd__Request *request);
/* The next reply; NULL after saying what is wrong. timeout as control_receive(). */
Lbd__Reply *lbctl_answer(struct control_client *client, int timeout);
/* Says the error that a reply carries, or that it is not one we expect; the exit status. */
int lbctl_complain(const Lbd__Reply *reply);
/* The configuration in force. NULL after saying what is wrong. */
struct conf *lbctl_running_conf(const struct lbctl *lbctl);
/* Writes the events that the request asks for, a line of JSON each. An exit status. */
int lbctl_write_events(const struct lbctl *lbctl, const Lbd__EventsRequest *what, FILE *out);

#endif
