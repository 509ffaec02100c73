/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No guard: takes the row language back. */
#undef BLOCK
#undef SUB
#undef SETTING
#undef ALIAS
#undef LATER
#undef REFUSED
#undef END
