#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""mutate.py INTERFACE SECONDS SEED: sends broken VRRP advertisements, and prints how many.

Starts from a proper version 2 advertisement of VRID 201 and changes bits, lengths and fields, IP
header included; about a third keep a correct checksum, so that the checks behind it
are reached. None of them could win an election: priority stays below every
director's wherever the rest may be acceptable.
"""

import random
import socket
import struct
import sys
import time

MULTICAST = bytes.fromhex("01005e000012")
PRIORITY_LIMIT = 100


def checksum(data):
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return ~total & 0xffff


def advertisement(rng):
    """VRRP version 2 with PASS authentication (RFC 2338, 5.1)."""
    addresses = [bytes([192, 168, 1, rng.choice((227, 247, 228, 1))])
                 for _ in range(rng.choice((2, 2, 2, 0, 1, 3, 20, 255)))]
    body = bytearray(struct.pack("!BBBBBBH", rng.choice((0x21, 0x21, 0x21, 0x31, 0x22, 0x00)),
                                 rng.choice((201, 201, 93, 0, 7)), rng.randrange(1, PRIORITY_LIMIT),
                                 rng.choice((len(addresses), 2, 0, 255)) & 0xff,
                                 rng.choice((1, 1, 1, 0, 2, 9)), rng.choice((1, 1, 0, 200)), 0))
    body += b"".join(addresses) + rng.choice((b"1111\0\0\0\0", b"1111\0\0\0\0", b"2222\0\0\0\0", b""))
    for _ in range(rng.choice((0, 0, 1, 3))):
        body[rng.randrange(len(body))] = rng.randrange(256)
    body[2] = min(body[2], PRIORITY_LIMIT) or 1
    del body[rng.choice((len(body), len(body), rng.randrange(3, len(body)))):]
    if rng.random() < 0.6 and len(body) >= 8:
        body[6:8] = b"\0\0"
        body[6:8] = struct.pack("!H", checksum(bytes(body)))
    return bytes(body)


def packet(rng):
    body = advertisement(rng)
    source = bytes([192, 168, 1, rng.choice((225, 226, 10, 99))])
    header = bytearray(struct.pack("!BBHHHBBH4s4s", 0x45, 0xc0, 20 + len(body), 0, 0,
                                   rng.choice((255, 255, 255, 254, 1)), 112, 0, source,
                                   bytes([224, 0, 0, 18])))
    if rng.random() < 0.1:
        header[rng.randrange(20)] ^= 1 << rng.randrange(8)
    header[10:12] = b"\0\0"
    header[10:12] = struct.pack("!H", checksum(bytes(header)))
    return bytes(header) + body


def main():
    interface, seconds, seed = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
    rng = random.Random(seed)
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    wire.bind((interface, 0))
    source = wire.getsockname()[4]
    end = time.monotonic() + seconds
    sent = 0
    while time.monotonic() < end:
        for _ in range(20):
            wire.send((MULTICAST + source + b"\x08\x00" + packet(rng))[:1514])
            sent += 1
        time.sleep(0.005)
    print(sent)


main()
