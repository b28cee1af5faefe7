"""Drives a running server as its clients would: real messages arrive over HTTP and are handled to their end.

    python dev/drive.py --data messages.csv --count 1000 --url http://127.0.0.1:8000

Reads `title` and `body` of each row, posts them as citizens' opinions to deputies' codes, lets the demonstration cast
handle them through the API (screen, claim, coordinate, refer, report, question, confirm, answer, reject, review, merge,
withdraw, solve), and rates as the citizen. The rows are sent and forgotten: nothing of them is kept or printed.
Ends with counts: what went in must equal what came out, and no answer may be a 5xx.
"""

import argparse
import csv
import itertools
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpx

PASSWORD = "demo-2026"
CATEGORIES = (
    "urban",
    "labour",
    "education",
    "commerce",
    "health",
    "transport",
    "environment",
    "rural",
    "safety",
    "other",
)
DEPUTIES = {"D00001": "19900000001", "D00002": "19900000002", "D00005": "19900000004"}
WORKER, HEAD, TOWN_UNIT = "19900000011", "19900000012", "19900000042"
REVIEWER = "19900000021"  # one level up of the station
ENDS = {"closed", "rejected", "withdrawn", "merged"}


class Refused(AssertionError):
    """The server answered something this story does not allow."""


@dataclass
class Counts:
    ends: Counter[str] = field(default_factory=Counter)
    stories: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, counter: str, key: Any) -> None:
        with self.lock:
            getattr(self, counter)[key] += 1


@dataclass
class Client:
    """Speaks contract.md's API v1, for the cast with tokens and for citizens with query codes."""

    url: str
    counts: Counts
    http: httpx.Client = field(init=False)
    tokens: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.http = httpx.Client(base_url=f"{self.url}/api/v1", timeout=60)

    def call(
        self, method: str, path: str, body: Any = None, *, phone: str = "", code: str = "", want: int = 200
    ) -> Any:
        headers = {"Idempotency-Key": uuid.uuid4().hex} if method == "POST" else {}
        if phone:
            headers["Authorization"] = f"Token {self.tokens[phone]}"
        if code:
            headers["Query-Code"] = code
        answer = self.http.request(method, path, json=body, headers=headers)
        self.counts.add("statuses", answer.status_code)
        if answer.status_code != want:
            raise Refused(f"{method} {path.split('/')[1]}: {answer.status_code} {answer.text[:300]}")
        return answer.json() if answer.content else None

    def sign_in(self, *phones: str) -> None:
        for phone in phones:
            self.tokens[phone] = self.call("POST", "/auth/login/", {"phone": phone, "password": PASSWORD})["token"]

    def verb(
        self, opinion: "Matter", verb: str, body: dict[str, Any] | None = None, *, phone: str = ""
    ) -> dict[str, Any]:
        code = "" if phone else opinion.code
        opinion.last = self.call("POST", f"/opinions/{opinion.number}/{verb}/", body or {}, phone=phone, code=code)
        return opinion.last


@dataclass
class Matter:
    number: str
    code: str
    deputy: str
    last: dict[str, Any] = field(default_factory=dict)

    @property
    def phone(self) -> str:
        return DEPUTIES[self.deputy]


