/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reading web-config.yml, and who may ask. */
#include "exporters/prometheus/web_config.h"

#include <string.h>

#include "base/clock.h"
#include "exporters/prometheus/auth.h"
#include "tests/unit/unit.h"

/* Of "geheim", at the least cost there is. */
#define HASH "$2y$04$abcdefghijklmnopqrstuuPWRtT5yx7FBi4dcf6ROhboeNunUrLQ."

static struct web_config *parse(const char *text, struct buffer *problem)
{
	struct web_config *config =
		web_config_parse("/etc/lbd/web.yml", text, strlen(text), problem);

	CU_ASSERT_EQUAL(config == NULL, problem->length > 0);
	buffer_add(problem, "", 1);
	return config;
}

static void a_whole_file(void)
{
	struct buffer problem = {0};
	struct web_config *config = parse("tls_server_config:\n"
					  "  cert_file: cert.pem # beside the file\n"
					  "  key_file: /secret/key.pem\n"
					  "  client_ca_file: 'ca.pem'\n"
					  "  client_auth_type: RequireAndVerifyClientCert\n"
					  "  min_version: TLS13\n"
					  "basic_auth_users:\n"
					  "  prometheus: " HASH "\n"
					  "  \"second one\": " HASH "\n",
					  &problem);

	UNIT_STRING(problem.bytes, "");
	CU_ASSERT_FATAL(config != NULL);
	UNIT_STRING(config->cert_file, "/etc/lbd/cert.pem");
	UNIT_STRING(config->key_file, "/secret/key.pem");
	UNIT_STRING(config->client_ca_file, "/etc/lbd/ca.pem");
	UNIT_NUMBER(config->client, WEB_CLIENT_VERIFY);
	UNIT_NUMBER(config->min_minor, 3);
	UNIT_NUMBER(config->user_count, 2);
	UNIT_STRING(config->users[1].name, "second one");
	UNIT_STRING(config->users[1].hash, HASH);
	web_config_free(config);
	buffer_free(&problem);
}

static void defaults(void)
{
	static const char *const empty[] = {"", "# nothing\n", "basic_auth_users:\n", "{}"};
	struct buffer problem = {0};
	struct web_config *config;

	for (size_t i = 0; i < UNIT_COUNT(empty); i++) {
		buffer_free(&problem);
		config = parse(empty[i], &problem);
		CU_ASSERT_FATAL(config != NULL);
		CU_ASSERT_PTR_NULL(config->cert_file);
		UNIT_NUMBER(config->user_count, 0);
		web_config_free(config);
	}
	buffer_free(&problem);
	config = parse("tls_server_config: {cert_file: /c, key_file: /k}", &problem);
	CU_ASSERT_FATAL(config != NULL);
	UNIT_NUMBER(config->client, WEB_CLIENT_NONE);
	UNIT_NUMBER(config->min_minor, 2);
	web_config_free(config);
	buffer_free(&problem);
}

#define TLS "tls_server_config:\n  cert_file: /c\n  key_file: /k\n"

static void mistakes_have_a_place_and_a_remedy(void)
{
	static const char *const cases[][2] = {
		{"tls_server_config:\n  cert_file: /c\n",
		 ":2:3: tls_server_config needs cert_file and key_file"},
		{"tls:\n", ":1:1: \"tls\" is not known here: there are tls_server_config, "
			   "basic_auth_users"},
		{"http_server_config:\n  http2: true\n",
		 ":1:1: \"http_server_config\" is not known here: there are tls_server_config, "
		 "basic_auth_users"},
		{TLS "  cipher_suites: []\n",
		 ":4:3: \"cipher_suites\" is not known here: there are cert_file, key_file, "
		 "client_ca_file, client_auth_type, min_version"},
		{TLS "  key_file: /x\n", ":4:3: key_file is here a second time"},
		{TLS "  min_version: 1.2\n",
		 ":4:16: \"1.2\" is none of TLS10, TLS11, TLS12, TLS13"},
		{TLS "  client_ca_file: /x\n",
		 ":2:3: client_ca_file without client_auth_type: nobody would be asked for a "
		 "certificate; add client_auth_type: RequireAndVerifyClientCert"},
		{TLS "  client_auth_type: RequireAndVerifyClientCert\n",
		 ":2:3: certificates are to be verified: by which client_ca_file?"},
		{"basic_auth_users:\n  a: plain\n",
		 ":2:6: the password of a is no bcrypt hash: \"htpasswd -nB a\" makes one"},
		{"basic_auth_users:\n  a: "
		 "$2y$31$abcdefghijklmnopqrstuuPWRtT5yx7FBi4dcf6ROhboeNunUrLQ.\n",
		 ":2:6: the hash of a has the cost 31: it may have 4 to 14"},
		{"basic_auth_users:\n  a: " HASH "\n  a: " HASH "\n",
		 ":3:3: the user a is here a second time"},
		{"basic_auth_users:\n  a:b: " HASH "\n",
		 ":2:3: here should be the name of a user, without a colon"},
		{"- a\n", ":1:1: here should be lines of \"tls_server_config: …\""},
		{"tls_server_config:\n\tcert_file: /c\n",
		 ":2:1: not YAML: found character that cannot start any token"},
		{"tls_server_config: {cert_file: [a], key_file: /k}",
		 ":1:32: here should be the path of a file"},
	};

	for (size_t i = 0; i < UNIT_COUNT(cases); i++) {
		struct buffer problem = {0};

		web_config_free(parse(cases[i][0], &problem));
		CU_ASSERT_FATAL(strncmp(problem.bytes, "/etc/lbd/web.yml", 16) == 0);
		UNIT_STRING(problem.bytes + 16, cases[i][1]);
		buffer_free(&problem);
	}
}

