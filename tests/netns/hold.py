#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""hold.py QUEUE FILE: holds what comes into an nfqueue.

FILE says how many packets are held. SIGUSR1 lets them go on their way, SIGTERM
ends it. Speaks nfnetlink_queue itself, so that no library is needed.
"""

import os
import signal
import socket
import struct
import sys

NETLINK_NETFILTER, NFNL_SUBSYS_QUEUE = 12, 3
MSG_PACKET, MSG_VERDICT, MSG_CONFIG = 0, 1, 2
NLM_F_REQUEST, NLM_F_ACK = 1, 4
BIND, COPY_META, NF_ACCEPT = 1, 1, 1


def attribute(kind, data):
    """A netlink attribute, padded."""
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def send(sock, queue, kind, flags, data):
    """A message of the queue's subsystem."""
    body = struct.pack(">BBH", socket.AF_UNSPEC, 0, queue) + data
    sock.send(struct.pack("=IHHII", 16 + len(body), NFNL_SUBSYS_QUEUE << 8 | kind, flags, 1, 0)
              + body)


def configure(sock, queue, data):
    """Have the kernel take an order, or give up."""
    send(sock, queue, MSG_CONFIG, NLM_F_REQUEST | NLM_F_ACK, data)
    error, = struct.unpack_from("=i", sock.recv(65536), 16)
    if error:
        sys.exit(f"queue {queue}: {os.strerror(-error)}")


def packets(message):
    """The numbers of the packets in what was received."""
    while len(message) >= 20:
        length, kind = struct.unpack_from("=IH", message)
        at = 20
        while kind == NFNL_SUBSYS_QUEUE << 8 | MSG_PACKET and at + 4 <= length:
            size, name = struct.unpack_from("=HH", message, at)
            if name == 1:
                yield struct.unpack_from(">I", message, at + 4)[0]
            at += (size + 3) & ~3
        message = message[(length + 3) & ~3:]


def main():
    """Hold until told otherwise."""
    queue, name = int(sys.argv[1]), sys.argv[2]
    held = []
    sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER)
    configure(sock, queue, attribute(1, struct.pack(">BBH", BIND, 0, 0)))
    configure(sock, queue, attribute(2, struct.pack(">IB", 0, COPY_META)))

    def tell():
        with open(name + ".new", "w", encoding="ascii") as file:
            print(len(held), file=file)
        os.rename(name + ".new", name)

    def release(_signal, _frame):
        for number in held:
            send(sock, queue, MSG_VERDICT, NLM_F_REQUEST,
                 attribute(2, struct.pack(">II", NF_ACCEPT, number)))
        held.clear()
        tell()

    signal.signal(signal.SIGUSR1, release)
    tell()
    while True:
        held.extend(packets(sock.recv(65536)))
        tell()


main()
