"""The API as somebody of the cast calls it. Modules bind the fixture `call` by importing it, beside their own `tell`."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts import tokens

Call = Callable[..., Any]


@pytest.fixture
def call(tell: Any) -> Call:
    """`call("wang", "opinions/…", body)` as one of `tell.cast` ("" for nobody), with `code=` as the author."""
    kept: dict[str, str] = {}

    def call(who: str, path: str, body: Any = None, *, method: str = "post", code: str = "", **headers: str) -> Any:
        if who and who not in kept:
            kept[who] = tokens.issue(getattr(tell.cast, who), many=True)[0]
        auth = {"Authorization": f"Token {kept[who]}"} if who else {}
        proof = {"Query-Code": code} if code else {}
        send = getattr(Client(), method)
        data = {"data": body} if method == "get" else {"data": body or {}, "content_type": "application/json"}
        return send(f"/api/v1/{path}", headers={**auth, **proof, **headers}, **data)

    return call


def ok(answer: Any, status: int = 200) -> Any:
    assert answer.status_code == status, answer.content.decode()
    return answer.json()


def refused(answer: Any, status: int, code: str = "") -> dict[str, Any]:
    assert answer.status_code == status, answer.content.decode()
    assert answer["Content-Type"] == "application/problem+json"
    body = answer.json()
    assert not code or body["code"] == code, body
    return body
