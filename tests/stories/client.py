"""People outside who know the contract alone: they speak to `/api/v1/`, and read the demonstration's mailbox.

Every answer is held against the published OpenAPI description, so that each story proves the description as well.
"""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from threading import Barrier
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from jsonschema import Draft202012Validator

from accounts.models import User
from config.demo.time import pass_time
from ground import clock
from tests.cast import PASSWORD, Cast, phone_of
from tests.factories import a_seat

API = "/api/v1/"
PROBLEM = "application/problem+json"
SIGNED_IN_FOR = timedelta(minutes=10)  # then the client signs in again: a token stands idle for fifteen at most
LAMP = "人民路路口的路灯坏了半个月，晚上老人过马路很危险。"
KINDS = {"Y": "opinions", "J": "suggestions"}


# -- the description ---------------------------------------------------------------------------------------------------


@cache
def description() -> dict[str, Any]:
    """The schema as anybody gets it."""
    answer = Client().get(f"{API}schema/")
    assert answer.status_code == 200
    return answer.json()


@cache
def _routes() -> list[tuple[re.Pattern[str], str]]:
    """The described paths, those with fewer blanks first."""
    paths = sorted(description()["paths"], key=lambda path: (path.count("{"), path))
    return [(re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), path) for path in paths]


@cache
def _validator(path: str, method: str, status: str, kind: str) -> Draft202012Validator:
    book = description()
    content = book["paths"][path][method]["responses"][status]["content"]
    assert kind in content, f"{method} {path} {status}: {kind} is not described, only {list(content)}"
    return Draft202012Validator({**content[kind]["schema"], "components": book["components"]})


def check_described(method: str, path: str, answer: HttpResponse) -> None:
    """Fails where the description does not know this call, this status or this shape."""
    found = next((each for pattern, each in _routes() if pattern.fullmatch(path)), None)
    if found is None:
        assert answer.status_code in (400, 404), f"{path} is not described, and answers {answer.status_code}"
        return
    operation = description()["paths"][found].get(method)
    if operation is None:
        assert answer.status_code in (404, 405), f"{method} {found} is not described, and answers {answer.status_code}"
        return
    status = str(answer.status_code)
    assert status in operation["responses"], f"{method} {found} answers {status}, which is not described"
    kind = answer.headers.get("Content-Type", "").split(";")[0]
    if kind not in ("application/json", PROBLEM) or not answer.content:
        return
    error = next(_validator(found, method, status, kind).iter_errors(answer.json()), None)
    assert error is None, f"{method} {found} {status}: {error.json_path}: {error.message[:400]}"


# -- people ------------------------------------------------------------------------------------------------------------


@dataclass
class Person:
    """Somebody at the API: signed in by phone where there is one, else anybody."""

    phone: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    signed_in_at: datetime | None = None

    # Calls

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        """One call; `body` is JSON, of GET the query. The answer is held against the description."""
        self._sign_in()
        more: dict[str, Any] = {"headers": {**self.headers, **headers}}
        if method == "get":
            more["data"] = body or {}
        elif body is not None:
            more |= {"data": body, "content_type": "application/json"}
        answer = getattr(Client(), method)(f"{API}{path}", **more)
        check_described(method, f"{API}{path.partition('?')[0]}", answer)
        return answer

    def get(self, path: str, **query: Any) -> Any:
        return told(self.send("get", path, query))

    def post(self, path: str, body: Any = None, status: int = 200, **headers: str) -> Any:
        return told(self.send("post", path, {} if body is None else body, **headers), status)

    def patch(self, path: str, body: Any) -> Any:
        return told(self.send("patch", path, body))

    def is_refused(
        self, status: int, path: str, body: Any = None, *, code: str = "", method: str = "post"
    ) -> dict[str, Any]:
        """The problem that is answered; `code` where the contract names one."""
        return refusal(self.send(method, path, body if method == "get" else body or {}), status, code)

    def upload(self, path: str, content: bytes, name: str = "a.jpg", **fields: str) -> HttpResponse:
        self._sign_in()
        data = {"file": SimpleUploadedFile(name, content), **fields}
        answer = Client().post(f"{API}{path}", data, headers=self.headers)
        check_described("post", f"{API}{path}", answer)
        return answer

    # Matters by their number

    def sees(self, number: str) -> dict[str, Any]:
        return self.get(f"{place_of(number)}/")

    def cannot_see(self, number: str) -> dict[str, Any]:
        return self.is_refused(404, f"{place_of(number)}/", method="get")

    def may(self, number: str) -> set[str]:
        return set(self.sees(number)["actions"])

    def does(self, number: str, verb: str, /, **body: Any) -> dict[str, Any]:
        """The object as the caller sees it afterwards."""
        return self.post(f"{place_of(number)}/{verb}/", body)

    def cannot(self, number: str, verb: str, status: int, code: str = "", /, **body: Any) -> dict[str, Any]:
        return self.is_refused(status, f"{place_of(number)}/{verb}/", body, code=code)

    def finds(self, things: str, **query: Any) -> list[str]:
        """Numbers of the first page of a list."""
        return [row["number"] for row in self.get(f"{things}/", **query)["results"]]

    def waits_for(self, number: str) -> set[str]:
        """The clocks by which this matter waits for the caller."""
        return {row["kind"] for row in self.get("me/todo/") if row["number"] == number}

    def was_told_of(self, number: str) -> list[str]:
        return [row["title"] for row in self.get("me/notices/", limit=100)["results"] if row["number"] == number]

    # Signing in

    def _sign_in(self) -> None:
        now = clock.now()
        if self.phone and (self.signed_in_at is None or now - self.signed_in_at > SIGNED_IN_FOR):
            answer = Client().post(
                f"{API}auth/login/", {"phone": self.phone, "password": PASSWORD}, content_type="application/json"
            )
            check_described("post", f"{API}auth/login/", answer)
            self.headers["Authorization"] = f"Token {told(answer)['token']}"
            self.signed_in_at = now


