/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole configurations: the reference cluster's files, every keyword, packing, comparing, size. */
#include "conf/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/memory.h"
#include "conf/packed.h"
#include "tests/golden/golden.h"
#include "tests/unit/conf_memory.h"
#include "tests/unit/unit.h"

#define PROBLEMS 65536
#define LVS1 "tests/lab/reference/lvs1.conf"
#define LVS2 "tests/lab/reference/lvs2.conf"
#define EVERYTHING "tests/fuzz/corpus/conf/everything.conf"

static char *read_text(const char *path)
{
	const char *top = getenv("srcdir");
	char whole[4096], *text = memory_new(65536);
	FILE *file;

	snprintf(whole, sizeof(whole), "%s/%s", top ? top : ".", path);
	file = fopen(whole, "r");
	CU_ASSERT_FATAL(file != NULL);
	CU_ASSERT(fread(text, 1, 65535, file) > 0);
	fclose(file);
	return text;
}

static struct conf *load(const char *path, char *problems)
{
	char *text = read_text(path);
	struct conf *conf = memory_load(text, problems, PROBLEMS);

	free(text);
	return conf;
}

static struct conf *load_quietly(const char *path)
{
	static char problems[PROBLEMS];
	struct conf *conf = load(path, problems);

	CU_ASSERT_FATAL(conf != NULL);
	return conf;
}

static struct conf *parse(const char *text)
{
	static char problems[PROBLEMS];
	struct conf *conf = memory_load(text, problems, sizeof(problems));

	UNIT_STRING(problems, "");
	CU_ASSERT_FATAL(conf != NULL);
	return conf;
}

/* --- what files mean ---------------------------------------------------------------------------- */

static void golden(const char *path, const char *golden_path, const char *expected_problems)
{
	char problems[PROBLEMS], *words, *dot;
	struct conf *conf = load(path, problems);

	UNIT_STRING(problems, expected_problems);
	CU_ASSERT_FATAL(conf != NULL);
	/* The host's name is not for a golden file. */
	dot = conf->global->router_id;
	if (strcmp(dot, "main-router") != 0)
		snprintf(dot, sizeof(conf->global->router_id), "HOST");
	words = memory_describe(conf);
	golden_compare(golden_path, words, strlen(words));
	free(words);
	conf_free(conf);
}

static void reference_file_is_understood(void)
{
	golden(LVS1, "tests/golden/conf-reference.txt",
	       "t:24:11: warning: there is no state \"SLAVE\", it is taken for BACKUP: write MASTER or "
	       "BACKUP\n");
}

static void every_keyword_is_understood(void)
{
	golden(EVERYTHING, "tests/golden/conf-language.txt",
	       "t:71:2: warning: nopreempt is ignored: it needs state BACKUP on all directors\n"
	       "t:123:4: warning: lbd does not do fwmark yet, it is left out: the packets of the "
	       "check carry no mark\n"
	       "t:134:2: warning: port 80 is not that of every address of group web, and DR does not "
	       "change ports\n");
}

