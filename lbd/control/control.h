/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The operators' socket, seen from outside: how lbctl, and every other program that asks lbd
 * something or follows its events (an exporter), talks to it. The messages are those of lbd.proto.
 *
 * This module owns the socket, the event journal and the telling of their story. It must not:
 * decide anything about traffic, or be waited for by a process that does. Where to go next:
 * control.c (the process), server.h (its clients), journal.h, explain.h, lbctl.h.
 */
#ifndef LBD_CONTROL_CONTROL_H
#define LBD_CONTROL_CONTROL_H

#include <stdbool.h>
#include <stddef.h>

#include "control/lbd.pb-c.h"

/* In the run directory: for operators, and for exporters, who may look alone. */
#define CONTROL_SOCKET "lbctl.sock"
#define CONTROL_EVENTS_SOCKET "events.sock"
/* Longer messages are refused unread. */
#define CONTROL_REQUEST_MAX 4096
#define CONTROL_REPLY_MAX (64u << 20)

struct control_client;

/* Connects to the lbd of a run directory. NULL with errno; ENOENT and ECONNREFUSED mean that no lbd
 * runs there, EAGAIN that too many clients wait. */
struct control_client *control_connect(const char *run_dir);
/* The same through the exporters' socket. */
struct control_client *control_connect_events(const char *run_dir);
void control_disconnect(struct control_client *client);

/* Sends a request, waiting when the socket is full. False with errno. */
bool control_send(struct control_client *client, const Lbd__Request *request);

/* Waits for the next reply, at most `timeout` milliseconds (-1: for ever). NULL with errno:
 * ETIMEDOUT, ECONNRESET (lbd closed the connection), EPROTO (it sent nonsense). The reply is the
 * caller's, for lbd__reply__free_unpacked(). */
Lbd__Reply *control_receive(struct control_client *client, int timeout);
/* For whoever has a loop: when it is readable, control_receive() with a timeout of 0 until that gives
 * no more (ETIMEDOUT). */
int control_descriptor(const struct control_client *client);

#endif
