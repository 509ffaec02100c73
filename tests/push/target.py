# SPDX-License-Identifier: GPL-2.0-or-later
"""A target for lbd-push: takes remote write and OTLP, keeps what came, answers as a test wants. It decodes
with nothing but the standard library and the numbers of the protocols, so that it cannot share a mistake."""
import gzip
import http.server
import math
import socket
import struct
import threading
import time

STALE = 0x7ff0000000000002


def unsnappy(data):
    """Snappy's block format, as its format_description.txt has it."""
    length, at = varint(data, 0)
    out = bytearray()
    while at < len(data):
        tag = data[at]
        at += 1
        kind = tag & 3
        if kind == 0:
            size = tag >> 2
            if size >= 60:
                extra = size - 59
                size = int.from_bytes(data[at:at + extra], "little")
                at += extra
            out += data[at:at + size + 1]
            at += size + 1
            continue
        if kind == 1:
            size, offset = (tag >> 2 & 7) + 4, tag >> 5 << 8 | data[at]
            at += 1
        else:
            width = 2 if kind == 2 else 4
            size, offset = (tag >> 2) + 1, int.from_bytes(data[at:at + width], "little")
            at += width
        if not 0 < offset <= len(out):
            raise ValueError("a copy from before the beginning")
        while size > 0:
            part = out[len(out) - offset:len(out) - offset + min(size, offset)]
            out += part
            size -= len(part)
    if len(out) != length:
        raise ValueError("%d bytes, not %d" % (len(out), length))
    return bytes(out)


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def fields(data):
    """(number, value) of each field: an int, or the bytes of what has a length."""
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        else:
            size = 8
            if kind == 2:
                size, at = varint(data, at)
            elif kind != 1:
                raise ValueError("wire type %d" % kind)
            value, at = data[at:at + size], at + size
            if len(value) != size:
                raise ValueError("cut short")
        yield key >> 3, value


def signed(value):
    return value - (1 << 64) if value >> 63 else value


class Series:
    """One series of a request, with its one sample or histogram."""

    def __init__(self, data):
        pairs = []
        self.value = self.time = self.histogram = None
        for number, value in fields(data):
            if number == 1:
                pair = dict(fields(value))
                pairs.append((pair.get(1, b"").decode(), pair.get(2, b"").decode()))
            elif number == 2:
                sample = dict(fields(value))
                self.bits, = struct.unpack("<Q", sample.get(1, bytes(8)))
                self.value, = struct.unpack("<d", sample.get(1, bytes(8)))
                self.time = signed(sample.get(2, 0))
            elif number == 4:
                self.histogram = value
        self.labels = dict(pairs)
        self.sorted = pairs == sorted(pairs) and len(self.labels) == len(pairs) and all(
            name and value for name, value in pairs)
        self.name = self.labels.get("__name__")

    @property
    def stale(self):
        return self.value is not None and math.isnan(self.value) and self.bits == STALE

    def key(self):
        return tuple(sorted(self.labels.items()))


def attributes(values):
    """The text attributes of KeyValue messages, as pairs."""
    for value in values:
        pair = dict(fields(value))
        yield pair[1].decode(), dict(fields(pair[2]))[1].decode()


def all_of(data, number):
    return [value for each, value in fields(data) if each == number]


class Export:
    """One ExportMetricsServiceRequest, with the one resource and the one scope that lbd-push has in it."""

    def __init__(self, data):
        resource_metrics, = all_of(data, 1)
        resource, = all_of(resource_metrics, 1)
        self.resource = dict(attributes(all_of(resource, 1)))
        self.scope_metrics, = all_of(resource_metrics, 2)
        self.time = None
        self.samples = list(self.read())

    def read(self):
        """(name, labels, value) as /metrics has them, histograms as buckets, sum and count."""
        for metric in all_of(self.scope_metrics, 2):
            name = all_of(metric, 1)[0].decode()
            for number, data in fields(metric):
                for point in all_of(data, 1) if number in (5, 7, 9) else ():
                    self.time, = struct.unpack("<Q", all_of(point, 3)[0])
                    yield from histogram(name, point) if number == 9 else [number_of(name, point)]


def number_of(name, point):
    """Of a NumberDataPoint."""
    values = dict((number, value) for number, value in fields(point) if number != 7)
    value = struct.unpack("<q", values[6])[0] if 6 in values else struct.unpack("<d", values[4])[0]
    return name, sorted(attributes(all_of(point, 7))), value


def histogram(name, point):
    labels = sorted(attributes(all_of(point, 9)))
    counts, = all_of(point, 6)
    bounds, = all_of(point, 7)
    counts = struct.unpack("<%dQ" % (len(counts) // 8), counts)
    bounds = struct.unpack("<%dd" % (len(bounds) // 8), bounds) + (math.inf,)
    total = 0
    for count, bound in zip(counts, bounds):
        total += count
        yield name + "_bucket", sorted(labels + [("le", "+Inf" if bound == math.inf else repr(bound))]), total
    yield name + "_count", labels, struct.unpack("<Q", all_of(point, 4)[0])[0]
    yield name + "_sum", labels, struct.unpack("<d", all_of(point, 5)[0])[0]


class Request:
    def __init__(self, headers, body, only):
        self.headers = headers
        self.at = time.monotonic()
        self.series = []
        self.otlp = None
        if headers.get("Content-Encoding") == "snappy":
            self.series = [Series(value) for number, value in fields(unsnappy(body))
                           if number == 1 and only in value]
        else:
            self.otlp = gzip.decompress(body)


class Target:
    """Listens on a port of loopback while it is open. `answer(handler, request)` answers; by default with
    status 200 and nothing. Of remote write it looks at the series that have the bytes `only` in them."""

    def __init__(self, port=0, answer=None, context=None, host="127.0.0.1", only=b""):
        self.requests = []
        self.problems = []
        self.answer = answer or ok
        target = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                try:
                    request = Request(self.headers, body, only)
                except Exception as problem:  # whatever is wrong with it, the test shall say so
                    target.problems.append(repr(problem))
                    raise
                target.requests.append(request)
                target.answer(self, request)

            def log_message(self, *_):
                pass

        class Server(http.server.ThreadingHTTPServer):
            daemon_threads = True
            block_on_close = False

            def handle_error(self, *_):
                """A client that hangs up is what some tests want."""

        self.server = Server((host, port), Handler)
        if context:
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.port = self.server.server_port
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def samples(self):
        """The last sample of each series."""
        last = {}
        for request in list(self.requests):
            for series in request.series:
                last[series.key()] = series
        return last

    def find(self, name, **labels):
        """The last values of the series of this name with these labels, as a list."""
        return [series.value for series in self.samples().values()
                if series.name == name and all(series.labels.get(k) == v for k, v in labels.items())]


def ok(handler, _):
    reply(handler, 200)


def reply(handler, status, body=b"", **headers):
    handler.send_response(status)
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def silent():
    """A listening socket that takes connections and never says anything."""
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen(50)
    return listener
