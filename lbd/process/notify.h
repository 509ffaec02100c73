/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The service manager's notification protocol, sd_notify(3): one datagram to $NOTIFY_SOCKET. */
#ifndef LBD_PROCESS_NOTIFY_H
#define LBD_PROCESS_NOTIFY_H

/* "READY=1", "RELOADING=1\nMONOTONIC_USEC=…", "STOPPING=1", "STATUS=…". Nothing happens when no service
 * manager listens; never blocks. */
void notify_send(const char *state);
/* RELOADING=1 with the time stamp that Type=notify-reload wants. */
void notify_reloading(void);

#endif
