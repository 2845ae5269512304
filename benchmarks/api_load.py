"""`python -m benchmarks.api_load PORT PATH CONNECTIONS SECONDS`, headers as JSON on stdin: GETs on kept connections.

Prints one JSON object: requests a second and the percentiles of their times, or what went wrong.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from benchmarks.figures import percentile

WARM_UP_S = 1.0


async def load(port: int, path: str, connections: int, seconds: float, headers: dict[str, str]) -> dict[str, float]:
    """Each connection asks again as soon as it is answered. Raises RuntimeError on any answer but 200."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    request = f"GET {path} HTTP/1.1\r\n{lines}Connection: keep-alive\r\n\r\n".encode()
    began = time.perf_counter() + WARM_UP_S
    until = began + seconds
    times = await asyncio.gather(*(_ask(port, request, began, until) for _ in range(connections)))
    every = [one for own in times for one in own]
    return {
        "per_s": len(every) / seconds,
        "p50_ms": percentile(every, 0.5) * 1_000,
        "p95_ms": percentile(every, 0.95) * 1_000,
        "p99_ms": percentile(every, 0.99) * 1_000,
    }


async def _ask(port: int, request: bytes, began: float, until: float) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    times = []
    try:
        while (asked := time.perf_counter()) < until:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode(errors="replace") + (await reader.read(2_000)).decode(errors="replace"))
            await _body(reader, head.lower())
            if asked >= began:
                times.append(time.perf_counter() - asked)
    finally:
        writer.close()
    return times


async def _body(reader: asyncio.StreamReader, head: bytes) -> None:
    if b"content-length:" in head:
        await reader.readexactly(int(head.partition(b"content-length:")[2].partition(b"\r\n")[0]))
        return
    while size := int(await reader.readline(), 16):  # in chunks
        await reader.readexactly(size + 2)
    await reader.readline()


if __name__ == "__main__":
    port, path, connections, seconds = sys.argv[1:]
    print(json.dumps(asyncio.run(load(int(port), path, int(connections), float(seconds), json.load(sys.stdin)))))
