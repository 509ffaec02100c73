/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A page of pictures: static, without scripts, for any web server. */
#include <stdio.h>
#include <string.h>

#include "exporters/graph/graph.h"

#define SUFFIX ".rrd"
/* Seconds after which a browser looks for newer pictures. */
#define REFRESH 300

static const char head[] =
	"<!DOCTYPE html>\n"
	"<html lang=\"en\">\n"
	"<head>\n"
	"<meta charset=\"utf-8\">\n"
	"<meta name=\"viewport\" content=\"width=device-width\">\n"
	"<meta http-equiv=\"refresh\" content=\"%d\">\n"
	"<title>lbd</title>\n"
	"<style>\n"
	"body { font-family: sans-serif; margin: 1em 2em; }\n"
	"h2 { border-top: 1px solid #999; padding-top: .5em; }\n"
	"nav ul { columns: 20em; padding-left: 1.2em; }\n"
	"img { max-width: 100%%; margin: 0 .5em .5em 0; border: 1px solid #ccc; }\n"
	"</style>\n"
	"</head>\n"
	"<body>\n"
	"<h1>lbd</h1>\n"
	"<p>";

static void add_escaped(struct buffer *buffer, const char *text)
{
	for (; *text != '\0'; text++)
		switch (*text) {
		case '&':
			buffer_text(buffer, "&amp;");
			break;
		case '<':
			buffer_text(buffer, "&lt;");
			break;
		case '>':
			buffer_text(buffer, "&gt;");
			break;
		case '"':
			buffer_text(buffer, "&quot;");
			break;
		default:
			buffer_add(buffer, text, 1);
		}
}

/* As part of an address: a % of a file's name is no escape, a + no blank. */
static void add_address(struct buffer *buffer, const char *text, size_t length)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._/";

	for (size_t i = 0; i < length; i++)
		if (strchr(plain, text[i]) && text[i] != '\0')
			buffer_add(buffer, text + i, 1);
		else
			buffer_format(buffer, "%%%02X", (unsigned char)text[i]);
}

static void add_title(struct buffer *buffer, const struct graph_picture *picture)
{
	struct buffer title = {0};

	graph_title(picture->object, picture->graph, &title);
	buffer_add(&title, "", 1);
	add_escaped(buffer, title.bytes);
	buffer_free(&title);
}

void graph_page_path(const struct graph_picture *picture, struct buffer *path)
{
	size_t length = strlen(picture->object->path) - strlen(SUFFIX);

	buffer_format(path, "%.*s.%s.png", (int)length, picture->object->path,
		      picture->graph->name);
}

static void begin_family(struct graph_page *page, const struct graph_object *object)
{
	const struct stat_family *family = &stat_families[object->family];

	if (page->object && page->family == object->family)
		return;
	if (page->object)
		buffer_text(&page->contents, "</ul>\n");
	page->family = object->family;
	buffer_format(&page->contents, "<h3>%s</h3>\n<ul>\n", family->help);
	buffer_format(&page->body, "<h2>%s</h2>\n", family->help);
}

static void begin_object(struct graph_page *page, const struct graph_object *object)
{
	if (page->object == object)
		return;
	begin_family(page, object);
	page->object = object;
	buffer_text(&page->contents, "<li><a href=\"#");
	add_address(&page->contents, object->path, strlen(object->path));
	buffer_text(&page->contents, "\">");
	add_escaped(&page->contents, object->name);
	buffer_text(&page->contents, "</a></li>\n");
	buffer_text(&page->body, "<h3 id=\"");
	add_escaped(&page->body, object->path);
	buffer_text(&page->body, "\">");
	add_escaped(&page->body, object->name);
	buffer_text(&page->body, "</h3>\n");
}

void graph_page_add(struct graph_page *page, const struct graph_picture *picture)
{
	struct buffer path = {0};

	begin_object(page, picture->object);
	graph_page_path(picture, &path);
	buffer_text(&page->body, "<img loading=\"lazy\" src=\"");
	add_address(&page->body, path.bytes, path.length);
	buffer_text(&page->body, "\" alt=\"");
	add_title(&page->body, picture);
	buffer_text(&page->body, "\">\n");
	buffer_free(&path);
}

void graph_page_end(struct graph_page *page, const char *about, struct buffer *html)
{
	buffer_format(html, head, REFRESH);
	add_escaped(html, about);
	buffer_text(html, "</p>\n<nav>\n");
	buffer_add(html, page->contents.bytes, page->contents.length);
	buffer_text(html, page->object ? "</ul>\n</nav>\n" : "</nav>\n<p>There is no file yet.</p>\n");
	buffer_add(html, page->body.bytes, page->body.length);
	buffer_text(html, "</body>\n</html>\n");
	buffer_free(&page->contents);
	buffer_free(&page->body);
	*page = (struct graph_page){.object = NULL};
}
