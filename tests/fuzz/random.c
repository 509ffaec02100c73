/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * main() of a fuzz target that is not linked with libFuzzer:
 *
 *   fuzz_NAME [--random N] FILE|DIRECTORY…
 *
 * Gives the target every file. With --random, then N more inputs: one in four random bytes, the
 * others a file with a few bytes changed, cut off or added. The sequence is always the same; the
 * number of the input being tried is printed when the program dies of it.
 */
#include "tests/fuzz/fuzz.h"

#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define INPUTS 1024
#define INPUT_SIZE 65536
#define PATH_SIZE 4096
/* Random inputs are this long at most, or a file and half as much again. */
#define RANDOM_SIZE 1200

struct input {
	uint8_t *data;
	size_t size;
};

static struct input inputs[INPUTS];
static size_t input_count;
static uint64_t chance = 1;
static volatile unsigned long long tried;

static uint64_t draw(uint64_t below)
{
	/* xorshift64* */
	chance ^= chance >> 12;
	chance ^= chance << 25;
	chance ^= chance >> 27;
	return chance * UINT64_C(2685821657736338717) % below;
}

/* The target gets memory of exactly the input's size, so that a read behind it is noticed. */
static void try_input(const uint8_t *data, size_t size)
{
	uint8_t *exact = malloc(size ? size : 1);

	if (!exact)
		exit(99);
	memcpy(exact, data, size);
	tried++;
	LLVMFuzzerTestOneInput(exact, size);
	free(exact);
}

static void read_file(const char *path)
{
	static uint8_t data[INPUT_SIZE];
	FILE *file = fopen(path, "rb");
	struct input *input = &inputs[input_count];

	if (!file || input_count == INPUTS) {
		fprintf(stderr, "cannot take %s\n", path);
		exit(99);
	}
	input->size = fread(data, 1, sizeof(data), file);
	input->data = malloc(input->size ? input->size : 1);
	if (!input->data)
		exit(99);
	memcpy(input->data, data, input->size);
	fclose(file);
	input_count++;
}

static void read_path(const char *path)
{
	char below[PATH_SIZE];
	struct dirent *entry;
	struct stat status;
	DIR *directory;

	if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode)) {
		read_file(path);
		return;
	}
	directory = opendir(path);
	while (directory && (entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(below, sizeof(below), "%s/%s", path, entry->d_name);
		read_file(below);
	}
	if (directory)
		closedir(directory);
}

static int compare_inputs(const void *left, const void *right)
{
	const struct input *a = left, *b = right;
	size_t common = a->size < b->size ? a->size : b->size;
	int order = memcmp(a->data, b->data, common);

	if (order != 0)
		return order;
	return (a->size > b->size) - (a->size < b->size);
}

static void try_random_bytes(void)
{
	uint8_t data[RANDOM_SIZE];
	size_t size = draw(RANDOM_SIZE + 1);

	for (size_t i = 0; i < size; i++)
		data[i] = (uint8_t)draw(256);
	try_input(data, size);
}

static void try_mutated(void)
{
	static uint8_t data[INPUT_SIZE * 3 / 2];
	const struct input *input = &inputs[draw(input_count)];
	size_t size = input->size;

	memcpy(data, input->data, size);
	if (draw(4) == 0)
		size = draw(size + 1);
	if (draw(4) == 0)
		for (size_t more = draw(input->size / 2 + 1); more > 0; more--)
			data[size++] = (uint8_t)draw(256);
	for (uint64_t changes = draw(5); size > 0 && changes > 0; changes--)
		data[draw(size)] = (uint8_t)(draw(2) ? draw(256) : draw(3) * 0x7f);
	try_input(data, size);
}

static void died(int signal_number)
{
	char text[64];
	int length = snprintf(text, sizeof(text), "input %llu\n", tried);

	(void)!write(STDERR_FILENO, text, (size_t)length);
	signal(signal_number, SIG_DFL);
	raise(signal_number);
}

int main(int argc, char **argv)
{
	unsigned long long random_count = 0;
	int at = 1;

	signal(SIGABRT, died);
	if (argc > 2 && strcmp(argv[1], "--random") == 0) {
		random_count = strtoull(argv[2], NULL, 10);
		at = 3;
	}
	for (; at < argc; at++)
		read_path(argv[at]);
	if (input_count == 0) {
		fprintf(stderr, "no corpus given\n");
		return 99;
	}
	/* Directories have no order, and the sequence must not depend on them. */
	qsort(inputs, input_count, sizeof(inputs[0]), compare_inputs);
	for (size_t i = 0; i < input_count; i++)
		try_input(inputs[i].data, inputs[i].size);
	for (unsigned long long i = 0; i < random_count; i++) {
		if (draw(4) == 0)
			try_random_bytes();
		else
			try_mutated();
	}
	printf("%zu files, %llu inputs\n", input_count, tried);
	for (size_t i = 0; i < input_count; i++)
		free(inputs[i].data);
	return 0;
}
