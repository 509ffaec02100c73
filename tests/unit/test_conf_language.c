/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The language below the keywords: comments, quotes, continuation, blocks, files, definitions, repetition. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/conf_memory.h"
#include "tests/unit/unit.h"

#define PROBLEMS 8192

/* The router_id that a file ends up with; the shortest way to see a word. */
static void router_id_is(const char *text, const char *expected, const char *expected_problems)
{
	char problems[PROBLEMS];
	struct conf *conf = memory_load(text, problems, sizeof(problems));

	UNIT_STRING(problems, expected_problems);
	CU_ASSERT_FATAL(conf != NULL);
	UNIT_STRING(conf->global->router_id, expected);
	conf_free(conf);
}

static void comments(void)
{
	router_id_is("! first\nglobal_defs { # second\n router_id a#b\n}\n", "a", "");
	router_id_is("global_defs {\n router_id \"a#b!c\" # d\n}\n", "a#b!c", "");
	router_id_is("global_defs {\n router_id a\\#b\n}\n", "a#b", "");
	router_id_is("\xef\xbb\xbfglobal_defs {\r\n router_id a\r\n}\r\n", "a", "");
}

static void quotes(void)
{
	router_id_is("global_defs {\n router_id \"a b\"\n}\n", "a b", "");
	router_id_is("global_defs {\n router_id ab\"c d\"ef\n}\n", "abc def", "");
	router_id_is("global_defs {\n router_id \"a \\\"b\\\" \\\\c\"\n}\n", "a \"b\" \\c", "");
	router_id_is("global_defs {\n router_id 'a { b'\n}\n", "a { b", "");
	router_id_is("global_defs {\n router_id it's\n}\n", "it's", "");
	MEMORY_PROBLEMS("global_defs {\n router_id \"a\n}\n",
			"t:2:12: error: this quote is never closed: a \" is missing on its line\n");
}

static void braces(void)
{
	router_id_is("global_defs\n{\n router_id a\n}\n", "a", "");
	router_id_is("global_defs{router_id a}", "a", "");
	router_id_is("global_defs { router_id a } global_defs { lvs_flush }", "a", "");
	MEMORY_PROBLEMS("global_defs {\n", "t:1:1: error: the block of \"global_defs\" is never closed: "
					   "a } is missing\n");
	MEMORY_PROBLEMS("}\n", "t:1:1: error: this } closes nothing: either it or an earlier } is one too "
			       "many\n");
	MEMORY_PROBLEMS("{\n router_id a\n}\n",
			"t:1:1: error: this { follows no keyword: what block does it open?\n");
}

static void continued_lines(void)
{
	router_id_is("global_defs {\n router_id \\\n  a\n}\n", "a", "");
	router_id_is("global_defs {\n router_id \\ # why\n  a\n}\n", "a", "");
	MEMORY_PROBLEMS("vrrp_instance \\\n a {\n foo\n}",
			"t:1:1: error: vrrp_instance a has no virtual_router_id: write one of 1 to 255, the "
			"same on all its directors\n"
			"t:1:1: error: vrrp_instance a has no interface: write the one that its "
			"advertisements go through\n"
			"t:1:1: warning: vrrp_instance a has no virtual_ipaddress: a failover moves nothing\n"
			"t:3:2: error: vrrp_instance does not know the keyword \"foo\"\n");
}

static void definitions(void)
{
	router_id_is("$A=x\nglobal_defs {\n router_id $A\n}\n", "x", "");
	router_id_is("$A=x\nglobal_defs {\n router_id ${A}y${A}\n}\n", "xyx", "");
	router_id_is("$A=1${B}\n$B=2\nglobal_defs {\n router_id ${A}\n}\n", "12", "");
	router_id_is("$A=1\n$A=2\nglobal_defs {\n router_id ${A}\n}\n", "2", "");
	router_id_is("$A=\nglobal_defs {\n router_id a${A}\n}\n", "a", "");
	router_id_is("global_defs {\n router_id a${_HASH}${_BANG}${_INSTANCE}${_PWD}\n}\n", "a#!main.", "");
	router_id_is("global_defs {\n router_id ${NO}\n}\n", "${NO}",
		     "t:2:12: warning: $NO is not defined here; it stays as it is written\n");
	router_id_is("global_defs {\n router_id \"$NO \"\n}\n", "$NO ", "");
	router_id_is("$G= \\\nglobal_defs { \\\n  router_id ${N} \\\n}\n$N=a\n$G\n", "a", "");
	MEMORY_PROBLEMS("$A=${A}\nglobal_defs {\n router_id ${A}\n}\n",
			"t:3:12: error: this definition never ends: its value contains itself\n");
	MEMORY_PROBLEMS("$A= \\\n$A \\\n$A\n$A\n",
			"t:2:1: error: definitions or repetitions within each other more than 40 deep\n"
			"t:2:1: error: definitions and repetitions make more than 100000 lines\n"
			"t:3:1: error: definitions or repetitions within each other more than 40 deep\n");
}

