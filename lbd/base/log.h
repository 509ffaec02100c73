/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Logging that cannot delay an advertisement (invariant 0): every write is non-blocking, and a line
 * that the reader of our log does not take at once is dropped and counted. Lines go to standard error
 * (a terminal, a file, or the service manager's journal) and, when lbd runs in the background, to
 * the system log's datagram socket.
 */
#ifndef LBD_BASE_LOG_H
#define LBD_BASE_LOG_H

#include <stdint.h>

/* The values are syslog's (RFC 5424 section 6.2.1). */
enum log_level {
	LOG_LEVEL_ERROR = 3,
	LOG_LEVEL_WARNING = 4,
	LOG_LEVEL_NOTICE = 5,
	LOG_LEVEL_INFO = 6,
	LOG_LEVEL_DEBUG = 7,
};

enum log_output {
	LOG_TO_ERROR,  /* standard error */
	LOG_TO_SYSTEM, /* /dev/log; standard error is let go */
	LOG_TO_BOTH,   /* while somebody still watches a start in the background */
};

/* `name` ("lbd: vrrp") heads each line and must outlive the process. Lines above `level` are
 * discarded. May be called again, to change any of the three. */
void log_open(const char *name, enum log_level level, enum log_output output);

/* One line, without newline; longer ones are cut at 1 KiB. errno is preserved. */
void log_write(enum log_level level, const char *format, ...) __attribute__((format(printf, 2, 3)));

#define log_error(...) log_write(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_write(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_notice(...) log_write(LOG_LEVEL_NOTICE, __VA_ARGS__)
#define log_info(...) log_write(LOG_LEVEL_INFO, __VA_ARGS__)
#define log_debug(...) log_write(LOG_LEVEL_DEBUG, __VA_ARGS__)

/* Lines that nobody took since the process began. */
uint64_t log_dropped(void);

#endif
