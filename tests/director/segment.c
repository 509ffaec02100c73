/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Prepared, attached and committed by one and the same. */
#include "tests/director/segment.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct stat_writer *segment_make(const char *directory, enum process_id process,
				 const struct stat_capacity *capacity)
{
	struct stat_writer *writer = NULL;
	bool needs_commit;
	int error;
	int fd;

	error = stat_segment_prepare(directory, process, capacity, &fd, &needs_commit);
	if (!error)
		error = stat_writer_attach(&writer, fd);
	if (!error && needs_commit)
		error = stat_segment_commit(directory, process);
	if (error) {
		fprintf(stderr, "%s: %s: %s\n", directory, process_name(process), strerror(-error));
		exit(1);
	}
	return writer;
}
