/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keyword table as the KEYWORDS chapters of lbd.conf(5), in man(7) markup. */
#ifndef LBD_CONF_MANUAL_H
#define LBD_CONF_MANUAL_H

#include <stdio.h>

/* Copies the page's hand-written text and puts the chapters in the place of the line `.\" KEYWORDS`. */
void manual_page(const char *text, FILE *into);

#endif
