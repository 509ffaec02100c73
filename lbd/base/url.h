/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Is a text the URL of something to send to? What a person sees of it is own_target()'s business. */
#ifndef LBD_BASE_URL_H
#define LBD_BASE_URL_H

/* NULL, or what is wrong with it: no http or https, no host, characters that an URL does not have, or
 * a user or password in it, which everybody would see who lists the processes. */
const char *url_problem(const char *url);

#endif
