/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A process's numbers about itself. */
#include "stat/stat.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

void stat_self_open(struct stat_self *self)
{
	self->started = clock_wall();
	self->statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
}

void stat_self_claim(struct stat_self *self, struct stat_writer *writer, enum process_id id)
{
	struct stat_process labels = {0};

	TEXT_COPY(labels.process, process_name(id));
	self->row = stat_claim(writer, STAT_FAMILY_PROCESS, &labels);
}

void stat_self_lateness(struct stat_self *self, int64_t lateness)
{
	if (lateness > self->lateness_max)
		self->lateness_max = lateness;
	if (self->row)
		stat_observe(&self->row->loop_lateness, lateness);
}

static int64_t resident_memory(const struct stat_self *self)
{
	char text[64] = "";
	unsigned long size, resident;

	if (pread(self->statm, text, sizeof(text) - 1, 0) <= 0 ||
	    sscanf(text, "%lu %lu", &size, &resident) != 2)
		return -1;
	return (int64_t)resident * sysconf(_SC_PAGESIZE);
}

static uint64_t nanoseconds(struct timeval time)
{
	return (uint64_t)time.tv_sec * CLOCK_SECOND + (uint64_t)time.tv_usec * CLOCK_MICROSECOND;
}

static uint64_t processor_time(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return nanoseconds(usage.ru_utime) + nanoseconds(usage.ru_stime);
}

static void count_up_to(uint64_t *counter, uint64_t *seen, uint64_t now)
{
	*counter += now - *seen;
	*seen = now;
}

void stat_self_publish(struct stat_self *self, uint64_t refused, uint64_t lost)
{
	struct stat_process *row = self->row;
	int64_t resident = resident_memory(self);

	if (!row)
		return;
	stat_begin(&row->row);
	count_up_to(&row->log_lines_dropped, &self->log_seen, log_dropped());
	count_up_to(&row->messages_refused, &self->refused_seen, refused);
	count_up_to(&row->events_lost, &self->lost_seen, lost);
	count_up_to(&row->cpu, &self->cpu_seen, processor_time());
	stat_put(process, row, loop_lateness_max, self->lateness_max);
	stat_put(process, row, start, self->started);
	if (resident >= 0)
		stat_put(process, row, resident_memory, resident);
	stat_end(&row->row);
}
