/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The system calls that no child of lbd has a use for. */
#include "process/sandbox.h"

#include <errno.h>
#include <seccomp.h>
#include <stddef.h>
#include <string.h>

#include "base/log.h"

static const char *const forbidden[] = {
	/* programs and processes */
	"execve", "execveat", "fork", "vfork", "clone", "clone3", "ptrace", "process_vm_readv", "process_vm_writev",
	"process_madvise", "pidfd_getfd", "kcmp",
	/* mounts, roots and namespaces */
	"mount", "umount2", "pivot_root", "chroot", "setns", "unshare", "open_tree", "move_mount",
	"fsopen", "fsconfig", "fsmount", "fspick", "mount_setattr", "open_by_handle_at",
	/* the kernel itself */
	"init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "bpf",
	"perf_event_open", "reboot", "swapon", "swapoff", "acct", "quotactl", "iopl", "ioperm",
	"syslog", "settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "sethostname",
	"setdomainname",
	/* large and rarely used: where holes are found */
	"userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "add_key",
	"request_key", "keyctl", "personality", "lookup_dcookie",
};

static int forbid_all(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++) {
		int number = seccomp_syscall_resolve_name(forbidden[i]);
		int status;

		/* An older library or another architecture may not know it. */
		if (number == __NR_SCMP_ERROR)
			continue;
		status = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), number, 0);
		if (status != 0 && status != -EDOM)
			return status;
	}
	return 0;
}

int sandbox_enter(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int status = filter ? forbid_all(filter) : -ENOMEM;

	if (status == 0)
		status = seccomp_load(filter);
	seccomp_release(filter);
	if (status == -EINVAL || status == -ENOSYS) {
		log_debug("this kernel has no seccomp filters");
		return 0;
	}
	if (status != 0)
		log_error("cannot give up system calls: %s", strerror(-status));
	return status == 0 ? 0 : -1;
}
