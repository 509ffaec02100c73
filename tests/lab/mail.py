#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A mail server that delivers everything into one file: mail.py ADDRESS PORT FILE

Of each mail it appends who it is for, its subject and its text, decoded.
"""

import email
import email.policy
import socketserver
import sys


class Session(socketserver.StreamRequestHandler):
    """One SMTP dialogue (RFC 5321, as much as it takes)."""

    def say(self, line):
        self.wfile.write(line.encode() + b"\r\n")

    def data(self):
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line[1:] if line.startswith(b".") else line)
        return email.message_from_bytes(b"".join(lines), policy=email.policy.default)

    def handle(self):
        to = []
        self.say("220 lab")
        for line in self.rfile:
            verb = line.split(b":")[0].strip().upper()
            if verb == b"QUIT":
                self.say("221 bye")
                return
            if verb == b"RCPT TO":
                to.append(line.split(b":", 1)[1].strip().decode())
            if verb == b"DATA":
                self.say("354 go on")
                deliver(to, self.data())
                to = []
            self.say("250 fine")


def deliver(to, message):
    text = message.get_body(("plain", "html"))
    with open(sys.argv[3], "a", encoding="utf-8") as file:
        file.write("To: %s\nSubject: %s\n\n%s\n" % (" ".join(to), message["Subject"], text.get_content()))


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


Server((sys.argv[1], int(sys.argv[2])), Session).serve_forever()
