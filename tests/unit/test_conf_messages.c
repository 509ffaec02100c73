/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What an operator is told: each mistake, where it is and what would be right. */
#include <stdio.h>
#include <string.h>

#include "tests/unit/conf_memory.h"
#include "tests/unit/unit.h"

/* One line of an otherwise right file; `problem` is said of it. */
static void one_line(const char *before, const char *line, const char *after, const char *problem)
{
	char text[4096], expected[2048];
	unsigned number = 1;

	snprintf(text, sizeof(text), "%s%s\n%s", before, line, after);
	for (const char *character = before; *character; character++)
		number += *character == '\n';
	snprintf(expected, sizeof(expected), "t:%u:%s\n", number, problem);
	MEMORY_PROBLEMS(text, problem[0] ? expected : "");
}

static void global_line(const char *line, const char *problem)
{
	one_line("global_defs {\n", line, "}\n", problem);
}

static void instance_line(const char *line, const char *problem)
{
	one_line("vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 1\n"
		 " virtual_ipaddress {\n  192.0.2.1\n }\n",
		 line, "}\n", problem);
}

static void address_line(const char *line, const char *problem)
{
	one_line("vrrp_instance VI_1 {\n interface eth0\n virtual_router_id 1\n"
		 " virtual_ipaddress {\n  192.0.2.1\n",
		 line, " }\n}\n", problem);
}

static void group_line(const char *line, const char *problem)
{
	one_line("virtual_server group g {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n"
		 " real_server 192.0.2.9 80 {\n }\n}\nvirtual_server_group g {\n 192.0.2.1 80\n",
		 line, "}\n", problem);
}

static void server_line(const char *line, const char *problem)
{
	one_line("virtual_server 192.0.2.1 80 {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n"
		 " real_server 192.0.2.9 80 {\n }\n",
		 line, "}\n", problem);
}

static void real_line(const char *line, const char *problem)
{
	one_line("virtual_server 192.0.2.1 80 {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n"
		 " real_server 192.0.2.9 80 {\n",
		 line, " }\n}\n", problem);
}

static void check_line(const char *line, const char *problem)
{
	one_line("virtual_server 192.0.2.1 80 {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n"
		 " real_server 192.0.2.9 80 {\n  TCP_CHECK {\n",
		 line, "  }\n }\n}\n", problem);
}

static void keywords(void)
{
	global_line("router_idd x",
		    "1: error: global_defs does not know the keyword \"router_idd\": did you mean router_id?");
	global_line("lb_algo rr",
		    "1: error: lb_algo does not belong into global_defs but into virtual_server");
	global_line("zebra", "1: error: global_defs does not know the keyword \"zebra\"");
	global_line("vrrp_strict",
		    "1: warning: lbd does not do vrrp_strict yet, it is left out: the checks and the packet "
		    "filter of strict mode are not there");
	global_line("umask {\n x {\n }\n}", "1: warning: lbd does not do umask yet, it is left out");
	global_line("lvs_flush now", "11: warning: \"now\" is ignored: lvs_flush ends before it");
	global_line("lvs_flush {\n}", "1: error: lvs_flush takes no block: no { may follow it");
	global_line("router_id", "1: error: router_id says nothing: write router_id NAME");
	MEMORY_PROBLEMS("global_defs {\n router_id a\n router_id b\n}\n",
			"t:3:2: warning: router_id is written again: t:2 no longer counts\n");
}

static void blocks(void)
{
	MEMORY_PROBLEMS("global_defs\n",
			"t:1:1: error: global_defs opens a block: write global_defs { ... }\n");
	MEMORY_PROBLEMS("vrrp_instance {\n}\n",
			"t:1:1: error: vrrp_instance says nothing: write vrrp_instance NAME { ... }\n");
	MEMORY_PROBLEMS("global_defs {\n virtual_server_group g {\n 192.0.2.1 80\n }\n}\n",
			"t:2:2: error: virtual_server_group does not belong into global_defs, it stands by "
			"itself: is a } missing before it?\n"
			"t:2:2: warning: virtual_server_group g serves nothing: no virtual_server names it\n");
	MEMORY_PROBLEMS("net_namespace x\n",
			"t:1:1: error: lbd does not do net_namespace yet: lbd would run in another network "
			"namespace than the file says; start it with ip netns exec\n");
}

