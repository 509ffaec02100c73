/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a child may no longer ask of the kernel, whoever has taken it over: to start programs, to look into
 * other processes, to change mounts, namespaces or modules. A list of what is forbidden and not of what
 * is allowed: no child needs any of it, and no library update can make one need it.
 */
#ifndef LBD_PROCESS_SANDBOX_H
#define LBD_PROCESS_SANDBOX_H

/* From now on these calls fail with EPERM. A kernel without seccomp filters is said once, at debug level;
 * everything else of privilege_drop() holds without them. 0, or -1 after logging. */
int sandbox_enter(void);

#endif
