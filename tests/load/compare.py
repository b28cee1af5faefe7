"""The product beside the baseline: public list, detail and submit, in interleaved rounds.

    python -m tests.load.compare [--size 100000] [--rounds 5] [--count 400] [list|page|detail|submit …]

Prints for each call the medians of requests per second and of CPU milliseconds per request, and product/baseline.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from tests.load import fill, places

CONNECTIONS, SECONDS = 8, 30
SUBMIT = {"category": "urban", "place": "人民路与建设街交叉口", "is_public": True, "consent": True}


def calls(size: int) -> dict[str, tuple[list[dict[str, Any]], list[dict[str, Any]]]]:
    """What is asked of the product and what of the baseline, by name."""
    numbers = [f"Y2025-{n:07}" for n in range(1, size + 1, max(size // 200, 1))]
    texts = [text for text, _ in fill.texts()[:200]]
    ours = [SUBMIT | {"station": "S00001", "content": t, "contact_name": "张某", "phone": "19900008888"} for t in texts]
    theirs = [SUBMIT | {"text": t, "contact_name": "张某", "contact_phone": "19900008888"} for t in texts]
    listed = [{"method": "GET", "path": "/api/opinions/"}]
    return {
        "list": ([{"method": "GET", "path": "/api/v1/opinions/"}], listed),
        "page": ([{"method": "GET", "path": "/opinions/"}], listed),
        "detail": (
            [{"method": "GET", "path": f"/api/v1/opinions/{number}/"} for number in numbers],
            [{"method": "GET", "path": f"/api/opinions/{number}/"} for number in numbers],
        ),
        "submit": (
            [{"method": "POST", "path": "/api/v1/opinions/", "body": body} for body in ours],
            [{"method": "POST", "path": "/api/opinions/", "body": body} for body in theirs],
        ),
    }


def measured(web: places.Web, requests: list[dict[str, Any]], count: int) -> tuple[float, float]:
    """(requests per second, CPU milliseconds per request) of one round; an answer that is no success is an error."""
    plan = {"port": web.port, "requests": requests, "count": count, "connections": CONNECTIONS, "seconds": SECONDS}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        file.write(json.dumps(plan))
        file.flush()
        before = web.cpu()
        done = subprocess.run(
            [sys.executable, "-m", "tests.load.client", file.name], cwd=places.ROOT, check=True, capture_output=True
        )
        used = web.cpu() - before
    told = json.loads(done.stdout)
    if set(told["statuses"]) - {"200", "201"}:
        raise SystemExit(f"{web.name} {requests[0]['path']}: {told['statuses']}")
    return told["requests"] / told["seconds"], used * 1000 / told["requests"]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--size", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--count", type=int, default=400)
    asked = parser.parse_args()
    table = calls(asked.size)
    with places.cluster() as environment:
        filled = places.product(environment, asked.size, parts=True), places.baseline(environment, asked.size)
        with (
            places.copy_of(filled[0]) as ours,
            places.copy_of(filled[1]) as theirs,
            places.both(ours, theirs) as webs,
        ):
            for name in asked.names or table:
                seen: dict[str, list[tuple[float, float]]] = {web.name: [] for web in webs}
                for round_ in range(asked.rounds + 1):
                    for web, requests in zip(webs, table[name], strict=True):
                        figures = measured(web, requests, asked.count)
                        if round_:  # the first warms up
                            seen[web.name].append(figures)
                report(name, seen)


def report(name: str, seen: dict[str, list[tuple[float, float]]]) -> None:
    speed = {who: median(rps for rps, _ in figures) for who, figures in seen.items()}
    cost = {who: median(ms for _, ms in figures) for who, figures in seen.items()}
    print(
        f"{name:<8} product {speed['product']:7.1f}/s {cost['product']:6.2f} ms CPU   "
        f"baseline {speed['baseline']:7.1f}/s {cost['baseline']:6.2f} ms CPU   "
        f"ratio {speed['product'] / speed['baseline']:5.0%} of its speed, {cost['product'] / cost['baseline']:5.2f}x its CPU",
        flush=True,
    )


if __name__ == "__main__":
    assert Path.cwd() == places.ROOT, "run it from the repository's root"
    main()