def texts(path: str) -> Iterator[str]:
    with open(path, encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            text = f"{row.get('title', '')}\n{row.get('body', '')}".strip()
            if text:
                yield text[:2000]


def say(client: Client, no: int, text: str) -> Matter:
    deputy = list(DEPUTIES)[no % len(DEPUTIES)]
    body = {"deputy": deputy, "category": CATEGORIES[no % len(CATEGORIES)], "content": text, "consent": True,
            "place": "清水镇"}  # fmt: skip
    made = client.call("POST", "/opinions/", body, want=201)
    return Matter(made["number"], made["query_code"], deputy)


def take(client: Client, matter: Matter) -> None:
    client.verb(matter, "accept", phone=WORKER)
    client.verb(matter, "claim", phone=matter.phone)


def answered(client: Client, matter: Matter) -> None:
    take(client, matter)
    client.verb(
        matter, "answer", {"text": "已到现场看过，本周内安排解决，谢谢您的反映。", "solved": "yes"}, phone=matter.phone
    )
    client.verb(matter, "rate", {"grade": "satisfied", "solved": "yes"})


def coordinated(client: Client, matter: Matter) -> None:
    take(client, matter)
    client.verb(
        matter, "coordinate", {"note": "请村委会和物业一起商量", "parties": ["村委会", "物业"]}, phone=matter.phone
    )
    client.verb(matter, "answer", {"text": "三方已商定办法，月底前完成。", "solved": "partly"}, phone=WORKER)
    client.verb(matter, "rate", {"grade": "basically", "solved": "partly"})


def referred(client: Client, matter: Matter) -> None:
    take(client, matter)
    client.verb(matter, "suggest_refer", {"organ": "qs-gov", "note": "属于镇政府职责"}, phone=matter.phone)
    client.verb(matter, "refer", {"organ": "qs-gov"}, phone=HEAD)
    client.verb(matter, "report", {"text": "已派人处理。", "solved": "yes"}, phone=TOWN_UNIT)
    client.verb(matter, "confirm", {"text": "镇政府已处理，请您看看是否满意。", "solved": "yes"}, phone=matter.phone)
    client.verb(matter, "rate", {"grade": "satisfied", "solved": "yes"})


def questioned(client: Client, matter: Matter) -> None:
    take(client, matter)
    client.verb(matter, "suggest_refer", {"organ": "qs-gov", "note": "属于镇政府职责"}, phone=matter.phone)
    client.verb(matter, "refer", {"organ": "qs-gov"}, phone=HEAD)
    client.verb(matter, "report", {"text": "收到。"}, phone=TOWN_UNIT)
    client.verb(matter, "question", {"reason": "没有说明怎么处理"}, phone=matter.phone)
    client.verb(matter, "report", {"text": "已于今天上午处理完毕。", "solved": "yes"}, phone=TOWN_UNIT)
    client.verb(matter, "confirm", {"text": "补充后的答复请您看看。"}, phone=matter.phone)
    client.verb(matter, "rate", {"grade": "basically"})


def sent_back(client: Client, matter: Matter) -> None:
    take(client, matter)
    client.verb(matter, "suggest_refer", {"organ": "qs-gov", "note": "请镇政府看看"}, phone=matter.phone)
    client.verb(matter, "refer", {"organ": "qs-gov"}, phone=HEAD)
    client.verb(matter, "send_back", {"reason": "不属于镇政府职责"}, phone=TOWN_UNIT)
    client.verb(matter, "answer", {"text": "已由代表直接协调解决。"}, phone=matter.phone)
    client.verb(matter, "rate", {"grade": "satisfied"})


def reopened(client: Client, matter: Matter) -> None:
    take(client, matter)
    client.verb(matter, "answer", {"text": "已向有关方面反映。"}, phone=matter.phone)
    client.verb(matter, "rate", {"grade": "dissatisfied", "reasons": ["not_solved"]})
    client.verb(matter, "reopen", {"reasons": ["not_solved"]})
    client.verb(matter, "claim", phone=matter.phone)
    client.verb(matter, "answer", {"text": "再次到现场督促，现已解决。", "solved": "yes"}, phone=matter.phone)
    client.verb(matter, "rate", {"grade": "satisfied", "solved": "yes"})


def guided(client: Client, matter: Matter) -> None:
    body = {"reason_code": "outside", "note": "请拨打 12345 反映", "guide": "12345 政务服务热线"}
    client.verb(matter, "reject", body, phone=WORKER)


def reviewed(client: Client, matter: Matter) -> None:
    client.verb(matter, "reject", {"reason_code": "unclear", "note": "没有写清地点"}, phone=WORKER)
    client.verb(matter, "ask_review", {"reason": "地点写在正文里了"})
    client.verb(matter, "accept", phone=REVIEWER)
    client.verb(matter, "claim", phone=matter.phone)
    client.verb(matter, "answer", {"text": "已核实并处理。"}, phone=matter.phone)
    client.verb(matter, "rate", {"grade": "satisfied"})


def withdrawn(client: Client, matter: Matter) -> None:
    client.verb(matter, "withdraw", {"text": "不用办了"})


def solved(client: Client, matter: Matter) -> None:
    take(client, matter)
    client.verb(matter, "solved", {"text": "已经修好了"})


def released(client: Client, matter: Matter) -> None:
    take(client, matter)
    client.verb(matter, "release", {"reason": "近期外出"}, phone=matter.phone)
    client.verb(matter, "claim", phone=matter.phone)
    client.verb(matter, "answer", {"text": "已办理。"}, phone=matter.phone)
    client.verb(matter, "rate", {"grade": "satisfied"})


STORIES = (answered, answered, answered, coordinated, referred, referred, questioned, sent_back, reopened, guided, reviewed,
           withdrawn, solved, released)  # fmt: skip


def run(client: Client, no: int, text: str) -> None:
    matter = say(client, no, text)
    story = STORIES[no % len(STORIES)]
    story(client, matter)
    seen = client.call("GET", f"/opinions/{matter.number}/", code=matter.code)
    if seen["state"] not in ENDS:
        raise Refused(f"{matter.number} ended in {seen['state']} after {story.__name__}")
    client.counts.add("stories", story.__name__)
    client.counts.add("ends", seen["state"])


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, help="CSV with the columns title and body")
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--url", default="http://127.0.0.1:8000")
    parser.add_argument("--clients", type=int, default=4)
    options = parser.parse_args()
    counts = Counts()
    client = Client(options.url, counts)
    client.sign_in(*DEPUTIES.values(), WORKER, HEAD, TOWN_UNIT, REVIEWER)
    rows = list(itertools.islice(texts(options.data), options.count))
    began = time.monotonic()
    failures: list[str] = []
    with ThreadPoolExecutor(options.clients) as pool:
        for done in [pool.submit(run, client, no, text) for no, text in enumerate(rows)]:
            try:
                done.result()
            except (Refused, httpx.HTTPError) as wrong:
                failures.append(str(wrong))
    for name in ("stories", "ends", "statuses"):
        for key, n in sorted(getattr(counts, name).items(), key=str):
            print(f"{name} {key} {n}")
    broken = sum(n for status, n in counts.statuses.items() if status >= 500)
    print(
        f"in {len(rows)}\nout {sum(counts.ends.values())}\nserver_errors {broken}\nseconds {time.monotonic() - began:.0f}"
    )
    for failure in failures[:10]:
        print("failed:", failure, file=sys.stderr)
    return 0 if not failures and not broken and len(rows) == sum(counts.ends.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
