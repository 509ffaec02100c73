/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Walks keyword.def with the macros that its includer defines, the others empty, and undefines all. No guard: that is
 * its purpose. */
#ifndef BLOCK
#define BLOCK(block, flags)
#endif
#ifndef SUB
#define SUB(block, child, name, least, most, arguments, help)
#endif
#ifndef SETTING
#define SETTING(block, member, name, type, minimum, maximum, fallback, arguments, help)
#endif
#ifndef ALIAS
#define ALIAS(block, name, of)
#endif
#ifndef LATER
#define LATER(block, name, note)
#endif
#ifndef REFUSED
#define REFUSED(block, name, why)
#endif
#ifndef END
#define END(block)
#endif
#include "conf/keyword.def"
#undef BLOCK
#undef SUB
#undef SETTING
#undef ALIAS
#undef LATER
#undef REFUSED
#undef END