static void global_values(void)
{
	global_line("vrrp_version 3", "") ;
	global_line("vrrp_version 4", "14: error: vrrp_version \"4\" is out of range: it takes a number "
				      "from 2 to 3");
	global_line("vrrp_mcast_group4 224.0.0.18", "");
	global_line("vrrp_mcast_group4 224.0.0.19",
		    "19: error: lbd sends advertisements to 224.0.0.18 only so far: another director that "
		    "uses 224.0.0.19 would not hear it");
	global_line("vrrp_mcast_group4 x", "19: error: vrrp_mcast_group4 \"x\" is no address: write one "
					   "like 192.0.2.1 or 2001:db8::1");
	global_line("lvs_flush_on_stop VS", "");
	global_line("lvs_flush_on_stop RS",
		    "19: warning: \"RS\" is ignored: lvs_flush_on_stop takes VS or nothing");
	global_line("vrrp_min_garp maybe", "15: error: vrrp_min_garp \"maybe\" is neither on nor off: "
					   "write on, yes, true, off, no or false");
	global_line("vrrp_garp_master_delay soon",
		    "24: error: vrrp_garp_master_delay \"soon\" is not a time: it takes a time from 0 to "
		    "86400 seconds");
	global_line("router_id "
		    "0123456789012345678901234567890123456789012345678901234567890123456789",
		    "11: error: this name is too long: it may have 63 characters");
}

static void instances(void)
{
	instance_line("state SLAVE", "7: warning: there is no state \"SLAVE\", it is taken for BACKUP: "
				     "write MASTER or BACKUP");
	instance_line("priority 0",
		      "10: error: priority \"0\" is out of range: it takes a number from 1 to 255");
	instance_line("priority high",
		      "10: error: priority \"high\" is not a number: it takes a number from 1 to 255");
	instance_line("advert_int 0.4", "12: warning: advert_int 0.4 is taken for 1: VRRP version 2 has "
					"whole seconds");
	instance_line("advert_int 256", "12: error: advert_int \"256\" is out of range: it takes a time "
					"from 0.01 to 255 seconds");
	instance_line("version 3", "9: error: lbd does not do VRRP version 3 yet: with version 2 the "
				   "directors would not hear each other, and both be master");
	instance_line("unicast_peer {\n 192.0.2.3\n}",
		      "1: error: lbd does not do unicast_peer yet: without it the directors would not hear "
		      "each other, and both be master");
	instance_line("garp_master_repeat 0",
		      "20: warning: it is taken for 1: at least one packet is sent");
	instance_line("mcast_src_ip 192.0.2.4",
		      "1: warning: lbd does not do mcast_src_ip yet: advertisements come from the first "
		      "address of the interface");
	MEMORY_PROBLEMS("vrrp_instance VI_1 {\n interface eth7\n virtual_router_id 1\n"
			" virtual_ipaddress {\n 192.0.2.1\n }\n}\n",
			"t:2:12: error: there is no interface eth7; there are lo, eth0, eth1\n");
	MEMORY_PROBLEMS("global_defs {\n dynamic_interfaces\n}\n"
			"vrrp_instance VI_1 {\n interface eth7\n virtual_router_id 1\n"
			" virtual_ipaddress {\n 192.0.2.1\n }\n}\n",
			"t:5:12: warning: there is no interface eth7 yet; there are lo, eth0, eth1\n");
}

static void preemption(void)
{
	MEMORY_PROBLEMS("vrrp_instance a {\n interface eth0\n virtual_router_id 1\n state MASTER\n"
			" nopreempt\n preempt_delay 3\n virtual_ipaddress {\n 192.0.2.1\n }\n}\n",
			"t:5:2: warning: nopreempt is ignored: it needs state BACKUP on all directors\n"
			"t:6:2: warning: preempt_delay is ignored: it needs state BACKUP\n");
	MEMORY_PROBLEMS("vrrp_instance a {\n interface eth0\n virtual_router_id 1\n nopreempt\n"
			" preempt_delay 3\n virtual_ipaddress {\n 192.0.2.1\n }\n}\n",
			"t:5:2: warning: preempt_delay is ignored: nopreempt never takes over\n");
	instance_line("nopreempt\npriority 255",
		      "1: warning: nopreempt is ignored: priority 255 owns the addresses");
}

