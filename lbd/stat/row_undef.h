/* SPDX-License-Identifier: GPL-2.0-or-later */
/* No guard: takes the row language back. */
#undef LABEL
#undef INFO
#undef COUNTER
#undef COUNTERS
#undef GAUGE
#undef STATE
#undef HISTOGRAM
#undef RAW
