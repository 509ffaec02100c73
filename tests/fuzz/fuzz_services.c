/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Fuzz target: the list of services of lbd-nagios. */
#include "exporters/nagios/service.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = calloc(1, size + 1);
	char error[SERVICE_ERROR] = "";
	struct services services;

	if (!text)
		abort();
	memcpy(text, data, size);
	if (services_read(text, &services, error)) {
		for (size_t i = 0; i < services.count; i++)
			if (!service_is_name(services.list[i].name))
				abort();
	} else if (error[0] == '\0') {
		abort();
	}
	services_free(&services);
	free(text);
	return 0;
}
