"""Search at two sizes: how long a page takes for words of known frequency, for a stranger and for staff.

    python -m tests.load.search [--sizes 10000,1000000] [--times 15]

Prints, for each size, caller and word, the share of rows it stands in and the median of a page in milliseconds.
"""

import argparse
import http.client
import json
import subprocess
import sys
import time
from pathlib import Path
from statistics import median
from urllib.parse import quote

from tests.load import fill, places

CALLERS = {"stranger": "", "congress office": "chen", "station": "zhou", "deputy": "wang"}
BOTH = "泾渭 灞浐"  # two words, seldom together


def tokens(environment: dict[str, str]) -> dict[str, str]:
    """A token for each of the cast that searches."""
    script = (
        "import json; from accounts import tokens; from tests.cast import people; cast = people(); "
        f"print(json.dumps({{who: tokens.issue(cast.users[who], many=True)[0] for who in {[w for w in CALLERS.values() if w]}}}))"
    )
    done = subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", script],
        cwd=places.ROOT, env=environment, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


def times(web: places.Web, path: str, token: str, count: int) -> float:
    line = http.client.HTTPConnection("127.0.0.1", web.port, timeout=60)
    headers = {"Accept": "application/json", **({"Authorization": f"Token {token}"} if token else {})}
    took = []
    for _ in range(count + 2):
        began = time.perf_counter()
        line.request("GET", path, headers=headers)
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"{path}: {answer.status}")
        took.append((time.perf_counter() - began) * 1000)
    return median(took[2:])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,1000000")
    parser.add_argument("--callers", default=",".join(CALLERS))
    parser.add_argument("--times", type=int, default=15)
    asked = parser.parse_args()
    sizes = [int(size) for size in asked.sizes.split(",")]
    words = [
        *((word, f"{rate / 10:g} %") for word, rate in fill.RATES.items()),
        (BOTH, "0.5 % x 0.1 %"),
        ("", "no search"),
    ]
    with places.cluster() as environment:
        for size in sizes:
            ours = places.product(environment, size, parts=False) | {"DATABASE_POOL": str(places.THREADS)}
            keys = tokens(ours)
            web = places.Web("product", "config.wsgi:application", ours)
            try:
                web.open("/healthz")
                for caller in asked.callers.split(","):
                    for word, share in words:
                        path = f"/api/v1/opinions/?q={quote(word)}"
                        ms = times(web, path, keys.get(CALLERS[caller], ""), asked.times)
                        print(f"{size:>9,} {caller:<16} {share:<14} {ms:7.1f} ms", flush=True)
            finally:
                web.stop()


if __name__ == "__main__":
    assert Path.cwd() == places.ROOT, "run it from the repository's root"
    main()