static void authentication(void)
{
	instance_line("authentication { auth_type AH\n auth_pass x\n}",
		      "28: error: lbd does not do auth_type AH: the other director would not accept its "
		      "advertisements; use PASS");
	instance_line("authentication { auth_type MD5\n auth_pass x\n}",
		      "28: error: there is no auth_type \"MD5\": write PASS");
	instance_line("authentication { auth_type PASS\n}",
		      "18: warning: without an auth_pass nothing is authenticated");
	instance_line("authentication { auth_pass x\n}", "1: warning: without an auth_type nothing is "
							 "authenticated: write auth_type PASS");
	instance_line("authentication { auth_type PASS } authentication { auth_pass 123456789 }",
		      "62: warning: only the first eight characters of auth_pass count");
}

static void addresses(void)
{
	address_line("192.0.2.2/24 dev eth1 brd + scope link label eth1:x", "");
	address_line("192.0.2.2/33", "1: error: \"192.0.2.2/33\" is no address: write one like 192.0.2.1 "
				     "or 192.0.2.1/24");
	address_line("2001:db8::1", "1: error: lbd does not do IPv6 virtual addresses yet: nobody would "
				    "hold 2001:db8::1");
	address_line("192.0.2.2 dev", "11: error: dev says nothing: a word must follow it");
	address_line("192.0.2.2 dev eth5",
		     "15: error: there is no interface eth5; there are lo, eth0, eth1");
	address_line("192.0.2.2 scope moon", "17: error: there is no scope \"moon\": write global, site, "
					     "link, host or nowhere");
	address_line("192.0.2.2 brd +", "15: warning: brd is ignored: a network of /32 has no broadcast "
					"address");
	address_line("192.0.2.2 brd x", "15: error: \"x\" is no broadcast address: write an IPv4 address, "
					"+ or -");
	address_line("192.0.2.2 label 0123456789abcdef",
		     "17: error: this label is too long: it may have 15 characters");
	address_line("192.0.2.2 192.0.2.3", "11: error: \"192.0.2.3\" is no option of a virtual address: it "
					    "takes dev, brd, scope and label; each address has a line of its "
					    "own");
	address_line("192.0.2.2 no_track", "11: warning: lbd does not do no_track yet, it is left out");
	address_line("192.0.2.2 peer 192.0.2.7/32", "11: error: lbd does not do peer addresses yet: the "
						    "route to the peer would be missing");
	address_line("192.0.2.1", "1: warning: 192.0.2.1 is a virtual address of this instance already: "
				  "this line is left out, see t:5");
	MEMORY_PROBLEMS("vrrp_instance a {\n interface eth0\n virtual_router_id 1\n"
			" virtual_ipaddress { 192.0.2.1\n }\n}\n"
			"vrrp_instance b {\n interface eth0\n virtual_router_id 2\n"
			" virtual_ipaddress { 192.0.2.2\n 192.0.2.1\n }\n}\n",
			"t:11:2: error: 192.0.2.1 is a virtual address of another instance already: see "
			"t:4\n");
}

static void instances_together(void)
{
	MEMORY_PROBLEMS("vrrp_instance a {\n interface eth0\n virtual_router_id 7\n"
			" virtual_ipaddress { 192.0.2.1\n }\n}\n"
			"vrrp_instance b {\n interface eth0\n virtual_router_id 7\n"
			" virtual_ipaddress { 192.0.2.2\n }\n}\n"
			"vrrp_instance a {\n interface eth1\n virtual_router_id 7\n}\n",
			"t:9:20: error: virtual_router_id 7 is used on eth0 already, by vrrp_instance a "
			"(t:3): give one of them another\n"
			"t:13:1: error: vrrp_instance a is there already: see t:1\n"
			"t:13:1: warning: vrrp_instance a has no virtual_ipaddress: a failover moves "
			"nothing\n");
}

