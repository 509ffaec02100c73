/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Generations of answers. */
#include "exporters/snmp/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

struct view_row {
	size_t at; /* of its index in the view's sub-identifiers */
	uint32_t count;
	uint32_t order; /* in which it was added */
	const void *row;
};

/* The sub-identifiers of all indexes, one after the other. */
struct identifiers {
	uint32_t *ids;
	size_t count, room;
};

/* Rows that were made for this view. */
struct allocations {
	void **list;
	size_t count, room;
};

struct view_table {
	const struct table *table;
	struct identifiers *identifiers;
	struct allocations *allocations;
	struct view_row *rows;
	size_t count, room;
	size_t last; /* the row that was found last: who walks asks for what comes after it */
};

struct view_subtree {
	struct view_table *tables;
	size_t count;
};

struct view {
	struct moment moment;
	struct published *published;
	struct identifiers identifiers;
	struct allocations allocations;
	struct view_subtree *subtrees;
	size_t subtree_count;
};

void view_add(struct view_table *rows, const struct object_id *index, const void *row)
{
	struct identifiers *identifiers = rows->identifiers;

	if (rows->count == rows->room) {
		rows->room = rows->room ? rows->room * 2 : 16;
		rows->rows = memory_resize(rows->rows, rows->room, sizeof(*rows->rows));
	}
	if (identifiers->room - identifiers->count < OBJECT_ID_MOST) {
		identifiers->room = identifiers->room * 2 + OBJECT_ID_MOST;
		identifiers->ids = memory_resize(identifiers->ids, identifiers->room,
						 sizeof(*identifiers->ids));
	}
	rows->rows[rows->count] = (struct view_row){.at = identifiers->count,
						    .count = (uint32_t)index->count,
						    .order = (uint32_t)rows->count,
						    .row = row};
	rows->count++;
	memcpy(identifiers->ids + identifiers->count, index->ids,
	       index->count * sizeof(*index->ids));
	identifiers->count += index->count;
}

void *view_allocate(struct view_table *rows, size_t size)
{
	struct allocations *allocations = rows->allocations;
	void *memory = memory_new(size);

	if (allocations->count == allocations->room) {
		allocations->room = allocations->room * 2 + 16;
		allocations->list = memory_resize(allocations->list, allocations->room,
						  sizeof(*allocations->list));
	}
	allocations->list[allocations->count++] = memory;
	return memory;
}

static int compare_rows(const struct view_row *a, const struct view_row *b, const uint32_t *ids)
{
	return object_id_compare(ids + a->at, a->count, ids + b->at, b->count);
}

static int order_rows(const void *left, const void *right, void *argument)
{
	const struct view_row *a = left, *b = right;
	int order = compare_rows(a, b, argument);

	return order ? order : a->order < b->order ? -1 : 1;
}

static void sort_rows(struct view_table *table)
{
	uint32_t *ids = table->identifiers->ids;
	size_t kept = 0;

	if (table->count < 2)
		return;
	qsort_r(table->rows, table->count, sizeof(*table->rows), order_rows, ids);
	for (size_t i = 1; i < table->count; i++)
		if (compare_rows(&table->rows[kept], &table->rows[i], ids) != 0)
			table->rows[++kept] = table->rows[i];
	table->count = kept + 1;
}

static void fill_subtree(struct view *view, struct view_subtree *into,
			 const struct subtree *subtree)
{
	into->count = subtree->table_count;
	into->tables = memory_array(into->count, sizeof(*into->tables));
	for (size_t i = 0; i < into->count; i++) {
		struct view_table *table = &into->tables[i];

		table->table = subtree->tables[i];
		table->identifiers = &view->identifiers;
		table->allocations = &view->allocations;
		table->table->fill(table->table, &view->moment, table);
	}
	/* Not before: the sub-identifiers move while they grow. */
	for (size_t i = 0; i < into->count; i++)
		sort_rows(&into->tables[i]);
}

