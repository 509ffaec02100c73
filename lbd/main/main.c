/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbd(8): checks a configuration, is one of its own children, or runs the daemon. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "main/options.h"

/* Where children_start() leaves the link to the parent. */
#define PARENT_LINK_FD 3

/* --- lbd -t -------------------------------------------------------------------------------------- */

static const char *plural(size_t count)
{
	return count == 1 ? "" : "s";
}

static int test_configuration(const struct options *options)
{
	const char *file = options->process.config_file;
	struct conf_diagnostics diagnostics = {0};
	struct conf_environment environment = process_conf_environment(options->process.config_id);
	struct conf *conf = conf_load(file, &environment, &diagnostics);
	char line[1024];

	for (size_t i = 0; i < diagnostics.count; i++) {
		conf_diagnostic_format(&diagnostics.list[i], line, sizeof(line));
		fprintf(stderr, "%s\n", line);
	}
	if (conf)
		printf("%s: no error, %zu warning%s; %zu VRRP instances, %zu virtual services, %zu "
		       "real servers\n",
		       file, diagnostics.warnings, plural(diagnostics.warnings), conf->instance_count,
		       conf->service_count, conf->real_server_count);
	else
		fprintf(stderr, "%s: %zu error%s, %zu warning%s\n", file, diagnostics.errors,
			plural(diagnostics.errors), diagnostics.warnings, plural(diagnostics.warnings));
	conf_diagnostics_free(&diagnostics);
	conf_free(conf);
	return conf ? EXIT_SUCCESS : EXIT_FAILURE;
}

/* --- lbd -X NAME --------------------------------------------------------------------------------- */

static int be_child(const struct options *options, const char *title)
{
	static int (*const entries[PROCESS_COUNT])(int, const struct process_options *) = {
		[PROCESS_VRRP] = vrrp_main,
		[PROCESS_DIRECTOR] = director_main,
		[PROCESS_CHECK] = check_main,
		[PROCESS_CONTROL] = control_main,
	};
	enum process_id id = process_find(options->child);

	if (id == PROCESS_COUNT || fcntl(PARENT_LINK_FD, F_SETFD, FD_CLOEXEC) != 0) {
		fprintf(stderr, "lbd: -X is for lbd itself\n");
		return 2;
	}
	prctl(PR_SET_NAME, title);
	return entries[id](PARENT_LINK_FD, &options->process);
}

/* --- running ------------------------------------------------------------------------------------- */

/* What is given relative to the working directory must hold after chdir("/"), and for reloads. */
static const char *absolute(const char *path)
{
	char *directory, *result;

	if (path[0] == '/')
		return path;
	directory = getcwd(NULL, 0);
	if (!directory || asprintf(&result, "%s/%s", directory, path) < 0)
		return path;
	free(directory);
	return result;
}

/* The foreground process of a background start: waits until the daemon is ready or has failed. */
static int wait_until_ready(int fd, pid_t daemon)
{
	char byte;
	int status;

	if (read(fd, &byte, 1) == 1)
		return EXIT_SUCCESS;
	if (waitpid(daemon, &status, 0) == daemon && WIFEXITED(status))
		return WEXITSTATUS(status);
	return EXIT_FAILURE;
}

/* Splits off the daemon; the caller goes on as the daemon. Returns where to report being ready. */
static int into_background(void)
{
	int ends[2], null;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) != 0 || (pid = fork()) < 0) {
		log_error("cannot go into the background: %s", strerror(errno));
		exit(EXIT_FAILURE);
	}
	if (pid > 0) {
		close(ends[1]);
		exit(wait_until_ready(ends[0], pid));
	}
	close(ends[0]);
	setsid();
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
	}
	return ends[1];
}

static int run(struct options *options)
{
	struct process_options *process = &options->process;
	struct conf_diagnostics diagnostics = {0};
	struct conf_environment environment = process_conf_environment(process->config_id);
	struct conf *conf;
	int ready_fd = -1;

	process->config_file = absolute(process->config_file);
	process->run_dir = absolute(process->run_dir);
	process->state_dir = absolute(process->state_dir);
	log_open("lbd", (enum log_level)process->log_level,
		 process->foreground ? LOG_TO_ERROR : LOG_TO_BOTH);
	conf = conf_load(process->config_file, &environment, &diagnostics);
	process_log_diagnostics(&diagnostics);
	conf_diagnostics_free(&diagnostics);
	if (!conf) {
		log_error("%s has errors; lbd does not start", process->config_file);
		return EXIT_FAILURE;
	}
	if (!process->foreground)
		ready_fd = into_background();
	if (chdir("/") != 0)
		log_warning("cannot change to /: %s", strerror(errno));
	/* After the fork, so that the lock is the daemon's. */
	if (run_dir_prepare(process) != 0)
		return EXIT_FAILURE;
	return daemon_run(process, conf, ready_fd);
}

/* Descriptors 0 to 3 must be taken before anything else opens one: a child finds its link at 3. */
static void occupy_standard_descriptors(bool child)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	} while (fd >= 0 && fd < (child ? PARENT_LINK_FD : PARENT_LINK_FD + 1));
	/* And nothing of our caller's beyond them: a shell's pipe held open may keep it waiting. */
	close_range((unsigned)PARENT_LINK_FD + 1, ~0U, 0);
}

int main(int argc, char **argv)
{
	struct options options;

	options_parse(&options, argc, argv);
	occupy_standard_descriptors(options.child != NULL);
	if (options.child)
		return be_child(&options, argv[0]);
	if (options.test)
		return test_configuration(&options);
	return run(&options);
}
