# SPDX-License-Identifier: GPL-2.0-or-later
"""SNMPv2c as bytes, written and read here, so that what no library would send can be sent."""

import random
import socket

SEQUENCE, INTEGER, OCTETS, NULL, OBJECT_ID = 0x30, 0x02, 0x04, 0x05, 0x06
GET, GETNEXT, RESPONSE, GETBULK = 0xa0, 0xa1, 0xa2, 0xa5
END_OF_MIB = 0x82
LARGEST = 2 ** 32 - 1
PATIENCE = 20


def tlv(tag, body):
    if len(body) < 128:
        return bytes([tag, len(body)]) + body
    size = len(body).to_bytes(2, "big")
    return bytes([tag, 0x82]) + size + body


def integer(number):
    return tlv(INTEGER, number.to_bytes(max(1, (number.bit_length() + 8) // 8), "big", signed=True))


def base128(number):
    parts = [number & 127]
    while number := number >> 7:
        parts.append(128 | number & 127)
    return bytes(reversed(parts))


def object_id(ids):
    return tlv(OBJECT_ID, base128(ids[0] * 40 + ids[1]) + b"".join(map(base128, ids[2:])))


def request(kind, number, oids, community=b"public", repetitions=0):
    variables = b"".join(tlv(SEQUENCE, object_id(ids) + tlv(NULL, b"")) for ids in oids)
    body = integer(number) + integer(0) + integer(repetitions) + tlv(SEQUENCE, variables)
    return tlv(SEQUENCE, integer(1) + tlv(OCTETS, community) + tlv(kind, body))


# --- answers -----------------------------------------------------------------------------------------------------

def read(data, at):
    """Tag, body, and where the next begins."""
    tag, size = data[at], data[at + 1]
    at += 2
    if size & 128:
        count = size & 127
        size = int.from_bytes(data[at:at + count], "big")
        at += count
    assert at + size <= len(data)
    return tag, data[at:at + size], at + size


def children(body):
    at, found = 0, []
    while at < len(body):
        tag, inner, at = read(body, at)
        found.append((tag, inner))
    return found


def read_object_id(body):
    ids, number = [], 0
    for byte in body:
        number = number << 7 | byte & 127
        if not byte & 128:
            ids.append(number)
            number = 0
    first = min(ids[0] // 40, 2)
    return [first, ids[0] - 40 * first] + ids[1:]


def answer(data):
    """(number of the request, error, [(ids, tag of the value)])"""
    tag, message, end = read(data, 0)
    assert tag == SEQUENCE and end == len(data)
    kind, body = children(message)[2]
    assert kind == RESPONSE, hex(kind)
    number, error, _, variables = children(body)
    pairs = [children(each) for _, each in children(variables[1])]
    return (int.from_bytes(number[1], "big", signed=True), int.from_bytes(error[1], "big"),
            [(read_object_id(name[1]), value[0]) for name, value in pairs])


# --- a manager ---------------------------------------------------------------------------------------------------

class Walker:
    """Walks all that is below a root, at the pace of who calls step(): in `seen` is what was answered."""

    def __init__(self, port, root):
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", port))
        self.socket.settimeout(PATIENCE)
        self.root, self.at = root, root
        self.number, self.seen = 0, []

    def step(self):
        """False at the end."""
        self.number += 1
        self.socket.send(request(GETNEXT, self.number, [self.at]))
        number, error, ((found, _),) = answer(self.socket.recv(65536))
        assert number == self.number and error == 0
        if found[:len(self.root)] != self.root:
            self.socket.close()
            return False
        self.at = found
        self.seen.append(found)
        return True

    def finish(self):
        while self.step():
            pass


# --- what nobody means well --------------------------------------------------------------------------------------

class Storm:
    """Requests for object identifiers that are odd but well formed, each of which must be answered with a greater
    one, and between them datagrams that are broken, which need no answer."""

    def __init__(self, port, roots, seed=1):
        self.random = random.Random(seed)
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.connect(("127.0.0.1", port))
        self.socket.settimeout(PATIENCE)
        self.roots = roots
        self.last = roots[0]
        self.number = self.answered = self.broken = 0

    def close(self):
        self.socket.close()

    def sub_identifier(self):
        return self.random.choice((0, 1, self.random.randrange(12), self.random.randrange(1200),
                                   self.random.randrange(2 ** 32), LARGEST - 1, LARGEST))

    def ids(self):
        """Below a root, or a bit beside it; as long as an object identifier may be at most."""
        draw = self.random
        if draw.random() < 0.5:
            base = self.last[:draw.randrange(2, len(self.last) + 1)]
        else:
            base = draw.choice(self.roots)
        more = draw.choice((0, 1, 2, 4, draw.randrange(20), 128 - len(base)))
        return (base + [self.sub_identifier() for _ in range(more)])[:128]

    def ask(self):
        self.number += 1
        asked = self.ids()
        self.socket.send(request(GETNEXT, self.number, [asked]))
        while True:
            number, error, pairs = answer(self.socket.recv(65536))
            if number == self.number:
                break
        assert error == 0 and len(pairs) == 1, (asked, error)
        found, tag = pairs[0]
        assert tag == END_OF_MIB or found > asked, (asked, found)
        if tag != END_OF_MIB:
            self.last = found
        self.answered += 1

    def break_one(self):
        """Sub-identifiers of 2^32 and above, too many of them, lengths that lie, bytes that are others."""
        draw = self.random
        ids = self.ids()
        kind = draw.choice((GET, GETNEXT, GETBULK))
        if draw.random() < 0.3:
            ids = ids[:100] + [draw.choice((2 ** 32, 2 ** 32 + 1, 2 ** 35, 2 ** 63, 2 ** 64))] * draw.randrange(1, 4)
        elif draw.random() < 0.3:
            ids = ids + [self.sub_identifier() for _ in range(draw.randrange(120, 400))]
        data = bytearray(request(kind, 0, [ids] * draw.randrange(1, 3), repetitions=draw.randrange(4)))
        for _ in range(draw.randrange(4)):
            data[draw.randrange(len(data))] = draw.choice((0, 0x7f, 0x80, 0xff, draw.randrange(256)))
        if draw.random() < 0.3:
            del data[draw.randrange(len(data)):]
        self.socket.send(bytes(data))
        self.broken += 1

    def blow(self, count):
        for _ in range(count):
            self.ask()
            if self.random.random() < 0.5:
                self.break_one()