static void defaults_are_keepaliveds(void)
{
	struct conf *conf = parse("vrrp_instance a {\n interface eth0\n virtual_router_id 1\n"
				  " virtual_ipaddress {\n 192.0.2.1\n }\n}\n"
				  "virtual_server 192.0.2.1 80 {\n lb_algo rr\n lb_kind DR\n protocol TCP\n"
				  " real_server 192.0.2.9 {\n  TCP_CHECK {\n  }\n }\n}\n");
	const struct conf_vrrp_instance *instance = &conf->instances[0];
	const struct conf_check *check = &conf->checks[0];

	UNIT_NUMBER(conf->instance_count, 1);
	UNIT_NUMBER(instance->priority, 100);
	UNIT_NUMBER(instance->advert_interval, CLOCK_SECOND);
	UNIT_NUMBER(instance->initial_master, 0);
	UNIT_NUMBER(instance->preempt, 1);
	UNIT_NUMBER(instance->version, 2);
	UNIT_NUMBER(instance->garp_delay, 5 * CLOCK_SECOND);
	UNIT_NUMBER(instance->garp_repeat, 5);
	UNIT_NUMBER(instance->garp_refresh, 0);
	UNIT_NUMBER(instance->garp_refresh_repeat, 1);
	UNIT_NUMBER(instance->garp_lower_prio_delay, 5 * CLOCK_SECOND);
	UNIT_NUMBER(instance->garp_lower_prio_repeat, 5);
	UNIT_NUMBER(conf->addresses[0].prefix, 32);
	UNIT_STRING(conf->addresses[0].interface, "eth0");
	UNIT_NUMBER(conf->virtual_servers[0].quorum, 1);
	UNIT_NUMBER(conf->virtual_servers[0].persistence_timeout, 0);
	UNIT_NUMBER(conf->real_servers[0].weight, 1);
	UNIT_NUMBER(conf->real_servers[0].port, 80);
	UNIT_NUMBER(conf->real_servers[0].forwarding, CONF_FORWARDING_DR);
	UNIT_NUMBER(check->interval, 60 * CLOCK_SECOND);
	UNIT_NUMBER(check->warmup, 60 * CLOCK_SECOND);
	UNIT_NUMBER(check->connect_timeout, 5 * CLOCK_SECOND);
	UNIT_NUMBER(check->retry, 1);
	UNIT_NUMBER(check->delay_before_retry, CLOCK_SECOND);
	UNIT_NUMBER(check->connect_port, 80);
	conf_free(conf);
}

/* What no process needs for its work: KEEPALIVED-MIB shows it. */
static void what_is_written_is_kept(void)
{
	struct conf *conf = parse("virtual_server_group g {\n 192.0.2.1-3 80\n fwmark 7\n 192.0.2.9 81\n}\n"
				  "virtual_server group g {\n lb_algo rr\n lb_kind NAT\n delay_loop 2\n retry 3\n"
				  " warmup 1\n weight 5\n inhibit_on_failure\n snmp_name \"all of g\"\n"
				  " protocol TCP\n real_server 192.0.2.20 80 {\n  delay_loop 4\n"
				  "  snmp_name one\n  TCP_CHECK {\n   retry 9\n  }\n }\n}\n");
	const struct conf_virtual_server *server = &conf->virtual_servers[0];
	const struct conf_real_server *real = &conf->real_servers[0];

	UNIT_NUMBER(conf->group_count, 1);
	UNIT_STRING(conf->groups[0].name, "g");
	UNIT_NUMBER(conf->groups[0].member_count, 3);
	UNIT_NUMBER(address_equal(&conf->group_members[0].first, &conf->group_members[0].last), 0);
	UNIT_NUMBER(conf->group_members[0].port, 80);
	UNIT_NUMBER(conf->group_members[1].fwmark, 7);
	UNIT_NUMBER(conf->group_members[2].port, 81);
	UNIT_NUMBER(server->weight, 5);
	UNIT_NUMBER(server->inhibit_on_failure, 1);
	UNIT_NUMBER(server->protocol, IPPROTO_TCP);
	UNIT_STRING(server->snmp_name, "all of g");
	UNIT_NUMBER(server->checks.interval, 2 * CLOCK_SECOND);
	UNIT_NUMBER(server->checks.retry, 3);
	UNIT_NUMBER(server->checks.delay_before_retry, 0);
	UNIT_STRING(real->snmp_name, "one");
	UNIT_NUMBER(real->checks.interval, 4 * CLOCK_SECOND);
	UNIT_NUMBER(real->checks.retry, 3);
	UNIT_NUMBER(real->checks.warmup, CLOCK_SECOND);
	UNIT_NUMBER(conf->checks[0].retry, 9);
	conf_free(conf);
}