struct view *view_new(const struct subtree *subtrees, size_t count, struct snapshot *snapshot,
		      const struct history *history, struct circumstances circumstances)
{
	struct view *view = memory_new(sizeof(*view));

	view->moment.wall = circumstances.wall;
	view->moment.uptime = circumstances.uptime;
	view->moment.notifications = circumstances.notifications;
	view->moment.links = circumstances.links;
	view->published = circumstances.published;
	view->moment.conf = view->published ? view->published->conf : NULL;
	links_settle(&view->moment.links, view->moment.conf);
	view->moment.snapshot = *snapshot;
	*snapshot = (struct snapshot){0};
	view->moment.mib_base = &subtrees[0].base;
	view->moment.subtrees = subtrees;
	view->moment.subtree_count = count;
	history_copy(&view->moment.history, history);
	routers_make(&view->moment.routers, &view->moment.snapshot, view->moment.conf,
		     &view->moment.links);
	summary_take(&view->moment.summary, &view->moment.snapshot);
	view->subtrees = memory_array(count, sizeof(*view->subtrees));
	view->subtree_count = count;
	for (size_t i = 0; i < count; i++)
		fill_subtree(view, &view->subtrees[i], &subtrees[i]);
	return view;
}

void view_free(struct view *view)
{
	if (!view)
		return;
	for (size_t i = 0; i < view->subtree_count; i++) {
		for (size_t j = 0; j < view->subtrees[i].count; j++)
			free(view->subtrees[i].tables[j].rows);
		free(view->subtrees[i].tables);
	}
	free(view->subtrees);
	free(view->identifiers.ids);
	for (size_t i = 0; i < view->allocations.count; i++)
		free(view->allocations.list[i]);
	free(view->allocations.list);
	history_free(&view->moment.history);
	routers_free(&view->moment.routers);
	links_free(&view->moment.links);
	snapshot_free(&view->moment.snapshot);
	published_release(view->published);
	free(view);
}

const struct moment *view_moment(const struct view *view)
{
	return &view->moment;
}

size_t view_rows(const struct view *view)
{
	size_t rows = 0;

	for (size_t i = 0; i < view->subtree_count; i++)
		for (size_t j = 0; j < view->subtrees[i].count; j++)
			rows += view->subtrees[i].tables[j].count;
	return rows;
}

/* --- looking up --------------------------------------------------------------------------------- */

