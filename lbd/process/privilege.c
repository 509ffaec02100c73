/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Dropping privileges; see the header. Capabilities are libcap's business, ids the kernel's. */
#include "process/privilege.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <sched.h>
#include <stdbool.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "process/process.h"

/* An upper bound for the stack that mlockall() has to keep resident. */
#define REALTIME_STACK (512 * 1024)

/* Of the user, all its processes together. */
#define THREADS_MOST 64

static int change_user(const char *user, bool groups)
{
	struct passwd *entry;

	if (geteuid() != 0) {
		log_debug("not root: staying user %d", (int)geteuid());
		return 0;
	}
	entry = getpwnam(user);
	if (!entry) {
		log_error("user `%s` does not exist; make it with: adduser --system --group "
			  "--no-create-home %s",
			  user, user);
		return -1;
	}
	prctl(PR_SET_KEEPCAPS, 1);
	if ((groups ? initgroups(user, entry->pw_gid) : setgroups(1, &entry->pw_gid)) != 0 ||
	    setresgid(entry->pw_gid, entry->pw_gid, entry->pw_gid) != 0 ||
	    setresuid(entry->pw_uid, entry->pw_uid, entry->pw_uid) != 0) {
		log_error("cannot become user `%s`: %s", user, strerror(errno));
		return -1;
	}
	return 0;
}

static const struct {
	unsigned bit;
	cap_value_t capability;
	const char *name;
	const char *purpose;
} capabilities[] = {
	{PRIVILEGE_NET_ADMIN, CAP_NET_ADMIN, "CAP_NET_ADMIN",
	 "to program IPVS and virtual addresses over netlink"},
	{PRIVILEGE_NET_RAW, CAP_NET_RAW, "CAP_NET_RAW", "to send and receive VRRP and ARP"},
};

#define CAPABILITY_COUNT (sizeof(capabilities) / sizeof(capabilities[0]))

static bool permitted(cap_t set, cap_value_t capability)
{
	cap_flag_value_t have = CAP_CLEAR;

	return set && cap_get_flag(set, capability, CAP_PERMITTED, &have) == 0 && have == CAP_SET;
}

int privilege_check(unsigned privileges)
{
	cap_t now = cap_get_proc();
	int status = 0;

	for (size_t i = 0; i < CAPABILITY_COUNT; i++) {
		if (!(privileges & capabilities[i].bit) || permitted(now, capabilities[i].capability))
			continue;
		log_error("no permission: lbd needs %s %s; start it as root",
			  capabilities[i].name, capabilities[i].purpose);
		status = -1;
	}
	cap_free(now);
	return status;
}

/* The wanted capabilities that we have; the others could not be kept anyway. */
static int keep_capabilities(unsigned privileges)
{
	cap_t now = cap_get_proc(), kept = cap_init();
	int status;

	for (size_t i = 0; kept && i < CAPABILITY_COUNT; i++) {
		if (!(privileges & capabilities[i].bit) || !permitted(now, capabilities[i].capability))
			continue;
		cap_set_flag(kept, CAP_PERMITTED, 1, &capabilities[i].capability, CAP_SET);
		cap_set_flag(kept, CAP_EFFECTIVE, 1, &capabilities[i].capability, CAP_SET);
	}
	status = kept ? cap_set_proc(kept) : -1;
	if (status != 0)
		log_error("cannot drop capabilities: %s", strerror(errno));
	cap_free(now);
	cap_free(kept);
	return status;
}

int privilege_drop(const char *user, unsigned privileges)
{
	struct rlimit none = {0, 0}, some = {THREADS_MOST, THREADS_MOST};
	bool changed = geteuid() == 0;

	if (change_user(user, privileges & PRIVILEGE_GROUPS) != 0 || keep_capabilities(privileges) != 0)
		return -1;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		log_error("cannot forbid new privileges: %s", strerror(errno));
		return -1;
	}
	/* No child, no core with the password of an instance in it, nobody attaching. The limit on
	 * processes counts per user and would hit whoever shares an unchanged one. */
	if (changed)
		setrlimit(RLIMIT_NPROC, privileges & PRIVILEGE_THREADS ? &some : &none);
	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	return 0;
}

void privilege_realtime(void)
{
	struct sched_param lowest = {.sched_priority = sched_get_priority_min(SCHED_FIFO)};
	struct rlimit unlimited = {RLIM_INFINITY, RLIM_INFINITY};
	volatile char stack[REALTIME_STACK];
	int what = MCL_CURRENT | MCL_FUTURE;

	/* Reset on fork: nothing that this process might start may inherit it. */
	if (sched_setscheduler(0, SCHED_FIFO | SCHED_RESET_ON_FORK, &lowest) != 0)
		log_warning("no real-time priority (%s): advertisements keep time as well as an "
			    "ordinary process can",
			    strerror(errno));
	/* Without the limit out of the way, locked future memory would be memory refused. */
	if (setrlimit(RLIMIT_MEMLOCK, &unlimited) != 0)
		what = MCL_CURRENT;
	for (size_t i = 0; i < sizeof(stack); i += 4096)
		stack[i] = 0;
	if (mlockall(what) != 0 || !(what & MCL_FUTURE))
		log_warning("memory is not%s locked (%s): under memory pressure advertisements may "
			    "be late",
			    what & MCL_FUTURE ? "" : " wholly", strerror(errno));
}