static void prometheus_is_on_unless_switched_off(void)
{
	struct conf *conf = parse("");
	char text[ADDRESS_TEXT];

	UNIT_NUMBER(conf->global->prometheus, 1);
	UNIT_NUMBER(conf->global->prometheus_port, 9165);
	UNIT_STRING(address_format(&conf->global->prometheus_address, text), "127.0.0.1");
	conf_free(conf);
	conf = parse("exporters {\n no_prometheus\n}\n");
	UNIT_NUMBER(conf->global->prometheus, 0);
	conf_free(conf);
	conf = parse("exporters {\n prometheus {\n  listen 192.0.2.1\n }\n}\n");
	UNIT_STRING(address_format(&conf->global->prometheus_address, text), "192.0.2.1");
	UNIT_NUMBER(conf->global->prometheus_port, 9165);
	UNIT_STRING(conf->global->prometheus_web_config, "");
	conf_free(conf);
	conf = parse("exporters {\n prometheus {\n  web_config /etc/lbd/web.yml\n }\n}\n");
	UNIT_STRING(conf->global->prometheus_web_config, "/etc/lbd/web.yml");
	conf_free(conf);
}

static void rrd_runs_when_it_has_a_directory(void)
{
	struct conf *conf = parse("global_defs {\n router_id x\n}\n");

	UNIT_STRING(conf->global->rrd_directory, "");
	conf_free(conf);
	conf = parse("exporters {\n rrd {\n  directory /srv/rrd\n }\n}\n");
	UNIT_NUMBER(conf->global->prometheus, 1);
	UNIT_STRING(conf->global->rrd_directory, "/srv/rrd");
	UNIT_STRING(conf->global->rrd_socket, "");
	UNIT_STRING(conf->global->rrd_archives, "");
	UNIT_NUMBER(conf->global->rrd_step, 10);
	conf_free(conf);
	conf = parse("exporters {\n rrd {\n  directory /d\n  archives 90:2h 1m:1w 2h:2y\n }\n}\n");
	UNIT_STRING(conf->global->rrd_archives, "90:7200 60:604800 7200:63072000");
	conf_free(conf);
}

static void push_has_targets(void)
{
	struct conf *conf = parse("exporters {\n remote_write {\n  url http://a/w\n  interval 5\n"
				  "  labels {\n   dc zrh1\n   rack \"4 b\"\n  }\n }\n"
				  " otlp {\n  url https://b:4318/v1/metrics\n  native_histograms\n"
				  "  token_file /etc/token\n  attributes {\n   host.name x\n  }\n }\n}\n");

	UNIT_NUMBER(conf->push_target_count, 2);
	UNIT_NUMBER(conf->push_label_count, 3);
	UNIT_STRING(conf->push_targets[0].url, "http://a/w");
	UNIT_NUMBER(conf->push_targets[0].protocol, CONF_PUSH_REMOTE_WRITE);
	UNIT_NUMBER(conf->push_targets[0].interval, 5);
	UNIT_NUMBER(conf->push_targets[0].timeout, 10);
	UNIT_NUMBER(conf->push_targets[0].queue, 16);
	UNIT_NUMBER(conf->push_targets[0].native_histograms, 0);
	UNIT_NUMBER(conf->push_targets[0].label_count, 2);
	UNIT_STRING(conf->push_labels[1].name, "rack");
	UNIT_STRING(conf->push_labels[1].value, "4 b");
	UNIT_NUMBER(conf->push_targets[1].protocol, CONF_PUSH_OTLP);
	UNIT_NUMBER(conf->push_targets[1].interval, 15);
	UNIT_NUMBER(conf->push_targets[1].native_histograms, 1);
	UNIT_STRING(conf->push_targets[1].token_file, "/etc/token");
	UNIT_STRING(conf->push_targets[1].user, "");
	UNIT_NUMBER(conf->push_targets[1].first_label, 2);
	UNIT_STRING(conf->push_labels[2].name, "host.name");
	conf_free(conf);
}