/* The first column whose id is not below `id`; column_count: none. */
static size_t find_column(const struct table *table, uint32_t id)
{
	size_t low = 0, high = table->column_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (table->columns[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The first row whose index is not before `ids`; or with `after`, whose index comes after it. */
static size_t find_row(const struct view_table *table, const uint32_t *ids, size_t count,
		       bool after)
{
	size_t low = 0, high = table->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct view_row *row = &table->rows[middle];
		int order = object_id_compare(table->identifiers->ids + row->at, row->count, ids,
					      count);

		if (order < 0 || (after && order == 0))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool read_value(const struct view *view, const struct view_table *table, size_t column,
		       size_t row, struct value *value)
{
	return table->table->read(&table->table->columns[column], table->rows[row].row,
				  &view->moment, value);
}

static bool begins_with(const struct table *table, const uint32_t *ids, size_t count)
{
	return count >= table->arc_count &&
	       memcmp(ids, table->arcs, table->arc_count * sizeof(*ids)) == 0;
}

/* Exactly this column and row. */
static enum view_found find_cell(const struct view_table *table, const uint32_t *ids, size_t count,
				 size_t *column, size_t *row)
{
	if (count == 0)
		return VIEW_NO_OBJECT;
	*column = find_column(table->table, ids[0]);
	if (*column == table->table->column_count || table->table->columns[*column].id != ids[0])
		return VIEW_NO_OBJECT;
	*row = find_row(table, ids + 1, count - 1, false);
	if (*row == table->count ||
	    object_id_compare(table->identifiers->ids + table->rows[*row].at,
			      table->rows[*row].count, ids + 1, count - 1) != 0)
		return VIEW_NO_INSTANCE;
	return VIEW_FOUND;
}

static enum view_found get_in(const struct view *view, const struct view_table *table,
			      const uint32_t *ids, size_t count, struct value *value)
{
	size_t column, row;
	enum view_found found = find_cell(table, ids, count, &column, &row);

	if (found == VIEW_FOUND && !read_value(view, table, column, row, value))
		return VIEW_NO_INSTANCE;
	return found;
}

enum view_found view_get(const struct view *view, size_t which, const uint32_t *ids, size_t count,
			 struct value *value)
{
	const struct view_subtree *subtree = &view->subtrees[which];
	enum view_found found = VIEW_NO_OBJECT;

	for (size_t i = 0; i < subtree->count && found == VIEW_NO_OBJECT; i++) {
		const struct table *table = subtree->tables[i].table;

		if (begins_with(table, ids, count))
			found = get_in(view, &subtree->tables[i], ids + table->arc_count,
				       count - table->arc_count, value);
	}
	return found;
}

static enum view_found change_in(const struct view *view, const struct view_table *table,
				 const uint32_t *ids, size_t count, int64_t value,
				 struct change *change, enum change_check *check)
{
	size_t column, row;
	enum view_found found = find_cell(table, ids, count, &column, &row);

	if (found == VIEW_NO_OBJECT || !table->table->change ||
	    !table->table->columns[column].writable)
		return VIEW_NO_OBJECT;
	if (found == VIEW_FOUND)
		*check = table->table->change(&table->table->columns[column], table->rows[row].row,
					      &view->moment, value, change);
	return found;
}

enum view_found view_change(const struct view *view, size_t which, const uint32_t *ids, size_t count,
			    int64_t value, struct change *change, enum change_check *check)
{
	const struct view_subtree *subtree = &view->subtrees[which];
	enum view_found found = VIEW_NO_OBJECT;

	for (size_t i = 0; i < subtree->count && found == VIEW_NO_OBJECT; i++) {
		const struct table *table = subtree->tables[i].table;

		if (begins_with(table, ids, count))
			found = change_in(view, &subtree->tables[i], ids + table->arc_count,
					  count - table->arc_count, value, change, check);
	}
	return found;
}

/* The first value of the table from that column and row on. */
static bool next_from(const struct view *view, struct view_table *table, size_t column,
		      size_t row, struct object_id *found, struct value *value)
{
	for (; column < table->table->column_count; column++, row = 0)
		for (; row < table->count; row++) {
			const struct view_row *at = &table->rows[row];

			if (!read_value(view, table, column, row, value))
				continue;
			table->last = row;
			found->count = 0;
			if (object_id_add_all(found, table->table->arcs, table->table->arc_count) &&
			    object_id_add(found, table->table->columns[column].id) &&
			    object_id_add_all(found, table->identifiers->ids + at->at, at->count))
				return true;
		}
	return false;
}

/* The first row whose index comes after `ids`. */
static size_t find_row_after(const struct view_table *table, const uint32_t *ids, size_t count)
{
	const struct view_row *last = table->last < table->count ? &table->rows[table->last] : NULL;

	if (last && last->count == count &&
	    memcmp(table->identifiers->ids + last->at, ids, count * sizeof(*ids)) == 0)
		return table->last + 1;
	return find_row(table, ids, count, true);
}

/* The same from what stands after the table's arcs. */
static bool next_in(const struct view *view, struct view_table *table, const uint32_t *ids,
		    size_t count, struct object_id *found, struct value *value)
{
	size_t column = 0, row = 0;

	if (count > 0) {
		column = find_column(table->table, ids[0]);
		if (column < table->table->column_count &&
		    table->table->columns[column].id == ids[0])
			row = find_row_after(table, ids + 1, count - 1);
	}
	return next_from(view, table, column, row, found, value);
}

bool view_next(const struct view *view, size_t which, const uint32_t *ids, size_t count,
	       struct object_id *found, struct value *value)
{
	const struct view_subtree *subtree = &view->subtrees[which];

	for (size_t i = 0; i < subtree->count; i++) {
		struct view_table *at = &subtree->tables[i];
		const struct table *table = at->table;
		bool inside = begins_with(table, ids, count);

		if (!inside && object_id_compare(table->arcs, table->arc_count, ids, count) < 0)
			continue;
		if (next_in(view, at, inside ? ids + table->arc_count : NULL,
			    inside ? count - table->arc_count : 0, found, value))
			return true;
	}
	return false;
}