/* What stands in a definition of several lines is wrong where it stands; a value is wrong where it is used. */
static void definitions_keep_places(void)
{
	MEMORY_PROBLEMS("$G= \\\nglobal_defs { \\\n  fooo \\\n}\n$G\n",
			"t:3:3: error: global_defs does not know the keyword \"fooo\"\n");
	MEMORY_PROBLEMS("$V=4\nglobal_defs {\n vrrp_version $V\n}\n",
			"t:3:15: error: vrrp_version \"4\" is out of range: it takes a number from 2 to 3\n");
}

static void conditions(void)
{
	router_id_is("global_defs {\n @main router_id a\n @other router_id b\n}\n", "a", "");
	router_id_is("global_defs {\n @^main router_id a\n @^other router_id b\n}\n", "b", "");
	router_id_is("@main $A=a\n@other $A=b\nglobal_defs {\n router_id $A\n}\n", "a", "");
	router_id_is("$C=@main\n$D=@other\nglobal_defs {\n $C router_id a\n $D router_id b\n}\n", "a", "");
}

/* The addresses of the first group of a file. */
static void addresses_are(const char *line, const char *expected)
{
	char text[1024], problems[PROBLEMS], shown[2048] = "";
	struct conf *conf;

	snprintf(text, sizeof(text),
		 "virtual_server_group g {\n%s\n}\nvirtual_server group g {\nlb_algo rr\nlb_kind NAT\n"
		 "protocol TCP\nreal_server 10.9.9.9 80 {\n}\n}\n",
		 line);
	conf = memory_load(text, problems, sizeof(problems));
	UNIT_STRING(problems, "");
	CU_ASSERT_FATAL(conf != NULL);
	for (size_t i = 0; i < conf->service_count; i++) {
		char name[CONF_NAME];

		snprintf(shown + strlen(shown), sizeof(shown) - strlen(shown), "%s ",
			 conf_service_name(&conf->services[i], name));
	}
	UNIT_STRING(shown, expected);
	conf_free(conf);
}

static void repetition(void)
{
	addresses_are("~SEQ(A, 1, 3) 10.0.0.${A} 80", "10.0.0.1:80 10.0.0.2:80 10.0.0.3:80 ");
	addresses_are("~SEQ(A, 2) 10.0.0.${A} 80", "10.0.0.1:80 10.0.0.2:80 ");
	addresses_are("~SEQ(A, 10, -4, 1) 10.0.0.${A} 80", "10.0.0.10:80 10.0.0.6:80 10.0.0.2:80 ");
	addresses_are("~SEQ(A,1,2) ~SEQ(B,3,4) 10.0.${A}.${B} 80",
		      "10.0.1.3:80 10.0.1.4:80 10.0.2.3:80 10.0.2.4:80 ");
	addresses_are("~LST(A, 7, 9) 10.0.0.${A} 80", "10.0.0.7:80 10.0.0.9:80 ");
	addresses_are("~LST({A, B}, {1, 2}, {3, 4}) 10.0.${A}.${B} 80", "10.0.1.2:80 10.0.3.4:80 ");
}

static void repetition_in_hexadecimal(void)
{
	char problems[PROBLEMS];
	struct conf *conf = memory_load("$L=\n~SEQx(A, 0x9, 0x10, 0x2a) $L=${L}_${A}\n"
					"global_defs {\n router_id x${L}\n}\n",
					problems, sizeof(problems));

	/* The values are put in where $L is used, by when A is the last. */
	CU_ASSERT(conf == NULL);
	CU_ASSERT(strstr(problems, "contains itself") != NULL);
	router_id_is("~SEQx(A, 0x1a, 0x1a) $L=${A}\nglobal_defs {\n router_id x${L}\n}\n", "x1a", "");
}