static void too_many_addresses(void)
{
	MEMORY_PROBLEMS("vrrp_instance a {\n interface eth0\n virtual_router_id 7\n"
			" virtual_ipaddress {\n  ~SEQ(A, 1, 256) 192.0.${A}.2\n }\n}\n",
			"t:5:19: error: \"192.0.256.2\" is no address: write one like 192.0.2.1 or "
			"192.0.2.1/24\n");
	MEMORY_PROBLEMS("vrrp_instance a {\n interface eth0\n virtual_router_id 7\n"
			" virtual_ipaddress {\n  ~SEQ(A, 0, 255) 192.0.${A}.2\n  192.1.1.1\n }\n}\n",
			"t:5:19: warning: an advertisement has room for 255 addresses: from here on they are "
			"held but not advertised; move them to virtual_ipaddress_excluded\n");
}

static void groups(void)
{
	group_line("192.0.2.2-1 80", "1: error: \"192.0.2.2-1\" is no address and no range: write "
				     "192.0.2.1, 192.0.2.1-20, 192.0.2.1-192.0.2.20, 192.0.2.0/28 or fwmark "
				     "NUMBER");
	group_line("10.0.0.0/8 80", "1: error: a range of more than 65536 addresses is too large");
	group_line("192.0.2.2 70000", "11: error: \"70000\" is no port: a port is 1 to 65535");
	group_line("fwmark", "1: error: fwmark says nothing: write fwmark NUMBER");
	group_line("fwmark 0", "8: error: \"0\" is no firewall mark: it takes a number from 1 to "
			       "4294967295");
	group_line("fwmark 1 inet4", "10: error: \"inet4\" is no family: write inet, inet6 or nothing");
	group_line("192.0.2.2 80 192.0.2.3",
		   "14: warning: \"192.0.2.3\" is ignored: each address has a line of its own");
	MEMORY_PROBLEMS("virtual_server_group g {\n}\nvirtual_server_group g {\n 192.0.2.1 80\n}\n",
			"t:1:1: error: virtual_server_group g is empty: write an address and a port on a "
			"line\n"
			"t:1:1: warning: virtual_server_group g serves nothing: no virtual_server names it\n"
			"t:3:1: error: virtual_server_group g is there already: see t:1\n");
}

static void virtual_servers(void)
{
	server_line("quorum 0", "8: error: quorum \"0\" is out of range: it takes a number from 1 to "
				"4294967295");
	server_line("sh-port", "1: warning: this is ignored: it needs the scheduler sh");
	server_line("ops", "1: warning: ops is ignored: it needs protocol UDP or a firewall mark");
	server_line("persistence_timeout 0", "21: error: persistence_timeout \"0\" is out of range: it "
					     "takes a number from 1 to 2678400");
	server_line("persistence_granularity 255.0.255.0",
		    "25: error: \"255.0.255.0\" is no netmask: write one like 255.255.255.0, for IPv6 a "
		    "prefix of 1 to 128");
	server_line("sorry_server x 80", "14: error: \"x\" is no address: write one like 192.0.2.1 or "
					 "2001:db8::1");
	server_line("sorry_server_inhibit",
		    "1: warning: sorry_server_inhibit is ignored: there is no sorry_server");
	server_line("ip_family inet5", "11: error: \"inet5\" is no family: write inet or inet6");
	server_line("real_server 192.0.2.9 80 {\n}",
		    "1: error: 192.0.2.9:80 is a real_server of the virtual_server 192.0.2.1:80 already: see "
		    "t:5");
	server_line("real_server 2001:db8::9 80 {\n}",
		    "1: error: an IPv6 real_server cannot serve the IPv4 virtual_server 192.0.2.1:80 but "
		    "through a tunnel: use lvs_method TUN or an address of its family");
}

#define REAL " real_server 192.0.2.9 80 {\n }\n}\n"