/* No half of a file is taken for something else, nor crashes. */
static void truncated_files(void)
{
	static const char whole[] =
		TLS "  min_version: TLS13\nbasic_auth_users:\n  \"a\": '" HASH "'\n";

	for (size_t length = 0; length < sizeof(whole); length++) {
		struct buffer problem = {0};

		web_config_free(web_config_parse("w", whole, length, &problem));
		buffer_free(&problem);
	}
}

static const struct web_user users[] = {{(char *)(uintptr_t) "lbd", (char *)(uintptr_t)HASH}};

static void passwords(void)
{
	static const struct {
		const char *header;
		enum auth_answer answer;
	} cases[] = {
		{NULL, AUTH_WRONG},
		{"", AUTH_WRONG},
		{"Basic", AUTH_WRONG},
		{"Basic ", AUTH_WRONG},
		{"Basic =", AUTH_WRONG},
		{"Basic ====", AUTH_WRONG},
		{"Basic ????", AUTH_WRONG},
		{"Bearer bGJkOmdlaGVpbQ==", AUTH_WRONG},
		{"Basic bGJkOmdlaGVpbQ==", AUTH_RIGHT}, /* lbd:geheim */
		{"basic  bGJkOmdlaGVpbQ==", AUTH_RIGHT},
		{"Basic bGJkOmdlaGVpbXg=", AUTH_WRONG}, /* lbd:geheimx */
		{"Basic bGJkOg==", AUTH_WRONG},         /* lbd: */
		{"Basic bGJk", AUTH_WRONG},             /* lbd */
		{"Basic Om5vYm9keQ==", AUTH_WRONG},     /* :nobody */
		{"Basic bGJkeDpnZWhlaW0=", AUTH_WRONG}, /* lbdx:geheim */
		{"Basic bGJkOmdlaGVpbQB4", AUTH_WRONG}, /* lbd:geheim NUL x */
	};
	struct auth *auth = auth_new(users, 1);

	CU_ASSERT_FATAL(auth != NULL);
	for (size_t i = 0; i < UNIT_COUNT(cases); i++)
		UNIT_NUMBER(auth_check(auth, cases[i].header, (int64_t)(i + 1) * CLOCK_SECOND),
			    cases[i].answer);
	auth_free(auth);
}

static void who_guesses_does_not_stop_who_is_known(void)
{
	static const char right[] = "Basic bGJkOmdlaGVpbQ==";
	static const char guess[] = "Basic bGJkOmdlaGVpbXg=";
	struct auth *auth = auth_new(users, 1);
	int64_t now = CLOCK_SECOND;
	unsigned checked = 0;

	CU_ASSERT_FATAL(auth != NULL);
	while (auth_check(auth, guess, now) == AUTH_WRONG && checked < 1000)
		checked++;
	CU_ASSERT(checked > 0 && checked < 1000);
	UNIT_NUMBER(auth_check(auth, right, now), AUTH_LATER);
	now += CLOCK_SECOND;
	UNIT_NUMBER(auth_check(auth, right, now), AUTH_RIGHT);
	while (auth_check(auth, guess, now) == AUTH_WRONG)
		;
	UNIT_NUMBER(auth_check(auth, right, now), AUTH_RIGHT);
	auth_free(auth);
}

static const struct unit_test tests[] = {
	UNIT_TEST(a_whole_file),
	UNIT_TEST(defaults),
	UNIT_TEST(mistakes_have_a_place_and_a_remedy),
	UNIT_TEST(truncated_files),
	UNIT_TEST(passwords),
	UNIT_TEST(who_guesses_does_not_stop_who_is_known),
};

int main(void)
{
	return unit_main("prometheus web", tests, UNIT_COUNT(tests));
}
