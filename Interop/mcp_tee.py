"""Starts a server and copies its streams, so that what a client and it say can be looked at later.

Usage: mcp_tee.py LOG COMMAND...
"""

import subprocess
import sys
import threading


def copy(source, target, log, mark):
    for line in iter(source.readline, b""):
        log.write(mark + line)
        log.flush()
        try:
            target.write(line)
            target.flush()
        except BrokenPipeError:
            break
    if mark == b"> ":
        target.close()


with open(sys.argv[1], "ab") as log:
    server = subprocess.Popen(sys.argv[2:], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    threads = [
        threading.Thread(target=copy, args=(sys.stdin.buffer, server.stdin, log, b"> "), daemon=True),
        threading.Thread(target=copy, args=(server.stdout, sys.stdout.buffer, log, b"< ")),
    ]
    for thread in threads:
        thread.start()
    threads[1].join()
    sys.exit(server.wait())