static void ganglia_runs_when_it_has_a_block(void)
{
	struct conf *conf = parse("global_defs {\n router_id x\n}\n");

	UNIT_NUMBER(conf->global->ganglia, 0);
	conf_free(conf);
	conf = parse("exporters {\n ganglia {\n }\n}\n");
	UNIT_NUMBER(conf->global->ganglia, 1);
	UNIT_STRING(conf->global->ganglia_host, "239.2.11.71");
	UNIT_NUMBER(conf->global->ganglia_port, 8649);
	UNIT_NUMBER(conf->global->ganglia_ttl, 1);
	UNIT_STRING(conf->global->ganglia_interface, "");
	UNIT_NUMBER(conf->global->ganglia_interval, 20);
	UNIT_NUMBER(conf->global->ganglia_metadata_interval, 60);
	UNIT_NUMBER(conf->global->ganglia_dmax, 240);
	UNIT_STRING(conf->global->ganglia_metrics, "summary");
	UNIT_NUMBER(conf->global->ganglia_spoof, 0);
	conf_free(conf);
	conf = parse("exporters {\n ganglia {\n  host gmond.example.org\n  interval 5\n  dmax 0\n"
		     "  metrics vrrp all vrrp\n  spoof\n }\n}\n");
	UNIT_STRING(conf->global->ganglia_host, "gmond.example.org");
	UNIT_NUMBER(conf->global->ganglia_port, 8649);
	UNIT_NUMBER(conf->global->ganglia_dmax, 0);
	UNIT_STRING(conf->global->ganglia_metrics, "vrrp,all");
	UNIT_NUMBER(conf->global->ganglia_spoof, 1);
	conf_free(conf);
}

static void min_garp_yields_to_what_is_written(void)
{
	struct conf *conf = parse("global_defs {\n vrrp_min_garp\n vrrp_garp_master_delay 7\n}\n"
				  "vrrp_instance a {\n interface eth0\n virtual_router_id 1\n"
				  " virtual_ipaddress {\n 192.0.2.1\n }\n}\n");

	UNIT_NUMBER(conf->instances[0].garp_repeat, 1);
	UNIT_NUMBER(conf->instances[0].garp_delay, 7 * CLOCK_SECOND);
	UNIT_NUMBER(conf->instances[0].garp_lower_prio_repeat, 1);
	conf_free(conf);
}

static void truncated_files_do_not_crash(void)
{
	static const char *const paths[] = {LVS1, EVERYTHING};
	static char problems[PROBLEMS];

	for (size_t i = 0; i < UNIT_COUNT(paths); i++) {
		char *text = read_text(paths[i]);

		for (size_t length = strlen(text); length-- > 0;) {
			text[length] = 0;
			conf_free(memory_load(text, problems, sizeof(problems)));
		}
		free(text);
	}
}

/* A hundred thousand blocks within each other must not exhaust the stack. */
static void deep_nesting_does_not_crash(void)
{
	static const char block[] = "global_defs {\n";
	static char problems[PROBLEMS];
	char *text = memory_new(100000 * strlen(block) + 1);

	for (size_t i = 0; i < 100000; i++)
		memcpy(text + i * strlen(block), block, strlen(block));
	CU_ASSERT(memory_load(text, problems, sizeof(problems)) == NULL);
	CU_ASSERT(strstr(problems, "is never closed") != NULL);
	free(text);
}

/* --- packing ------------------------------------------------------------------------------------ */

