/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who may ask. */
#include "exporters/prometheus/auth.h"

#include <crypt.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/memory.h"

#define CREDENTIALS_MOST 512
#define DIGEST 32
/* Slow checks: eight at once, then four a second. */
#define BURST 8
#define PAUSE (CLOCK_SECOND / 4)

struct auth {
	const struct web_user *users;
	size_t count;
	uint8_t (*known)[DIGEST]; /* of each user's password, once it was right */
	bool *is_known;
	uint8_t key[DIGEST];
	int64_t spent; /* when all slow checks so far would have had their pause */
};

struct auth *auth_new(const struct web_user *users, size_t count)
{
	struct auth *auth = memory_new(sizeof(*auth));

	auth->users = users;
	auth->count = count;
	auth->known = memory_array(count + 1, sizeof(*auth->known));
	auth->is_known = memory_array(count + 1, sizeof(*auth->is_known));
	if (RAND_bytes(auth->key, sizeof(auth->key)) == 1)
		return auth;
	auth_free(auth);
	return NULL;
}

void auth_free(struct auth *auth)
{
	if (!auth)
		return;
	free(auth->known);
	free(auth->is_known);
	OPENSSL_cleanse(auth->key, sizeof(auth->key));
	free(auth);
}

/* "Basic BASE64" as "name:password". */
static bool decode(const char *authorization, char text[CREDENTIALS_MOST])
{
	size_t length;
	int decoded;

	if (!authorization || strncasecmp(authorization, "Basic ", 6) != 0)
		return false;
	authorization += 6;
	authorization += strspn(authorization, " ");
	length = strlen(authorization);
	if (length == 0 || length % 4 != 0 || length / 4 * 3 >= CREDENTIALS_MOST)
		return false;
	decoded = EVP_DecodeBlock((unsigned char *)text, (const unsigned char *)authorization,
				  (int)length);
	if (decoded < 0)
		return false;
	for (size_t i = length; i > length - 2 && authorization[i - 1] == '='; i--)
		decoded--;
	text[decoded] = '\0';
	return strlen(text) == (size_t)decoded;
}

static bool digest(const struct auth *auth, const char *password, uint8_t result[DIGEST])
{
	return HMAC(EVP_sha256(), auth->key, sizeof(auth->key), (const unsigned char *)password,
		    strlen(password), result, NULL) != NULL;
}

/* May there be another slow check? */
static bool ration(struct auth *auth, int64_t now)
{
	if (auth->spent < now)
		auth->spent = now;
	if (auth->spent - now >= BURST * PAUSE)
		return false;
	auth->spent += PAUSE;
	return true;
}

static bool matches(const char *password, const char *hash)
{
	struct crypt_data *data = memory_new(sizeof(*data));
	const char *made = crypt_r(password, hash, data);
	bool same = made && strlen(made) == strlen(hash) &&
		    CRYPTO_memcmp(made, hash, strlen(hash)) == 0;

	OPENSSL_cleanse(data, sizeof(*data));
	free(data);
	return same;
}

static enum auth_answer check(struct auth *auth, const char *name, const char *password,
			      int64_t now)
{
	uint8_t given[DIGEST];
	size_t user = 0;

	while (user < auth->count && strcmp(auth->users[user].name, name) != 0)
		user++;
	if (!digest(auth, password, given))
		return AUTH_WRONG;
	if (user < auth->count && auth->is_known[user] &&
	    CRYPTO_memcmp(given, auth->known[user], DIGEST) == 0)
		return AUTH_RIGHT;
	if (!ration(auth, now))
		return AUTH_LATER;
	if (!matches(password, auth->users[user < auth->count ? user : 0].hash) ||
	    user == auth->count)
		return AUTH_WRONG;
	memcpy(auth->known[user], given, DIGEST);
	auth->is_known[user] = true;
	return AUTH_RIGHT;
}

enum auth_answer auth_check(struct auth *auth, const char *authorization, int64_t now)
{
	char text[CREDENTIALS_MOST];
	enum auth_answer answer = AUTH_WRONG;
	char *colon;

	if (decode(authorization, text)) {
		colon = strchr(text, ':');
		if (colon) {
			*colon = '\0';
			answer = check(auth, text, colon + 1, now);
		}
	}
	OPENSSL_cleanse(text, sizeof(text));
	return answer;
}