static void virtual_servers_without(void)
{
	MEMORY_PROBLEMS("virtual_server 192.0.2.1 80 {\n" REAL,
			"t:1:1: warning: without lb_algo the scheduler is wlc: write the one you mean\n"
			"t:1:1: warning: without lb_kind the forwarding method is NAT: write NAT, DR or TUN\n"
			"t:1:1: warning: without protocol it is UDP: write protocol TCP, UDP or SCTP\n");
	MEMORY_PROBLEMS("virtual_server 192.0.2.1 80 {\n}\n",
			"t:1:1: warning: this virtual_server has no real_server: it is left out\n");
	MEMORY_PROBLEMS("virtual_server 192.0.2.1 {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n" REAL,
			"t:1:1: warning: a service without port must be persistent, so persistence_timeout is "
			"360: write a port, or the timeout you mean\n");
	MEMORY_PROBLEMS("virtual_server group {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n" REAL,
			"t:1:16: error: group says nothing: write virtual_server group NAME\n");
	MEMORY_PROBLEMS("virtual_server fwmark 5 {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n" REAL,
			"t:4:2: warning: protocol is ignored: a firewall mark has none\n");
	MEMORY_PROBLEMS("virtual_server_group www {\n 192.0.2.1 80\n}\nvirtual_server group ww {\n"
			" lb_algo rr\n lb_kind NAT\n protocol TCP\n" REAL,
			"t:1:1: warning: virtual_server_group www serves nothing: no virtual_server names "
			"it\n"
			"t:4:22: error: there is no virtual_server_group ww: did you mean www\n");
}

static void schedulers_and_methods(void)
{
	MEMORY_PROBLEMS("virtual_server 192.0.2.1 80 {\n lb_algo best\n lb_kind VIA\n protocol ICMP\n" REAL,
			"t:2:10: error: there is no scheduler \"best\": write one of rr wrr lc wlc lblc lblcr "
			"dh sh mh sed nq fo ovf twos\n"
			"t:3:10: error: \"VIA\" is no forwarding method: write NAT, DR or TUN\n"
			"t:4:11: error: there is no protocol \"ICMP\" here: write TCP, UDP or SCTP\n");
	MEMORY_PROBLEMS("virtual_server 192.0.2.1 80 {\n lb_algo rr\n lb_kind TUN type gue port 6080\n"
			" protocol TCP\n" REAL,
			"t:3:14: error: lbd tunnels with ipip only so far: write TUN alone\n");
	MEMORY_PROBLEMS("virtual_server 192.0.2.1 80 {\n lb_algo rr\n lb_kind TUN type ipip\n"
			" protocol tcp\n" REAL,
			"");
}

static void duplicate_services(void)
{
	MEMORY_PROBLEMS("virtual_server 192.0.2.1 80 {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n" REAL
			"virtual_server_group g {\n 192.0.2.1-2 80\n fwmark 4\n}\n"
			"virtual_server group g {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n" REAL
			"virtual_server fwmark 4 {\n lb_algo rr\n lb_kind NAT\n" REAL
			"virtual_server 192.0.2.1 80 {\n lb_algo rr\n lb_kind NAT\n protocol UDP\n" REAL,
			"t:12:1: error: TCP 192.0.2.1:80 is served already, by the virtual_server "
			"192.0.2.1:80 (t:1)\n"
			"t:19:1: error: fwmark 4 is served already, by the virtual_server group g (t:12)\n");
}

static void quorum(void)
{
	MEMORY_PROBLEMS("virtual_server 192.0.2.1 80 {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n"
			" quorum 5\n hysteresis 7\n weight 2\n" REAL,
			"t:1:1: warning: quorum 5 is more than all its real servers weigh: it is taken for "
			"2\n"
			"t:1:1: warning: hysteresis 7 must be less than the quorum: it is taken for 1\n");
}