static void packing_keeps_everything(void)
{
	struct conf *conf = load_quietly(EVERYTHING), *mapped;
	char *before, *after;
	int fd;

	conf->generation = 7;
	fd = conf_pack(conf);
	CU_ASSERT_FATAL(fd >= 0);
	mapped = conf_map(fd);
	CU_ASSERT_FATAL(mapped != NULL);
	UNIT_NUMBER(mapped->generation, 7);
	before = memory_describe(conf);
	after = memory_describe(mapped);
	UNIT_STRING(after, before);
	CU_ASSERT(pwrite(fd, "x", 1, 0) < 0);
	CU_ASSERT(ftruncate(fd, 0) < 0);
	free(before);
	free(after);
	close(fd);
	conf_free(mapped);
	conf_free(conf);
}

static void saving_keeps_everything(void)
{
	struct conf *conf = load_quietly(LVS1), *mapped;
	char directory[] = "/tmp/lbd-conf-XXXXXX", path[64];
	struct conf_changes changes;
	int fd;

	CU_ASSERT_FATAL(mkdtemp(directory) != NULL);
	snprintf(path, sizeof(path), "%s/running.conf", directory);
	UNIT_NUMBER(conf_save(conf, path), 0);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	CU_ASSERT_FATAL(fd >= 0);
	mapped = conf_map(fd);
	close(fd);
	CU_ASSERT_FATAL(mapped != NULL);
	/* Whatever becomes of the file, the mapping stays. */
	CU_ASSERT(truncate(path, 0) == 0);
	conf_diff(conf, mapped, &changes);
	UNIT_NUMBER(changes.count, 0);
	conf_changes_free(&changes);
	unlink(path);
	UNIT_NUMBER(conf_save(conf, "/nonexistent/lbd/running.conf"), -ENOENT);
	rmdir(directory);
	conf_free(mapped);
	conf_free(conf);
}

/* Nothing that is written below as a secret may be in the file. */
static void publishing_tells_no_secret(void)
{
	struct conf *conf = parse(
		"exporters {\n remote_write {\n url http://192.0.2.9/SECRET1\n user SECRET2\n"
		"  password_file /SECRET3\n labels {\n x SECRET4\n }\n }\n}\n"
		"vrrp_instance V {\n interface eth0\n virtual_router_id 5\n priority 7\n"
		" authentication {\n auth_type PASS\n auth_pass SECRET5\n }\n"
		" virtual_ipaddress {\n 192.0.2.1\n }\n}\n");
	char directory[] = "/tmp/lbd-conf-XXXXXX", path[64];
	struct conf *mapped;
	struct stat status;
	int fd;
	char *bytes;

	CU_ASSERT_FATAL(mkdtemp(directory) != NULL);
	snprintf(path, sizeof(path), "%s/" CONF_PUBLISHED, directory);
	UNIT_NUMBER(conf_publish(conf, path), 0);
	/* It stays in force, password and all. */
	CU_ASSERT(memcmp(conf->instances[0].auth_pass, "SECRET5", 7) == 0);
	UNIT_NUMBER(conf->push_target_count, 1);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	CU_ASSERT_FATAL(fd >= 0 && fstat(fd, &status) == 0);
	UNIT_NUMBER(status.st_mode & 0777, 0644);
	bytes = memory_new((size_t)status.st_size);
	CU_ASSERT(pread(fd, bytes, (size_t)status.st_size, 0) == status.st_size);
	CU_ASSERT(memmem(bytes, (size_t)status.st_size, "SECRET", 6) == NULL);
	mapped = conf_map(fd);
	CU_ASSERT_FATAL(mapped != NULL);
	UNIT_NUMBER(mapped->instance_count, 1);
	UNIT_STRING(mapped->instances[0].name, "V");
	UNIT_NUMBER(mapped->instances[0].authentication, CONF_AUTHENTICATION_PASS);
	UNIT_NUMBER(mapped->instances[0].auth_pass[0], 0);
	conf_free(mapped);
	free(bytes);
	close(fd);
	unlink(path);
	rmdir(directory);
	conf_free(conf);
}

static struct conf *map_bytes(const unsigned char *bytes, size_t size)
{
	int fd = memfd_create("test", MFD_CLOEXEC);
	struct conf *conf;

