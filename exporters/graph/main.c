/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lbd-graph: one picture, a list of what could be drawn, or a directory of pictures with a page. */
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "config.h"
#include "exporters/graph/draw.h"
#include "exporters/graph/find.h"
#include "exporters/graph/options.h"
#include "exporters/rrd/cached.h"

struct session {
	struct graph_options options;
	struct graph_objects objects;
	struct graph_events events;
	struct graph_window window;
	struct cached *cached; /* NULL: none, or it does not answer */
	char watermark[256];
};

static int complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

static int complain(const char *format, ...)
{
	va_list arguments;

	fputs("lbd-graph: ", stderr);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return GRAPH_EXIT_REFUSED;
}

static const char *text_of(struct buffer *buffer)
{
	buffer_add(buffer, "", 1);
	return buffer->bytes;
}

/* --- files that are written ---------------------------------------------------------------------- */

static bool write_all(int fd, const struct buffer *buffer)
{
	size_t done = 0;

	while (done < buffer->length) {
		ssize_t written = write(fd, buffer->bytes + done, buffer->length - done);

		if (written < 0 && errno != EINTR)
			return false;
		done += written > 0 ? (size_t)written : 0;
	}
	return true;
}

/* At one go: whoever looks at the old picture meanwhile, a web server for one, sees a whole one. A
 * link that somebody has laid in the way is not followed. */
