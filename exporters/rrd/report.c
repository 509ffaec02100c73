/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The numbers as text, and the text as a file. */
#include "exporters/rrd/report.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

void report_format(struct buffer *buffer, const struct report *report)
{
#define OWN(member, name, type, decimals, help) \
	buffer_text(buffer, "# HELP " #name " " help "\n# TYPE " #name " " #type "\n" #name " "); \
	buffer_unsigned_decimal(buffer, report->member, decimals); \
	buffer_text(buffer, "\n");
#include "exporters/rrd/own.def"
#undef OWN
}

static int write_file(const char *path, const struct buffer *buffer)
{
	FILE *file = fopen(path, "we");
	bool written;

	if (!file)
		return -errno;
	written = fwrite(buffer->bytes, 1, buffer->length, file) == buffer->length;
	if (fclose(file) != 0 || !written)
		return errno ? -errno : -EIO;
	return 0;
}

int report_write(const char *directory, const struct report *report)
{
	char path[4096], new[4096];
	struct buffer buffer = {0};
	int status;

	if (snprintf(path, sizeof(path), "%s/" REPORT_FILE, directory) >= (int)sizeof(path) ||
	    snprintf(new, sizeof(new), "%s/" REPORT_FILE ".new", directory) >= (int)sizeof(new))
		return -ENAMETOOLONG;
	report_format(&buffer, report);
	status = write_file(new, &buffer);
	buffer_free(&buffer);
	if (status == 0 && rename(new, path) != 0)
		status = -errno;
	if (status != 0)
		unlink(new);
	return status;
}
