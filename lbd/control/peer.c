/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Making the control socket, and the credentials of its peers. */
#include "control/peer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"

#define BACKLOG 32

static bool answers(const struct sockaddr_un *address)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	bool answered;

	if (fd < 0)
		return false;
	/* EAGAIN: somebody listens, whose queue is full. */
	answered = connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
		   errno == EAGAIN;
	close(fd);
	return answered;
}

/* May the file at `path` go? Its mode in *mode. */
static bool replaceable(const struct sockaddr_un *address, mode_t *mode, char *why, size_t size)
{
	struct stat status;

	if (lstat(address->sun_path, &status) < 0) {
		if (errno == ENOENT)
			return true;
		snprintf(why, size, "%s: %s", address->sun_path, strerror(errno));
		return false;
	}
	if (!S_ISSOCK(status.st_mode)) {
		snprintf(why, size, "%s is in the way: it is no socket; remove it",
			 address->sun_path);
		return false;
	}
	if (answers(address)) {
		snprintf(why, size,
			 "the socket %s is in use: another lbd runs with this run directory; stop it, "
			 "or start this one with another --run-dir",
			 address->sun_path);
		return false;
	}
	*mode = status.st_mode & 0777;
	return true;
}

/* Binds under a name of its own and renames, so that clients never see a socket that is half
 * made. */
static int bind_and_rename(int fd, const struct sockaddr_un *address, uid_t owner, gid_t group,
			   mode_t mode)
{
	struct sockaddr_un new = {.sun_family = AF_UNIX};

	if (!TEXT_APPEND(new.sun_path, "%s.new", address->sun_path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	unlink(new.sun_path);
	if (bind(fd, (struct sockaddr *)&new, sizeof(new)) < 0)
		return -1;
	if (chmod(new.sun_path, mode) < 0 || lchown(new.sun_path, owner, group) < 0 ||
	    listen(fd, BACKLOG) < 0 || rename(new.sun_path, address->sun_path) < 0) {
		int error = errno;

		unlink(new.sun_path);
		errno = error;
		return -1;
	}
	return 0;
}

int peer_listen(const char *path, uid_t owner, gid_t group, char *why, size_t size)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	mode_t mode = PEER_SOCKET_MODE;
	int fd;

	if (!TEXT_COPY(address.sun_path, path)) {
		snprintf(why, size, "%s: the path of a socket has at most %zu characters", path,
			 sizeof(address.sun_path) - 1);
		return -1;
	}
	if (!replaceable(&address, &mode, why, size))
		return -1;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd >= 0 && bind_and_rename(fd, &address, owner, group, mode) == 0)
		return fd;
	snprintf(why, size, "cannot make the socket %s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/* Supplementary groups; SO_PEERCRED tells of the primary one alone. */
static bool in_group(int fd, gid_t group)
{
	socklen_t length = 0;
	bool found = false;
	gid_t *groups;

	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, NULL, &length) < 0 && errno != ERANGE)
		return false;
	groups = memory_new(length + sizeof(*groups));
	if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &length) == 0)
		for (size_t i = 0; i < length / sizeof(*groups); i++)
			found |= groups[i] == group;
	free(groups);
	return found;
}

bool peer_may_change(int fd, gid_t group)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
		return false;
	if (peer.uid == 0 || peer.uid == geteuid())
		return true;
	return group != (gid_t)-1 && (peer.gid == group || in_group(fd, group));
}

pid_t peer_process(int fd)
{
	struct ucred peer;
	socklen_t length = sizeof(peer);

	return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0 ? 0 : peer.pid;
}
