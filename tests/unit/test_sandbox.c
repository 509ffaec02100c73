/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a child can no longer do once it is in its sandbox, and what it still can. */
#include "process/sandbox.h"

#include <errno.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/unit.h"

/* Runs `attempt` in a process of its own, in the sandbox; it gives 0 when all was as it should be. */
static int in_sandbox(int (*attempt)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
		_exit(sandbox_enter() == 0 ? attempt() : 99);
	}
	CU_ASSERT_FATAL(pid > 0 && waitpid(pid, &status, 0) == pid);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}

static int start_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
	return errno == EPERM ? 0 : 1;
}

static int make_process(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	return pid < 0 && errno == EPERM ? 0 : 1;
}

static int leave_namespace(void)
{
	return unshare(CLONE_NEWUSER) != 0 && errno == EPERM ? 0 : 1;
}

static int trace_somebody(void)
{
	return ptrace(PTRACE_ATTACH, getppid(), NULL, NULL) != 0 && errno == EPERM ? 0 : 1;
}

static int work(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	return fd >= 0 && close(fd) == 0 ? 0 : 1;
}

static void no_program_can_be_started(void)
{
	UNIT_NUMBER(in_sandbox(start_program), 0);
}

static void no_process_can_be_made(void)
{
	UNIT_NUMBER(in_sandbox(make_process), 0);
}

static void no_namespace_can_be_entered(void)
{
	UNIT_NUMBER(in_sandbox(leave_namespace), 0);
}

static void nobody_can_be_traced(void)
{
	UNIT_NUMBER(in_sandbox(trace_somebody), 0);
}

static void ordinary_work_goes_on(void)
{
	UNIT_NUMBER(in_sandbox(work), 0);
}

static const struct unit_test tests[] = {
	UNIT_TEST(no_program_can_be_started), UNIT_TEST(no_process_can_be_made),
	UNIT_TEST(no_namespace_can_be_entered), UNIT_TEST(nobody_can_be_traced),
	UNIT_TEST(ordinary_work_goes_on),
};

int main(void)
{
	/* EFAULT: the kernel has filters and looked for one at NULL. */
	if (prctl(PR_SET_SECCOMP, 2 /* SECCOMP_MODE_FILTER */, NULL) == 0 || errno != EFAULT)
		return 77;
	return unit_main("sandbox", tests, UNIT_COUNT(tests));
}