static void real_servers(void)
{
	real_line("weight 70000",
		  "8: error: weight \"70000\" is out of range: it takes a number from 0 to 65535");
	real_line("lthreshold 5", "12: error: lthreshold is above uthreshold, which the kernel refuses: write "
				  "0 or less");
	real_line("tcp_check {\n}", "1: error: real_server does not know the keyword \"tcp_check\": did you "
				    "mean TCP_CHECK?");
	real_line("TCP_CHECK", "1: error: TCP_CHECK opens a block: write TCP_CHECK { ... }");
	server_line("real_server 192.0.2.8 70000 {\n}",
		    "23: error: \"70000\" is no port: a port is 1 to 65535");
	server_line("real_server 192.0.2 80 {\n}", "13: error: \"192.0.2\" is no address: write one like "
						   "192.0.2.1 or 2001:db8::1");
	server_line("real_server {\n}", "1: error: real_server says nothing: write real_server ADDRESS "
					"[PORT] { ... }");
	MEMORY_PROBLEMS("virtual_server 192.0.2.1 80 {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n"
			" real_server 192.0.2.9 80 {\n  HTTP_GET {\n   url { path / }\n  }\n }\n}\n",
			"t:5:2: warning: no check is left for this real_server: it stays in service whatever "
			"becomes of it\n"
			"t:6:3: warning: lbd does not do HTTP_GET yet, it is left out: the real server is not "
			"checked by it\n");
}

static void ports(void)
{
	MEMORY_PROBLEMS("virtual_server 192.0.2.1 80 {\n lb_algo rr\n lb_kind DR\n protocol TCP\n"
			" real_server 192.0.2.9 81 {\n }\n}\n",
			"t:5:2: warning: the port is taken for 80, that of the service: DR does not change "
			"ports\n");
	MEMORY_PROBLEMS("virtual_server fwmark 9 {\n lb_algo rr\n lb_kind TUN\n"
			" real_server 192.0.2.9 81 {\n }\n}\n",
			"t:4:2: warning: the port is ignored: with a firewall mark TUN keeps the packet's "
			"own\n");
	MEMORY_PROBLEMS("virtual_server_group g {\n 192.0.2.1 80\n 192.0.2.1 81\n}\n"
			"virtual_server group g {\n lb_algo rr\n lb_kind DR\n protocol TCP\n" REAL,
			"t:9:2: warning: port 80 is not that of every address of group g, and DR does not "
			"change ports\n");
}

static void checks(void)
{
	check_line("connect_port 70000", "14: error: connect_port \"70000\" is out of range: it takes a "
					 "number from 1 to 65535");
	check_line("bindto 2001:db8::1", "8: error: bindto and the address that is checked must both be "
					 "IPv4 or both IPv6");
	check_line("bind_if eth4", "9: error: there is no interface eth4; there are lo, eth0, eth1");
	check_line("connect_timeout 0", "17: error: connect_timeout \"0\" is out of range: it takes a time "
					"from 0.001 to 4294 seconds");
	MEMORY_PROBLEMS("virtual_server fwmark 9 {\n lb_algo rr\n lb_kind DR\n"
			" real_server 192.0.2.9 {\n  TCP_CHECK {\n  }\n }\n}\n",
			"t:5:3: error: there is no port to connect to: write connect_port in TCP_CHECK, or a "
			"port after the address of the real_server\n");
}

static void push_targets(void)
{
	MEMORY_PROBLEMS("exporters {\n remote_write {\n  interval 0\n }\n otlp {\n }\n}\n",
			"t:2:2: error: remote_write has no url: write where to, like url "
			"http://192.0.2.9:9090/api/v1/write\n"
			"t:3:12: error: interval \"0\" is out of range: it takes a number from 1 to 3600\n"
			"t:5:2: error: otlp has no url: write where to, like url "
			"http://192.0.2.9:4318/v1/metrics\n");
	MEMORY_PROBLEMS("exporters {\n otlp {\n  url http://me:hush@h/\n }\n}\n",
			"t:3:7: error: a URL with a password in it is seen by everybody: write user and "
			"password_file instead\n");
	MEMORY_PROBLEMS("exporters {\n otlp {\n  url h:4318\n  user me\n  ca_file ca.pem\n }\n}\n",
			"t:2:2: error: user and password_file go together: write both or neither\n"
			"t:3:7: error: a URL begins with http:// or https://\n"
			"t:5:11: error: \"ca.pem\" is no whole path: write one that begins with /\n");
	MEMORY_PROBLEMS("exporters {\n otlp {\n  url http://h/\n }\n remote_write {\n"
			"  url http://h/?a=b\n  labels {\n   a.b c\n   d\n  }\n }\n}\n",
			"t:6:7: error: another block sends there already: remove one of them\n"
			"t:8:4: error: \"a.b\" is no name of a label: it takes letters, digits and _, no "
			"digit first and no __ first\n"
			"t:9:4: error: this should be a name and a value: write NAME VALUE, in quotes if it "
			"has blanks\n");
}

