/* SPDX-License-Identifier: GPL-2.0-or-later */
/* IPv4 and IPv6 addresses as plain values: parsed, compared, printed. Never resolves a name. */
#ifndef LBD_BASE_ADDRESS_H
#define LBD_BASE_ADDRESS_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

/* Room for address_format(): INET6_ADDRSTRLEN rounded up. */
#define ADDRESS_TEXT 48
/* Room for address_format_port(): "[address]:65535". */
#define ADDRESS_PORT_TEXT 56

struct address {
	uint8_t family;   /* AF_INET, AF_INET6, or AF_UNSPEC for "none" */
	uint8_t reserved[3];
	uint8_t bytes[16]; /* network order; IPv4 uses the first four, the rest stay zero */
};

/* Accepts dotted-quad IPv4 and RFC 4291 IPv6 text. False (and *address untouched) for anything else. */
bool address_parse(const char *text, struct address *address);
const char *address_format(const struct address *address, char text[ADDRESS_TEXT]);
/* "192.0.2.1:80", "[2001:db8::1]:80". Returns text. */
const char *address_format_port(const struct address *address, uint16_t port,
				char text[ADDRESS_PORT_TEXT]);
/* By family, then by bytes: <0, 0, >0. */
int address_compare(const struct address *a, const struct address *b);
bool address_equal(const struct address *a, const struct address *b);
bool address_is_set(const struct address *address);
/* 4 or 16; 0 for none. */
size_t address_length(const struct address *address);
struct address address_from_ipv4(uint32_t network_order);
uint32_t address_to_ipv4(const struct address *address);
/* Fills a socket address; returns its length, 0 for no address. */
socklen_t address_to_socket(const struct address *address, uint16_t port,
			    struct sockaddr_storage *storage);

#endif
