/* SPDX-License-Identifier: GPL-2.0-or-later */
/* conf_load() over any supply of files: what tests and fuzzers call. */
#ifndef LBD_CONF_LOAD_H
#define LBD_CONF_LOAD_H

#include "conf/source.h"

struct conf *load_files(const struct source_files *files, const char *path,
			const struct conf_environment *environment,
			struct conf_diagnostics *diagnostics);

#endif