@dataclass
class Author(Person):
    """A citizen with number and query code."""

    number: str = ""
    code: str = ""

    def sees_it(self) -> dict[str, Any]:
        return self.sees(self.number)

    @property
    def state(self) -> str:
        return self.sees_it()["state"]

    @property
    def steps(self) -> list[str]:
        return verbs(self.sees_it())


class Town:
    """The cast as outside clients by key (`town.wang`), citizens without an account, the mailbox, and time."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.anybody = Person()
        self._people: dict[str, Person] = {}

    def __getattr__(self, key: str) -> Person:
        if key not in self.__dict__["_people"]:
            if key not in self.cast.users:
                raise AttributeError(key)
            self._people[key] = Person(phone_of(key))
        return self._people[key]

    def says(self, content: str = LAMP, *, by: Person | None = None, **body: Any) -> Author:
        """POST /opinions/ at 王建国's code, unless another target is given."""
        target = {} if {"deputy", "station", "division"} & body.keys() else {"deputy": "D00001"}
        body = {"category": "urban", "content": content, "consent": True, **target, **body}
        made = (by or self.anybody).post("opinions/", body, 201)
        assert made["state"] == "screening"
        return Author(headers={"Query-Code": made["query_code"]}, number=made["number"], code=made["query_code"])

    def accepted(self, content: str = LAMP, **body: Any) -> Author:
        author = self.says(content, **body)
        self.zhou.does(author.number, "accept")
        return author

    def claimed(self, content: str = LAMP, **body: Any) -> Author:
        author = self.accepted(content, **body)
        self.wang.does(author.number, "claim")
        return author

    def verified(self, content: str = LAMP, phone: str = "19900007001", **body: Any) -> Author:
        author = self.says(content, phone=phone, **body)
        self.verify(author, phone)
        return author

    def verify(self, author: Author, phone: str) -> None:
        told(author.send("post", f"opinions/{author.number}/verify_phone/", {}), 202)
        author.does(author.number, "verify_phone", sms_code=self.sms_code(phone))

    def elect(self, count: int) -> dict[str, Person]:
        """More deputies of the city's congress, by code; they sign in like the cast."""
        password = make_password(PASSWORD)
        found = {}
        for n in range(count):
            name = f"{'甲乙丙丁戊己庚辛壬癸'[n % 10]}代表{n + 1}"
            phone = f"1990000{6000 + n}"
            user = User.objects.make(phone, name, is_demo=True, password=password)
            found[a_seat(self.cast, name=name, user=user).deputy.code] = Person(phone)
        return found

    def mailbox(self, phone: str) -> str:
        """What came to a phone, the newest first, as the page of the demonstration shows it."""
        answer = Client().get("/demo/mailbox/", {"phone": phone[-4:]})
        assert answer.status_code == 200
        return answer.content.decode()

    def sms_code(self, phone: str) -> str:
        found = re.search(r"验证码 (\d{6})", self.mailbox(phone))
        assert found, "no code came"
        return found[1]

    def wait(self, **span: float) -> None:
        """Time passes, and the worker does what falls due meanwhile."""
        pass_time(clock.now() + timedelta(**span))

    def wait_until(self, moment: datetime) -> None:
        pass_time(moment)


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """Sends them from as many threads in the same instant; each has a connection of its own."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], Any]) -> Any:
        gate.wait(10)
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


# -- reading answers ---------------------------------------------------------------------------------------------------


def told(answer: HttpResponse, status: int = 200) -> Any:
    assert answer.status_code == status, f"{answer.status_code}: {answer.content.decode()[:2000]}"
    return answer.json() if answer.content else None


def refusal(answer: HttpResponse, status: int, code: str = "") -> dict[str, Any]:
    body = told(answer, status)
    assert answer["Content-Type"] == PROBLEM
    assert body["status"] == status and body["title"] and body["detail"] and body["type"]
    assert not code or body.get("code") == code, body
    return body


def place_of(number: str) -> str:
    return f"{KINDS[number[0]]}/{number}"


def verbs(seen: dict[str, Any]) -> list[str]:
    return [step["verb"] for step in seen["steps"]]


def due(seen: dict[str, Any], kind: str) -> dict[str, Any]:
    """The date of one clock; it always says why it is that date."""
    found = next((row for row in seen["due"] if row["kind"] == kind), None)
    assert found is not None, f"no {kind} among {[row['kind'] for row in seen['due']]}"
    assert found["reasons"] and all(found["reasons"]), found
    return found


def due_on(seen: dict[str, Any], kind: str) -> str:
    return due(seen, kind)["at"][:10]


def part_of(seen: dict[str, Any], organ: str) -> dict[str, Any]:
    """The newest assignment of a unit."""
    return [row for row in seen["assignments"] if row["organ"] == organ][-1]


def state_of(seen: dict[str, Any], organ: str) -> str:
    return part_of(seen, organ)["state"]