	CU_ASSERT_FATAL(fd >= 0 && write(fd, bytes, size) == (ssize_t)size);
	conf = conf_map(fd);
	close(fd);
	return conf;
}

/* Each byte of a packed file with each bit turned: refused, or safe to describe. */
static void damaged_packed_files_are_safe(void)
{
	struct conf *conf = load_quietly(LVS1);
	unsigned char bytes[65536];
	int fd = conf_pack(conf);
	ssize_t size = pread(fd, bytes, sizeof(bytes), 0);
	unsigned refused = 0;

	CU_ASSERT_FATAL(size > 0 && (size_t)size < sizeof(bytes));
	for (ssize_t i = 0; i < size; i++) {
		struct conf *mapped;

		bytes[i] ^= (unsigned char)(1 << i % 8);
		mapped = map_bytes(bytes, (size_t)size);
		if (mapped)
			free(memory_describe(mapped));
		refused += !mapped;
		conf_free(mapped);
		bytes[i] ^= (unsigned char)(1 << i % 8);
	}
	CU_ASSERT(refused > sizeof(struct packed_header) / 2);
	for (ssize_t cut = 0; cut < size; cut += 7)
		CU_ASSERT(map_bytes(bytes, (size_t)cut) == NULL);
	close(fd);
	conf_free(conf);
}

static void indexes_out_of_bounds_are_refused(void)
{
	struct conf *conf = load_quietly(LVS1);
	uint32_t *const indexes[] = {
		&conf->instances[1].first_address,      &conf->instances[0].address_count,
		&conf->virtual_servers[0].service_count, &conf->virtual_servers[1].first_service,
		&conf->virtual_servers[0].first_real_server,
		&conf->virtual_servers[0].real_server_count,
		&conf->services[3].virtual_server,      &conf->real_servers[0].virtual_server,
		&conf->real_servers[0].first_check,     &conf->real_servers[0].check_count,
		&conf->checks[0].real_server,
	};

	CU_ASSERT(packed_valid(conf));
	for (size_t i = 0; i < UNIT_COUNT(indexes); i++) {
		static const uint32_t wrong[] = {100, UINT32_MAX};
		uint32_t right = *indexes[i];

		for (size_t j = 0; j < UNIT_COUNT(wrong); j++) {
			*indexes[i] = wrong[j];
			CU_ASSERT(!packed_valid(conf));
		}
		*indexes[i] = right;
	}
	memset(conf->virtual_servers[0].scheduler, 'x', sizeof(conf->virtual_servers[0].scheduler));
	CU_ASSERT(!packed_valid(conf));
	conf_free(conf);
}

/* --- comparing ---------------------------------------------------------------------------------- */

static void difference_is(struct conf *old, struct conf *new, const char *expected)
{
	struct conf_changes changes;
	char shown[8192] = "";

	conf_diff(old, new, &changes);
	for (size_t i = 0; i < changes.count; i++)
		snprintf(shown + strlen(shown), sizeof(shown) - strlen(shown), "%c %s\n",
			 changes.list[i].sign, changes.list[i].text);
	UNIT_STRING(shown, expected);
	UNIT_NUMBER(changes.added + changes.removed + changes.altered, changes.count);
	conf_changes_free(&changes);
	conf_free(old);
	conf_free(new);
}

