"""Looks at every packet of a network namespace until its standard input ends, and counts those in which a text is.

usage: capture.py TEXT        writes `ready`, and at the end a line of JSON
"""

import ipaddress
import json
import select
import socket
import sys

text = sys.argv[1].encode()
pods = ipaddress.ip_network("10.244.0.0/24")
every_protocol = 3

packets = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(every_protocol))
packets.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2**26)
counts = {"betweenPods": 0, "clearBetweenPods": 0, "clearElsewhere": 0}
print("ready", flush=True)
while True:
    readable, _, _ = select.select([packets, sys.stdin], [], [])
    if packets in readable:
        packet = packets.recv(65535)
        if len(packet) < 20 or packet[0] >> 4 != 4:
            continue
        ends = (ipaddress.ip_address(packet[12:16]), ipaddress.ip_address(packet[16:20]))
        between = all(end in pods for end in ends)
        clear = text in packet
        counts["betweenPods"] += between
        counts["clearBetweenPods"] += between and clear
        counts["clearElsewhere"] += clear and not between
    elif sys.stdin in readable:
        break
print(json.dumps(counts), flush=True)
