#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""listener.py PORT: accepts connections to any address of this host and closes them."""

import socket
import sys

with socket.create_server(("", int(sys.argv[1])), backlog=4096) as server:
    while True:
        server.accept()[0].close()