static void difference_of_the_two_directors(void)
{
	difference_is(load_quietly(LVS1), load_quietly(LVS2),
		      "~ vrrp_instance VI_1: priority 150 -> 110\n"
		      "~ vrrp_instance VI_1: state MASTER -> BACKUP\n"
		      "~ vrrp_instance VI_2: priority 110 -> 150\n"
		      "~ vrrp_instance VI_2: state BACKUP -> MASTER\n"
		      "~ virtual_server group www TCP: real_server 192.168.1.232:80: TCP_CHECK: "
		      "delay_loop 1 -> 7\n"
		      "~ virtual_server group www TCP: real_server 192.168.1.232:80: TCP_CHECK: "
		      "warmup 1 -> 7\n"
		      "~ virtual_server group www TCP: real_server 192.168.1.233:80: TCP_CHECK: "
		      "delay_loop 1 -> 7\n"
		      "~ virtual_server group www TCP: real_server 192.168.1.233:80: TCP_CHECK: "
		      "warmup 1 -> 7\n"
		      "~ virtual_server group mysql TCP: real_server 192.168.1.248:3306: TCP_CHECK: "
		      "delay_loop 1 -> 7\n"
		      "~ virtual_server group mysql TCP: real_server 192.168.1.248:3306: TCP_CHECK: "
		      "warmup 1 -> 7\n"
		      "~ virtual_server group mysql TCP: real_server 192.168.1.249:3306: TCP_CHECK: "
		      "delay_loop 1 -> 7\n"
		      "~ virtual_server group mysql TCP: real_server 192.168.1.249:3306: TCP_CHECK: "
		      "warmup 1 -> 7\n");
	difference_is(load_quietly(LVS1), load_quietly(LVS1), "");
}

static void difference_of_objects(void)
{
	static const char old[] =
		"vrrp_instance a {\n interface eth0\n virtual_router_id 1\n"
		" authentication {\n auth_type PASS\n auth_pass old\n }\n"
		" virtual_ipaddress {\n 192.0.2.1\n 192.0.2.2\n }\n}\n"
		"virtual_server 192.0.2.1 80 {\n lb_algo wlc\n lb_kind DR\n protocol TCP\n"
		" real_server 192.0.2.8 80 {\n }\n real_server 192.0.2.9 80 {\n }\n}\n";
	static const char new[] =
		"vrrp_instance a {\n interface eth0\n virtual_router_id 1\n"
		" authentication {\n auth_type PASS\n auth_pass new\n }\n"
		" virtual_ipaddress {\n 192.0.2.2/24\n 192.0.2.3\n }\n}\n"
		"virtual_server 192.0.2.1 80 {\n lb_algo rr\n lb_kind DR\n protocol TCP\n"
		" real_server 192.0.2.9 80 {\n  weight 3\n }\n real_server 192.0.2.7 80 {\n }\n}\n"
		"virtual_server 192.0.2.1 53 {\n lb_algo rr\n lb_kind DR\n protocol UDP\n"
		" real_server 192.0.2.9 53 {\n }\n}\n";

	difference_is(parse(old), parse(new),
		      "~ vrrp_instance a: auth_pass is another\n"
		      "- vrrp_instance a: virtual_ipaddress 192.0.2.1\n"
		      "~ vrrp_instance a: virtual_ipaddress 192.0.2.2: prefix 32 -> 24\n"
		      "+ vrrp_instance a: virtual_ipaddress 192.0.2.3\n"
		      "~ virtual_server 192.0.2.1:80 TCP: lb_algo wlc -> rr\n"
		      "- virtual_server 192.0.2.1:80 TCP: real_server 192.0.2.8:80\n"
		      "~ virtual_server 192.0.2.1:80 TCP: real_server 192.0.2.9:80: weight 1 -> 3\n"
		      "+ virtual_server 192.0.2.1:80 TCP: real_server 192.0.2.7:80\n"
		      "+ virtual_server 192.0.2.1:53 UDP\n");
}

/* --- size --------------------------------------------------------------------------------------- */

/* Ten thousand real servers of one virtual server: nothing has a fixed limit, nothing is compared pairwise. */
static void ten_thousand_real_servers(void)
{
	struct conf *conf = parse("virtual_server 192.0.2.1 80 {\n lb_algo rr\n lb_kind DR\n protocol TCP\n"
				  "$SERVER= \\\nreal_server 10.0.${A}.${B} 80 { \\\n weight 100 \\\n"
				  " TCP_CHECK { \\\n connect_timeout 5 \\\n } \\\n}\n"
				  "~SEQ(A,0,99) ~SEQ(B,0,99) $SERVER\n}\n");

	UNIT_NUMBER(conf->real_server_count, 10000);
	UNIT_NUMBER(conf->check_count, 10000);
	UNIT_NUMBER(conf->checks[9999].real_server, 9999);
	conf_free(conf);
}

