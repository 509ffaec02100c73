/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The events of lbd as they happen, from the socket on which its control process tells them to
 * exporters. A connection that ends is made anew, for as long as it takes.
 */
#ifndef LBD_EXPORTERS_NAGIOS_FOLLOW_H
#define LBD_EXPORTERS_NAGIOS_FOLLOW_H

#include <stdint.h>

struct loop;
struct follow;

struct follow_hooks {
	/* An event about an object of that kind (event_object_name()). NULL: some were missed, or the
	 * connection began or ended, and anything may have happened. */
	void (*happened)(const char *object, void *argument);
};

struct follow *follow_new(struct loop *loop, const char *run_dir, const struct follow_hooks *hooks,
			  void *argument);
void follow_free(struct follow *follow);

#endif