static void exporters(void)
{
	MEMORY_PROBLEMS("exporters {\n prometheus {\n  listen 127.0.0.1 99999\n }\n}\n",
			"t:3:20: error: \"99999\" is no port: a port is 1 to 65535\n");
	MEMORY_PROBLEMS("exporters {\n prometheus {\n  listen localhost\n }\n}\n",
			"t:3:10: error: \"localhost\" is no address: write one like 192.0.2.1 or "
			"2001:db8::1\n");
	MEMORY_PROBLEMS("exporters {\n prometheus {\n }\n no_prometheus\n}\n",
			"t:4:2: error: no_prometheus contradicts the prometheus block: remove one of them\n");
	MEMORY_PROBLEMS("exporters {\n prometheus {\n  listen 127.0.0.1 9000 now\n }\n}\n",
			"t:3:25: warning: \"now\" is ignored: listen takes an address and a port\n");
	MEMORY_PROBLEMS("exporters {\n prometheus {\n  web_config web.yml\n }\n}\n",
			"t:3:14: error: \"web.yml\" is no whole path: write one that begins with /\n");
	MEMORY_PROBLEMS("exporters {\n rrd {\n  step 10\n }\n}\n",
			"t:2:2: error: rrd has no directory: write where the files go, like directory "
			"/var/lib/lbd-rrd\n");
	MEMORY_PROBLEMS("exporters {\n rrd {\n  directory here\n  step 0\n  rrdcached x\n }\n}\n",
			"t:3:13: error: directory \"here\" is no whole path: begin it with /\n"
			"t:4:8: error: step \"0\" is out of range: it takes a number from 1 to 3600\n"
			"t:5:13: error: rrdcached \"x\" is no whole path: begin it with /\n");
	MEMORY_PROBLEMS("exporters {\n rrd {\n  directory /d\n  archives 1m:1w 1q:1d\n }\n}\n",
			"t:4:18: error: \"1q:1d\" is no archive: write RESOLUTION:SPAN, like 10s:1d or "
			"2h:2y\n");
	MEMORY_PROBLEMS("exporters {\n rrd {\n  directory /d\n  archives 1d:10s\n }\n}\n",
			"t:4:12: error: \"1d:10s\" would keep less than one value: the span comes after "
			"the resolution and is longer\n");
	MEMORY_PROBLEMS("exporters {\n rrd {\n  directory /d\n  archives 1:1d 2:1d 3:1d 4:1d 5:1d "
			"6:1d 7:1d 8:1d 9:1d\n }\n}\n",
			"t:4:52: error: more than 8 archives: leave some out\n");
	MEMORY_PROBLEMS("exporters {\n rrd {\n  directory /d\n  archives 1s:99999999999y\n }\n}\n",
			"t:4:12: error: \"1s:99999999999y\" is no archive: write RESOLUTION:SPAN, like "
			"10s:1d or 2h:2y\n");
	MEMORY_PROBLEMS("exporters {\n ganglia {\n  host a 0\n  metrics summary servers\n  interval 0\n"
			"  send_metadata_interval 61\n }\n}\n",
			"t:3:10: error: \"0\" is no port: a port is 1 to 65535\n"
			"t:4:19: error: \"servers\" is no group of metrics: write summary, vrrp, "
			"virtual_servers, real_servers, or all\n"
			"t:5:12: error: interval \"0\" is out of range: it takes a number from 1 to 3600\n"
			"t:6:26: error: send_metadata_interval \"61\" is out of range: it takes a number from "
			"1 to 60\n");
	MEMORY_PROBLEMS("exporters {\n ganglia {\n  interval 5\n  dmax 100\n }\n}\n",
			"t:4:8: error: dmax 100 is too short: metrics are described each 60 s, and gmond would "
			"forget those that are well; write 120 or more, or 0\n");
	MEMORY_PROBLEMS("exporters {\n ganglia {\n  host 192.0.2.1 8649 now\n }\n}\n",
			"t:3:23: warning: \"now\" is ignored: host takes an address or a name, and a port\n");
	MEMORY_PROBLEMS("exporters {\n ganglia {\n  ask gmond\n }\n}\n",
			"t:3:7: error: \"gmond\" is no address: write one like 192.0.2.1 or 2001:db8::1\n");
	MEMORY_PROBLEMS("exporters {\n ganglia {\n  ask 192.0.2.1 8649 now\n }\n}\n",
			"t:3:22: warning: \"now\" is ignored: ask takes an address and a port\n");
}

