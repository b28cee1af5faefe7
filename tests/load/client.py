"""A light closed-loop client: so many keep-alive connections, each sending its next request when the last was answered.

    python -m tests.load.client plan.json

The plan names a loopback port, the requests to cycle through, connections, and the most requests and seconds. Prints one
line of JSON: seconds, requests, latencies (ms, sorted), statuses.
"""

import json
import selectors
import socket
import sys
import time
from itertools import cycle
from pathlib import Path
from typing import Any

MOST_REQUESTS, MOST_SECONDS, MOST_CONNECTIONS = 20_000, 60, 32


class Line:
    """One connection and the answer that is coming in on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=30)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def ask(self, request: bytes) -> None:
        self.answer, self.whole, self.began = b"", 0, time.perf_counter()
        self.socket.sendall(request)

    def read(self) -> int:
        """The status once the answer is there in full; else 0."""
        part = self.socket.recv(262_144)
        if not part:
            raise ConnectionError("the server closed the connection")
        self.answer += part
        if not self.whole:
            head, end, _ = self.answer.partition(b"\r\n\r\n")
            if not end:
                return 0
            length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
            self.whole = len(head) + 4 + length
        return int(self.answer[9:12]) if len(self.answer) >= self.whole else 0


def encoded(request: dict[str, Any]) -> bytes:
    body = json.dumps(request["body"]).encode() if "body" in request else b""
    head = (
        f"{request['method']} {request['path']} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: application/json, text/html\r\n"
    )
    head += "".join(f"{name}: {value}\r\n" for name, value in request.get("headers", {}).items())
    if body:
        head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return head.encode() + b"\r\n" + body


def run(plan: dict[str, Any]) -> dict[str, Any]:
    wanted = min(plan["count"], MOST_REQUESTS)
    requests = cycle([encoded(request) for request in plan["requests"]])
    watch = selectors.DefaultSelector()
    for _ in range(min(plan["connections"], MOST_CONNECTIONS, wanted)):
        line = Line(plan["port"])
        watch.register(line.socket, selectors.EVENT_READ, line)
    began = time.perf_counter()
    end = began + min(plan["seconds"], MOST_SECONDS)
    sent, took, statuses = 0, [], {}
    for key in list(watch.get_map().values()):
        key.data.ask(next(requests))
        sent += 1
    while len(took) < sent:
        for key, _ in watch.select(timeout=30):
            if status := key.data.read():
                took.append((time.perf_counter() - key.data.began) * 1000)
                statuses[status] = statuses.get(status, 0) + 1
                if sent < wanted and time.perf_counter() < end:
                    key.data.ask(next(requests))
                    sent += 1
    seconds = time.perf_counter() - began
    return {"seconds": seconds, "requests": len(took), "latencies": sorted(took), "statuses": statuses}


if __name__ == "__main__":
    print(json.dumps(run(json.loads(Path(sys.argv[1]).read_text()))))
