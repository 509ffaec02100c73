#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""advert.py INTERFACE VRID SOURCE FAULT COUNT ADDRESS...: sends advertisements of VRRP version 2 that have one fault.

They would be those of the reference cluster otherwise: PASS 1111, one second. Priority 1 wins nothing.
"""

import socket
import struct
import sys
import time

MULTICAST = bytes.fromhex("01005e000012")
FAULTS = ("none", "ttl", "version", "type", "checksum", "length", "authentication", "authentication-type",
          "authentication-unknown", "interval", "address-list")


def checksum(data):
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def advertisement(vrid, fault, addresses):
    kind = {"version": 0x31, "type": 0x22}.get(fault, 0x21)
    authentication = {"authentication-type": 0, "authentication-unknown": 7}.get(fault, 1)
    if fault == "address-list":
        addresses = addresses[:-1]
    body = struct.pack("!BBBBBBH", kind, vrid, 1, len(addresses), authentication, 9 if fault == "interval" else 1, 0)
    body += b"".join(addresses) + (b"2222" if fault == "authentication" else b"1111") + bytes(4)
    if fault == "length":
        body = body[:-4]
    total = checksum(body) ^ (0x5555 if fault == "checksum" else 0)
    return body[:6] + struct.pack("!H", total) + body[8:]


def main():
    interface, vrid, source, fault, count = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5])
    assert fault in FAULTS, fault
    body = advertisement(vrid, fault, [socket.inet_aton(address) for address in sys.argv[6:]])
    header = struct.pack("!BBHHHBBH4s4s", 0x45, 0xc0, 20 + len(body), 0, 0, 64 if fault == "ttl" else 255, 112, 0,
                         socket.inet_aton(source), bytes([224, 0, 0, 18]))
    header = header[:10] + struct.pack("!H", checksum(header)) + header[12:]
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire.bind((interface, 0))
    for _ in range(count):
        wire.send(MULTICAST + wire.getsockname()[4] + b"\x08\x00" + header + body)
        time.sleep(0.01)


main()