static void snmp_problems(void)
{
	MEMORY_PROBLEMS("exporters {\n snmp {\n  listen 1161\n  mib_base 1.3.6.1\n"
			"  notifications all everything\n }\n}\n",
			"t:3:3: error: listen needs a config: without one nobody may ask; write config "
			"FILE, with users as in snmpd.conf\n"
			"t:3:10: error: \"1161\" is no address to listen at: write udp:ADDRESS:PORT, "
			"udp6:[ADDRESS]:PORT, tcp:ADDRESS:PORT or tcp6:[ADDRESS]:PORT\n"
			"t:4:12: error: \"1.3.6.1\" is no root for LBD-MIB: write an object identifier "
			"below 1.3.6.1.4.1, of 16 numbers at most\n"
			"t:5:21: error: \"everything\" is no notification: write vrrp_state, quorum, "
			"real_server, drift, ipvs, config, process, dual_master, defence, change, "
			"advert_refused, vrrp_mib, vrrpv3_mib, all or none\n");
	MEMORY_PROBLEMS("exporters {\n snmp {\n  agentx /a\n  listen udp:1161\n  config c\n }\n}\n",
			"t:4:3: error: listen contradicts agentx: lbd-snmp answers by itself or is a "
			"subagent; remove one of them\n"
			"t:5:10: error: config \"c\" is no whole path: begin it with /\n");
	MEMORY_PROBLEMS("exporters {\n snmp {\n  config /c\n }\n}\n",
			"t:3:3: warning: config is ignored: it is for listen; a subagent leaves users and "
			"trap sinks to snmpd\n");
}

/* The five mistakes of one file come in one go, in the order of the file. */
static void five_mistakes(void)
{
	MEMORY_PROBLEMS("vrrp_instance VI_1 {\n interface eth7\n virtual_router_id 300\n priorty 5\n"
			" virtual_ipaddress {\n  192.0.2.1\n }\n}\n"
			"virtual_server group www {\n lb_algo rr\n lb_kind NAT\n protocol TCP\n"
			" real_server 192.0.2.9 70000 {\n }\n}\n",
			"t:2:12: error: there is no interface eth7; there are lo, eth0, eth1\n"
			"t:3:20: error: virtual_router_id \"300\" is out of range: it takes a number from 1 to "
			"255\n"
			"t:4:2: error: vrrp_instance does not know the keyword \"priorty\": did you mean "
			"priority?\n"
			"t:9:22: error: there is no virtual_server_group www\n"
			"t:13:24: error: \"70000\" is no port: a port is 1 to 65535\n");
}

static const struct unit_test tests[] = {
	UNIT_TEST(keywords),
	UNIT_TEST(blocks),
	UNIT_TEST(global_values),
	UNIT_TEST(instances),
	UNIT_TEST(preemption),
	UNIT_TEST(authentication),
	UNIT_TEST(addresses),
	UNIT_TEST(instances_together),
	UNIT_TEST(too_many_addresses),
	UNIT_TEST(groups),
	UNIT_TEST(virtual_servers),
	UNIT_TEST(virtual_servers_without),
	UNIT_TEST(schedulers_and_methods),
	UNIT_TEST(duplicate_services),
	UNIT_TEST(quorum),
	UNIT_TEST(real_servers),
	UNIT_TEST(ports),
	UNIT_TEST(checks),
	UNIT_TEST(exporters),
	UNIT_TEST(push_targets),
	UNIT_TEST(snmp_problems),
	UNIT_TEST(five_mistakes),
};

int main(void)
{
	return unit_main("conf messages", tests, UNIT_COUNT(tests));
}
