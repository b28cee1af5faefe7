"""Opens every door of tests/doors.csv as each of the cast on the database at hand, and says what is slow or costs much.

    DATA_DIR=var .venv/bin/python -m dev.walk [--slow 400] [--queries 60] [part of an address]

For a look at the product at city size (`seed --scale city`): milliseconds and queries of each GET that answers 200, the
second of two, and every GET that fails. Writes nothing but sessions.
"""

import argparse
import csv
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

DOORS = Path(__file__).parent.parent / "tests" / "doors.csv"
HOLE = re.compile(r"<(?:\w+:)?(\w+)>|\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)")


def addresses(door: str, person: object) -> Iterator[str]:
    """A door with something this person may see in every hole: the newest one and one from the middle of the list."""
    from accounts.models import Anyone
    from suggestions.models import Assignment, Commitment, Opinion, Suggestion

    model = Suggestion if "suggestions/" in door else Opinion
    by = person or Anyone()
    matters = model.objects.visible_to(by)
    if not person:
        matters = matters.published()
    numbers = list(matters.order_by("-pk").values_list("number", flat=True)[:200]) if "number" in door else [""]
    pk = {"assignment": Assignment, "commitment": Commitment}.get(
        next(iter(re.findall(r"assignment|commitment", door)), "")
    )
    codes = {"d": "D00001", "s": "S00001", "stations": "S00001", "v": "990100101201", "divisions": "990100101201",
             "organs": "dh-zjj", "deputies": "D00001", "admin": "S00001"}  # fmt: skip
    head = door.removeprefix("api/v1/").split("/")[0]
    for number in dict.fromkeys(numbers[:1] + numbers[len(numbers) // 2 : len(numbers) // 2 + 1]):
        holes = {"number": number, "code": codes.get(head, "D00001"), "letter": "d", "size": "small", "part": "text",
                 "verb": "chase", "app_label": "accounts", "url": "x/",
                 "pk": str(pk.objects.values_list("pk", flat=True).last() or 1) if pk else "1"}  # fmt: skip
        bare = re.sub(r"\(\?:[^()]*\)\?", "", door).strip("^$")
        yield "/" + HOLE.sub(lambda hole, holes=holes: holes.get(hole[1] or hole[2], "x"), bare)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--slow", type=float, default=400, help="milliseconds from which a page is named")
    parser.add_argument("--queries", type=int, default=60, help="queries from which a page is named")
    parser.add_argument("--size", type=int, default=400_000, help="bytes from which a page is named")
    parser.add_argument("part", nargs="?", default="")
    chosen = parser.parse_args()

    import django

    from config import env

    env.join_run(env.folder("DATA_DIR", DOORS.parent.parent / "var"))
    django.setup()
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from accounts.models import User
    from config.demo.cast import PEOPLE, phone_of

    named = tried = 0
    with DOORS.open() as file:
        rows = [row for row in csv.DictReader(file) if chosen.part in row["door"]]
    for who in [name for name in rows[0] if name != "door"]:
        person = User.objects.by_phone(phone_of(who)) if who in {key for key, *_ in PEOPLE} else None
        client = Client(SERVER_NAME="127.0.0.1", raise_request_exception=False)
        if person:
            client.force_login(person)
        for row in rows:
            if row[who] not in ("200", "404") or "auth/" in row["door"]:
                continue
            for address in addresses(row["door"], person):
                answer = client.get(address)
                if answer.status_code == 200:
                    begun = time.perf_counter()
                    with CaptureQueriesContext(connection) as queries:
                        answer = client.get(address)
                    took = (time.perf_counter() - begun) * 1000
                    size = len(answer.content) if not answer.streaming else 0
                    if took >= chosen.slow or len(queries) >= chosen.queries or size >= chosen.size:
                        named += 1
                        worst = max(queries, key=lambda q: float(q["time"]), default={"time": 0, "sql": ""})
                        print(f"{who:10}{took:7.0f} ms {len(queries):4} q {size // 1024:5} KB  {address}", flush=True)
                        if float(worst["time"]) > 0.1:
                            print(f"{'':12}{float(worst['time']) * 1000:.0f} ms {worst['sql'][:160]} …", flush=True)
                elif answer.status_code not in (200, 404) and "readyz" not in address:
                    named += 1
                    print(f"{who:10}  {answer.status_code}  {address}", flush=True)
                tried += 1
    print(f"{tried} pages tried, {named} named")
    return 0


if __name__ == "__main__":
    import os

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.exit(main())