static int replace_file(const char *path, const struct buffer *buffer)
{
	struct buffer new = {0};
	int fd, error = 0;

	buffer_format(&new, "%s.new", path);
	unlink(text_of(&new));
	fd = open(new.bytes, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	if (fd < 0 || !write_all(fd, buffer))
		error = errno;
	if (fd >= 0 && close(fd) != 0 && !error)
		error = errno;
	if (!error && rename(new.bytes, path) != 0)
		error = errno;
	if (error && fd >= 0)
		unlink(new.bytes);
	buffer_free(&new);
	return error ? complain("cannot write %s: %s", path, strerror(error)) : GRAPH_EXIT_DONE;
}

static int make_directory(const char *path)
{
	if (mkdir(path, 0777) == 0 || errno == EEXIST)
		return GRAPH_EXIT_DONE;
	return complain("cannot make the directory %s: %s", path, strerror(errno));
}

/* --- one picture --------------------------------------------------------------------------------- */

/* The picture of a graph of an object; `marks` and `sources` belong to it. */
static struct graph_picture picture_of(const struct session *session,
				       const struct graph_object *object, const struct graph *graph,
				       const struct graph_sources *sources,
				       struct graph_marks *marks)
{
	graph_marks_choose(marks, &session->events, object, &session->window);
	return (struct graph_picture){.directory = session->options.directory,
				      .object = object,
				      .graph = graph,
				      .sources = sources,
				      .window = session->window,
				      .marks = marks,
				      .width = session->options.width,
				      .height = session->options.height,
				      .format = "PNG"};
}

/* What rrdcached holds back is not in the file yet. It is asked once in vain, not for each file. */
static void flush(struct session *session, const char *path)
{
	if (!session->cached || cached_flush(session->cached, path) == 0)
		return;
	complain("%s: the newest values are missing", cached_error(session->cached));
	cached_free(session->cached);
	session->cached = NULL;
}

/* Looks at the file behind a picture. `as_it_is`: what is to be drawn is drawn now. */
static int look(struct session *session, const struct graph_object *object, bool as_it_is,
		struct graph_sources *sources)
{
	struct buffer path = {0}, problem = {0};
	int status = GRAPH_EXIT_DONE;

	buffer_format(&path, "%s/%s", session->options.directory, object->path);
	if (as_it_is)
		flush(session, text_of(&path));
	if (draw_look(text_of(&path), object->family, &session->window, as_it_is, sources,
		      &problem) != 0)
		status = complain("cannot read %s: %s", path.bytes, text_of(&problem));
	buffer_free(&path);
	buffer_free(&problem);
	return status;
}

static int draw(const struct graph_picture *picture, struct buffer *image)
{
	struct graph_words words = {0};
	struct buffer problem = {0};
	int status = GRAPH_EXIT_DONE;

	graph_arguments(picture, &words);
	if (draw_picture(&words, image, &problem) != 0)
		status = complain("cannot draw %s of %s: %s", picture->graph->name,
				  picture->object->name, text_of(&problem));
	graph_words_free(&words);
	buffer_free(&problem);
	return status;
}

static bool is_svg(const char *path)
{
	size_t length = path ? strlen(path) : 0;

	return length > 4 && strcmp(path + length - 4, ".svg") == 0;
}

/* "192.0.2.1_80-connections.png" */
static void name_file(const struct graph_object *object, const struct graph *graph,
		      struct buffer *name)
{
	for (const char *at = object->name; *at != '\0'; at++)
		buffer_add(name, strchr("/: \t\\'\"*?", *at) ? "_" : at, 1);
	buffer_format(name, "-%s.png", graph->name);
}

static int deliver(const struct session *session, const struct graph_picture *picture,
		   const struct buffer *image)
{
	const char *output = session->options.output;
	struct buffer name = {0};
	int status;

	if (output ? strcmp(output, "-") == 0 : !isatty(STDOUT_FILENO))
		return write_all(STDOUT_FILENO, image)
			       ? GRAPH_EXIT_DONE
			       : complain("cannot write: %s", strerror(errno));
	if (output)
		return replace_file(output, image);
	name_file(picture->object, picture->graph, &name);
	status = replace_file(text_of(&name), image);
	if (status == GRAPH_EXIT_DONE)
		printf("%s: %s\n", name.bytes, picture->graph->title);
	buffer_free(&name);
	return status;
}

static bool choose_graph(const struct graph_object *object, const char *name, struct graph *graph)
{
	struct buffer names = {0};
	struct graph other;

	if (name ? graph_named(object->family, name, graph) : graph_of(object->family, 0, graph))
		return true;
	for (size_t i = 0; graph_of(object->family, i, &other); i++)
		buffer_format(&names, "%s%s", i ? ", " : "", other.name);
	if (names.length > 0)
		complain("there is no graph `%s` of %s, but %s", name, object->name,
			 text_of(&names));
	else
		complain("there are no graphs of %s", object->name);
	buffer_free(&names);
	return false;
}

static int draw_one(struct session *session, const struct graph_object *object)
{
	const struct graph_options *options = &session->options;
	struct graph_picture picture;
	struct graph_sources sources;
	struct graph_marks marks;
	struct buffer text = {0};
	struct graph graph;
	int status;

	if (!choose_graph(object, options->graph, &graph) ||
	    look(session, object, !options->print_arguments, &sources) != GRAPH_EXIT_DONE)
		return GRAPH_EXIT_REFUSED;
	picture = picture_of(session, object, &graph, &sources, &marks);
	if (is_svg(options->output))
		picture.format = "SVG";
	if (options->print_arguments) {
		struct buffer name = {0};

		name_file(object, &graph, &name);
		graph_list_command(&picture, options->output ? options->output : text_of(&name),
				   &text);
		buffer_free(&name);
		status = write_all(STDOUT_FILENO, &text) ? GRAPH_EXIT_DONE : GRAPH_EXIT_REFUSED;
	} else {
		picture.watermark = session->watermark;
		status = draw(&picture, &text);
		if (status == GRAPH_EXIT_DONE)
			status = deliver(session, &picture, &text);
	}
	buffer_free(&text);
	return status;
}

/* --- many ---------------------------------------------------------------------------------------- */

/* Of one object, if one was named, else of all: the graphs that were asked for. The file is looked
 * at once for all its graphs. */
static int each_picture(struct session *session, const struct graph_object *only, bool as_it_is,
			int (*take)(struct session *session, const struct graph_picture *picture,
				    void *argument),
			void *argument)
{
	int status = GRAPH_EXIT_DONE;

	for (size_t i = 0; i < session->objects.count; i++) {
		const struct graph_object *object = &session->objects.list[i];
		const char *name = session->options.graph;
		struct graph_sources sources;
		struct graph_marks marks;
		struct graph graph;

		if (only && object != only)
			continue;
		if (look(session, object, as_it_is, &sources) != GRAPH_EXIT_DONE) {
			status = GRAPH_EXIT_REFUSED;
			continue;
		}
		for (size_t j = 0; graph_of(object->family, j, &graph); j++) {
			struct graph_picture picture =
				picture_of(session, object, &graph, &sources, &marks);

			if ((!name || strcmp(name, graph.name) == 0) &&
			    take(session, &picture, argument) != GRAPH_EXIT_DONE)
				status = GRAPH_EXIT_REFUSED;
		}
	}
	return status;
}

static int list_one(struct session *session, const struct graph_picture *picture, void *argument)
{
	struct buffer line = {0};
	bool written;

	(void)argument;
	if (session->options.json)
		graph_list_json(picture, &line);
	else
		graph_list_line(picture, &line);
	written = write_all(STDOUT_FILENO, &line);
	buffer_free(&line);
	return written ? GRAPH_EXIT_DONE : GRAPH_EXIT_REFUSED;
}

static int make_directories(char *path, size_t root)
{
	for (char *slash = strchr(path + root + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		int status;

		*slash = '\0';
		status = make_directory(path);
		*slash = '/';
		if (status != GRAPH_EXIT_DONE)
			return status;
	}
	return GRAPH_EXIT_DONE;
}

static int draw_for_page(struct session *session, const struct graph_picture *picture,
			 void *argument)
{
	struct graph_picture signed_picture = *picture;
	struct buffer image = {0}, path = {0};
	struct graph_page *page = argument;
	int status;

	signed_picture.watermark = session->watermark;
	status = draw(&signed_picture, &image);
	buffer_format(&path, "%s/", session->options.html);
	graph_page_path(picture, &path);
	text_of(&path);
	if (status == GRAPH_EXIT_DONE)
		status = make_directories(path.bytes, strlen(session->options.html));
	if (status == GRAPH_EXIT_DONE)
		status = replace_file(path.bytes, &image);
	if (status == GRAPH_EXIT_DONE)
		graph_page_add(page, picture);
	buffer_free(&image);
	buffer_free(&path);
	return status;
}

static int draw_page(struct session *session, const struct graph_object *only)
{
	struct graph_page page = {.object = NULL};
	struct buffer html = {0}, path = {0};
	int status = make_directory(session->options.html), written;

	if (status != GRAPH_EXIT_DONE)
		return status;
	status = each_picture(session, only, true, draw_for_page, &page);
	graph_page_end(&page, session->watermark, &html);
	buffer_format(&path, "%s/index.html", session->options.html);
	written = replace_file(text_of(&path), &html);
	if (written == GRAPH_EXIT_DONE && isatty(STDOUT_FILENO))
		puts(path.bytes);
	buffer_free(&html);
	buffer_free(&path);
	return written == GRAPH_EXIT_DONE ? status : written;
}

/* --- the beginning ------------------------------------------------------------------------------- */

static void write_watermark(struct session *session, time_t now)
{
	struct tm local;
	char time[64] = "", host[128] = "this host";

	gethostname(host, sizeof(host) - 1);
	if (localtime_r(&now, &local))
		strftime(time, sizeof(time), "%Y-%m-%d %H:%M:%S %Z", &local);
	snprintf(session->watermark, sizeof(session->watermark), "lbd %s on %s, drawn %s",
		 PACKAGE_VERSION, host, time);
}

static int prepare(struct session *session)
{
	const struct graph_options *options = &session->options;
	struct buffer problem = {0}, segments = {0};
	int status = GRAPH_EXIT_DONE, error;

	if (draw_window(options->since, options->until, time(NULL), &session->window, &problem) != 0) {
		complain("%s", text_of(&problem));
		status = GRAPH_EXIT_USAGE;
	}
	buffer_free(&problem);
	if (status != GRAPH_EXIT_DONE)
		return status;
	buffer_format(&segments, "%s/stat", options->run_dir);
	error = find_objects(options->directory, text_of(&segments), &session->objects);
	buffer_free(&segments);
	if (error)
		return complain("cannot read %s: %s", options->directory, strerror(-error));
	error = options->events ? find_events(options->events, &session->events) : 0;
	if (error)
		complain("cannot read %s: %s; the picture has no lines of events", options->events,
			 strerror(-error));
	else if (session->events.unreadable > 0)
		complain("%zu lines of %s are no events", session->events.unreadable,
			 options->events);
	if (options->rrdcached)
		session->cached = cached_new(options->rrdcached);
	write_watermark(session, time(NULL));
	return GRAPH_EXIT_DONE;
}

static int work(struct session *session)
{
	const struct graph_object *object = NULL;
	struct buffer problem = {0};

	if (session->options.object)
		object = graph_objects_find(&session->objects, session->options.object, &problem);
	if (session->options.object && !object) {
		complain("%s", text_of(&problem));
		buffer_free(&problem);
		return GRAPH_EXIT_REFUSED;
	}
	if (session->options.list)
		return each_picture(session, object, false, list_one, NULL);
	if (session->options.html)
		return draw_page(session, object);
	return draw_one(session, object);
}

int main(int count, char **values)
{
	struct session session = {.cached = NULL};
	int status;

	setlocale(LC_CTYPE, "");
	status = graph_options_read(count, values, &session.options);
	if (status)
		return status - 1;
	status = prepare(&session);
	if (status == GRAPH_EXIT_DONE)
		status = work(&session);
	cached_free(session.cached);
	graph_events_free(&session.events);
	graph_objects_free(&session.objects);
	return status;
}
