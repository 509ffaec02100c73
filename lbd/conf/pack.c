/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Packing, saving and mapping; what a packed file may say is checked in packed.c. */
#include "conf/packed.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"

#define SEALS (F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

static size_t aligned(size_t size)
{
	return (size + 7) & ~(size_t)7;
}

/* The whole file in memory, to be freed. */
static unsigned char *packed_bytes(const struct conf *conf, size_t *size)
{
	struct packed_header header = {.magic = PACKED_MAGIC,
				       .version = PACKED_VERSION,
				       .tables = PACKED_TABLES,
				       .generation = conf->generation};
	size_t end = aligned(sizeof(header));
	unsigned char *bytes;

#define TABLE(type, member, count_) \
	header.table[PACKED_##member] = \
		(struct packed_table){end, conf->count_, sizeof(struct type)}; \
	end += aligned(conf->count_ * sizeof(struct type));
	CONF_TABLES(TABLE)
#undef TABLE
	header.size = end;
	bytes = memory_new(end);
	memcpy(bytes, &header, sizeof(header));
#define TABLE(type, member, count_) \
	if (conf->count_) \
		memcpy(bytes + header.table[PACKED_##member].offset, conf->member, \
		       conf->count_ * sizeof(struct type));
	CONF_TABLES(TABLE)
#undef TABLE
	*size = end;
	return bytes;
}

static int write_all(int fd, const unsigned char *bytes, size_t size)
{
	while (size) {
		ssize_t written = write(fd, bytes, size);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -errno;
		bytes += written;
		size -= (size_t)written;
	}
	return 0;
}

int conf_pack(const struct conf *conf)
{
	size_t size;
	unsigned char *bytes = packed_bytes(conf, &size);
	int fd = memfd_create("lbd.conf", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	int error = fd < 0 ? -errno : write_all(fd, bytes, size);

	free(bytes);
	if (!error && fcntl(fd, F_ADD_SEALS, SEALS | F_SEAL_SEAL) != 0)
		error = -errno;
	if (error && fd >= 0)
		close(fd);
	return error ? error : fd;
}

static int save_bytes(const char *path, const unsigned char *bytes, size_t size, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
	int error = fd < 0 ? -errno : write_all(fd, bytes, size);

	if (!error && fchmod(fd, mode) != 0)
		error = -errno;
	if (fd >= 0 && close(fd) != 0 && !error)
		error = -errno;
	return error;
}

static int save(const struct conf *conf, const char *path, mode_t mode)
{
	char new_path[PATH_MAX];
	unsigned char *bytes;
	size_t size;
	int error;

	if ((size_t)snprintf(new_path, sizeof(new_path), "%s.new", path) >= sizeof(new_path))
		return -ENAMETOOLONG;
	bytes = packed_bytes(conf, &size);
	error = save_bytes(new_path, bytes, size, mode);
	free(bytes);
	if (!error && rename(new_path, path) != 0)
		error = -errno;
	if (error)
		unlink(new_path);
	return error;
}

int conf_save(const struct conf *conf, const char *path)
{
	return save(conf, path, 0640);
}

/* Of targets the URL may be a secret, too; nobody who reads this asks for them. */
int conf_publish(const struct conf *conf, const char *path)
{
	struct conf public = *conf;
	size_t size = conf->instance_count * sizeof(*conf->instances);
	int error;

	public.push_target_count = 0;
	public.push_label_count = 0;
	public.instances = memory_new(size + 1);
	if (size > 0)
		memcpy(public.instances, conf->instances, size);
	for (size_t i = 0; i < public.instance_count; i++)
		memset(public.instances[i].auth_pass, 0, sizeof(public.instances[i].auth_pass));
	error = save(&public, path, 0644);
	free(public.instances);
	return error;
}

/* --- mapping ------------------------------------------------------------------------------------ */

/* A file that could change under the mapping is copied. */
static void *copy_of_file(int fd, size_t size)
{
	unsigned char *copy = mmap(NULL, size, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	size_t have = 0;

	if (copy == MAP_FAILED)
		return MAP_FAILED;
	while (have < size) {
		ssize_t got = pread(fd, copy + have, size - have, (off_t)have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			munmap(copy, size);
			errno = got ? errno : EBADMSG;
			return MAP_FAILED;
		}
		have += (size_t)got;
	}
	mprotect(copy, size, PROT_READ);
	return copy;
}

static void *map_file(int fd, size_t size)
{
	int seals = fcntl(fd, F_GET_SEALS);

	if (seals >= 0 && (seals & SEALS) == SEALS)
		return mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	return copy_of_file(fd, size);
}

static bool table_fits(const struct packed_table *table, size_t record_size, uint64_t size)
{
	return table->record_size == record_size && table->offset % 8 == 0 &&
	       table->offset >= sizeof(struct packed_header) && table->offset <= size &&
	       table->count <= (size - table->offset) / record_size;
}

static bool set_tables(struct conf *conf, const struct packed_header *header)
{
	unsigned char *bytes = conf->mapping;

#define TABLE(type, member_, count_) \
	if (!table_fits(&header->table[PACKED_##member_], sizeof(struct type), header->size)) \
		return false; \
	conf->member_ = (struct type *)(void *)(bytes + header->table[PACKED_##member_].offset); \
	conf->count_ = header->table[PACKED_##member_].count;
	CONF_TABLES(TABLE)
#undef TABLE
	return true;
}

static bool header_fits(const struct packed_header *header, size_t size)
{
	return size >= sizeof(*header) &&
	       memcmp(header->magic, PACKED_MAGIC, sizeof(header->magic)) == 0 &&
	       header->version == PACKED_VERSION && header->tables == PACKED_TABLES &&
	       header->size == size;
}

struct conf *conf_map(int fd)
{
	struct conf *conf;
	struct stat status;
	const struct packed_header *header;

	if (fstat(fd, &status) != 0)
		return NULL;
	if (!S_ISREG(status.st_mode) || status.st_size < (off_t)sizeof(*header)) {
		errno = EBADMSG;
		return NULL;
	}
	conf = memory_new(sizeof(*conf));
	conf->mapping_size = (size_t)status.st_size;
	conf->mapping = map_file(fd, conf->mapping_size);
	if (conf->mapping == MAP_FAILED) {
		free(conf);
		return NULL;
	}
	header = conf->mapping;
	if (!header_fits(header, conf->mapping_size) || !set_tables(conf, header) ||
	    !packed_valid(conf)) {
		conf_free(conf);
		errno = EBADMSG;
		return NULL;
	}
	conf->generation = header->generation;
	return conf;
}