static void bad_repetition(void)
{
	static const char sequence[] =
		"t:1:1: error: this sequence should read ~SEQ(NAME, START, STEP, END) TEXT\n";
	static const char list[] = "t:1:1: error: this list should read ~LST(NAME, VALUE, ...) TEXT\n";

	MEMORY_PROBLEMS("~SEQ(A, 1, 0, 3) x\n", sequence);
	MEMORY_PROBLEMS("~SEQ(A) x\n", sequence);
	MEMORY_PROBLEMS("~SEQ(A, 1, 2\n", sequence);
	MEMORY_PROBLEMS("~SEQ(, 1, 2) x\n", sequence);
	MEMORY_PROBLEMS("~SEQ(A, 1, x) x\n", sequence);
	MEMORY_PROBLEMS("~LST(A) x\n", list);
	MEMORY_PROBLEMS("~LST({A, B}, {1}) x\n", list);
	MEMORY_PROBLEMS("~SEQ(A, 1, 999999999) \n",
			"t:1:6: error: definitions and repetitions make more than 100000 lines\n");
}

/* --- files -------------------------------------------------------------------------------------- */

static void files_say(const struct memory_file *files, size_t count, const char *router_id,
		      const char *expected)
{
	char problems[PROBLEMS];
	struct conf *conf = memory_load_files(files, count, problems, sizeof(problems));

	UNIT_STRING(problems, expected);
	CU_ASSERT((conf != NULL) == (router_id != NULL));
	if (conf && router_id)
		UNIT_STRING(conf->global->router_id, router_id);
	conf_free(conf);
}

static void includes(void)
{
	static const struct memory_file plain[] = {{"d/t", "include e/u\n"},
						   {"d/e/u", "global_defs {\n include v\n}\n"},
						   {"d/e/v", "router_id x\n"}};
	static const struct memory_file pattern[] = {{"t", "include \"c/*.conf\"\ninclude d/*.conf\n"},
						     {"c/1.conf", "global_defs { router_id x }\n"},
						     {"c/2.conf", "global_defs { lvs_flush }\n"}};
	static const struct memory_file strict[] = {{"t", "includea d/*.conf\n"}};
	static const struct memory_file absent[] = {{"t", "\n  include u # why\n"}};

	files_say(plain, 3, "x", "");
	files_say(pattern, 3, "x", "");
	files_say(strict, 1, NULL, "t:1:1: error: no file matches d/*.conf\n");
	files_say(absent, 1, NULL, "t:2:3: error: cannot include u: No such file or directory\n");
}

static void cyclic_includes(void)
{
	static const struct memory_file self[] = {{"t", "include t\n"}};
	static const struct memory_file other[] = {{"t", "include u\n"}, {"u", "\ninclude t\n"}};

	files_say(self, 1, NULL, "t:1:1: error: t includes itself: it is being read already\n");
	files_say(other, 2, NULL, "u:2:1: error: t includes itself: it is being read already\n");
}

/* Problems come in the order in which the files are read, whatever their names. */
static void problems_of_several_files(void)
{
	static const struct memory_file files[] = {{"z", "include a\nfoo\n"}, {"a", "bar\nbaz\n"}};

	files_say(files, 2, NULL,
		  "z:2:1: error: the top of the file does not know the keyword \"foo\"\n"
		  "a:1:1: error: the top of the file does not know the keyword \"bar\"\n"
		  "a:2:1: error: the top of the file does not know the keyword \"baz\"\n");
}

static void unreadable_files(void)
{
	struct conf_diagnostics diagnostics;

	CU_ASSERT(conf_load("/nonexistent/lbd.conf", NULL, &diagnostics) == NULL);
	UNIT_NUMBER(diagnostics.count, 1);
	UNIT_NUMBER(diagnostics.list[0].line, 0);
	UNIT_STRING(diagnostics.list[0].text, "cannot be read: No such file or directory");
	conf_diagnostics_free(&diagnostics);
	CU_ASSERT(conf_load("/", NULL, &diagnostics) == NULL);
	UNIT_STRING(diagnostics.list[0].text, "cannot be read: Is a directory");
	conf_diagnostics_free(&diagnostics);
	CU_ASSERT(conf_load("/dev/null", NULL, &diagnostics) == NULL);
	UNIT_STRING(diagnostics.list[0].text, "cannot be read: it is not a regular file");
	conf_diagnostics_free(&diagnostics);
}

static const struct unit_test tests[] = {
	UNIT_TEST(comments),
	UNIT_TEST(quotes),
	UNIT_TEST(braces),
	UNIT_TEST(continued_lines),
	UNIT_TEST(definitions),
	UNIT_TEST(definitions_keep_places),
	UNIT_TEST(conditions),
	UNIT_TEST(repetition),
	UNIT_TEST(repetition_in_hexadecimal),
	UNIT_TEST(bad_repetition),
	UNIT_TEST(includes),
	UNIT_TEST(cyclic_includes),
	UNIT_TEST(problems_of_several_files),
	UNIT_TEST(unreadable_files),
};

int main(void)
{
	return unit_main("conf language", tests, UNIT_COUNT(tests));
}
