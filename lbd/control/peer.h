/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The socket file and who is at its other end. Root, the user that lbd's control runs as, and
 * members of the group `lbd` may change things; everybody whom the file's mode lets connect may
 * look.
 */
#ifndef LBD_CONTROL_PEER_H
#define LBD_CONTROL_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* The user and the group that lbd's unprivileged processes run as. */
#define PEER_ACCOUNT "lbd"
/* … and exporters: they may follow the events, on a socket of their own. */
#define PEER_READERS "lbd-read"
#define PEER_SOCKET_MODE 0660

/* Makes the listening socket `path`, owned by `owner` and `group` (-1: left alone). The file of a
 * former lbd is replaced, and its permission bits are kept, so that an operator's chmod lasts; but
 * not when somebody answers on it. The descriptor, or -1 with the reason in `why`. */
int peer_listen(const char *path, uid_t owner, gid_t group, char *why, size_t size);

/* The process that made this connection, or 0. */
pid_t peer_process(int fd);
/* May the process that made this connection change things? */
bool peer_may_change(int fd, gid_t group);

#endif