static void names(void)
{
	struct conf_service service = {.protocol = IPPROTO_SCTP, .port = 80};
	char text[CONF_NAME];

	UNIT_STRING(conf_forwarding_name(CONF_FORWARDING_TUN), "TUN");
	UNIT_STRING(conf_forwarding_name(77), "unknown");
	UNIT_STRING(conf_check_name(CONF_CHECK_TCP), "TCP_CHECK");
	CU_ASSERT(address_parse("2001:db8::1", &service.address));
	UNIT_STRING(conf_service_name(&service, text), "[2001:db8::1]:80");
	UNIT_STRING(conf_protocol_name(&service), "SCTP");
	service = (struct conf_service){.fwmark = 5};
	UNIT_STRING(conf_service_name(&service, text), "fwmark 5");
	UNIT_STRING(conf_protocol_name(&service), "fwmark");
}

static void snmp_runs_when_it_has_a_block(void)
{
	struct conf *conf = parse("global_defs {\n router_id x\n}\n");

	UNIT_NUMBER(conf->global->snmp, 0);
	conf_free(conf);
	conf = parse("exporters {\n snmp {\n }\n}\n");
	UNIT_NUMBER(conf->global->snmp, 1);
	UNIT_STRING(conf->global->snmp_agentx, "/var/agentx/master");
	UNIT_STRING(conf->global->snmp_listen, "");
	UNIT_STRING(conf->global->snmp_mib_base, "1.3.6.1.4.1.8072.9999.9999");
	UNIT_STRING(conf->global->snmp_notifications, "all");
	conf_free(conf);
	conf = parse("exporters {\n snmp {\n  listen udp:1161 tcp6:[::]:1161\n  config /c\n"
		     "  notifications quorum drift\n }\n}\n");
	UNIT_STRING(conf->global->snmp_agentx, "");
	UNIT_STRING(conf->global->snmp_listen, "udp:1161 tcp6:[::]:1161");
	UNIT_STRING(conf->global->snmp_config, "/c");
	UNIT_STRING(conf->global->snmp_notifications, "quorum,drift");
	conf_free(conf);
}

static const struct unit_test tests[] = {
	UNIT_TEST(reference_file_is_understood),
	UNIT_TEST(every_keyword_is_understood),
	UNIT_TEST(defaults_are_keepaliveds),
	UNIT_TEST(what_is_written_is_kept),
	UNIT_TEST(prometheus_is_on_unless_switched_off),
	UNIT_TEST(rrd_runs_when_it_has_a_directory),
	UNIT_TEST(push_has_targets),
	UNIT_TEST(ganglia_runs_when_it_has_a_block),
	UNIT_TEST(snmp_runs_when_it_has_a_block),
	UNIT_TEST(min_garp_yields_to_what_is_written),
	UNIT_TEST(truncated_files_do_not_crash),
	UNIT_TEST(deep_nesting_does_not_crash),
	UNIT_TEST(packing_keeps_everything),
	UNIT_TEST(saving_keeps_everything),
	UNIT_TEST(publishing_tells_no_secret),
	UNIT_TEST(damaged_packed_files_are_safe),
	UNIT_TEST(indexes_out_of_bounds_are_refused),
	UNIT_TEST(difference_of_the_two_directors),
	UNIT_TEST(difference_of_objects),
	UNIT_TEST(ten_thousand_real_servers),
	UNIT_TEST(names),
};

int main(void)
{
	return unit_main("conf", tests, UNIT_COUNT(tests));
}
