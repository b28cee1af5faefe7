"""Printed codes: each leads to its deputy or venue for life, or on to whoever followed; none is ever given twice."""

import re
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models.functions import Length

from deputies.models import CodeTarget, Deputy
from ground.compiled import Compiled, Given
from ground.errors import Invalid, NotVisible

LEAST, MOST = 5, 6  # digits of a code: a province has more than 99 999 deputies
CODE = rf"[A-Z](?:\d{{{LEAST}}}|[1-9]\d{{{MOST - 1}}})"  # a sixth digit only where five do not suffice
LETTERS = {"deputy": "d", "venue": "s"}  # of the addresses /d/<code>/ and /s/<code>/


@dataclass(frozen=True)
class Landing:
    """Where a code leads today. `origin` is the deputy whose poster it is, if the way led on from one; `announced`
    says whether the page may name him as no longer serving (only after the 公告; never for a suspension)."""

    kind: str  # deputy | venue
    code: str
    deputy: Deputy | None = None
    venue_code: str = ""
    origin: Deputy | None = None
    origin_code: str = ""
    announced: bool = True

    @property
    def has_moved(self) -> bool:
        return bool(self.origin_code)


def next_code(letter: str) -> str:
    """The next free code of a letter: "D00007", after "D99999" "D100000". Call it inside the transaction that uses it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"code {letter}"])
    given = CodeTarget.objects.filter(code__regex=rf"^{letter}\d{{{LEAST},{MOST}}}$")
    last = given.order_by(Length("code").desc(), "-code").values_list("code", flat=True).first()
    return f"{letter}{int(last[1:]) + 1 if last else 1:05}"


@transaction.atomic
def issue(code: str, *, deputy: Deputy | None = None) -> CodeTarget:
    """Registers a code for life: of `deputy`, or of the venue that bears it. Raises Invalid for one given before."""
    check_free(code)
    kind, venue_code = ("deputy", "") if deputy else ("venue", code)
    return CodeTarget.objects.create(code=code, kind=kind, deputy=deputy, venue_code=venue_code)


def next_codes(letter: str, n: int) -> list[str]:
    """The next `n` free codes of a letter, as `next_code`."""
    first = int(next_code(letter)[1:])
    return [f"{letter}{number:05}" for number in range(first, first + n)]


def issue_all(targets: list[CodeTarget]) -> None:
    """Registers many codes for life at once. Raises Invalid for one given before."""
    given = CodeTarget.objects.filter(pk__in=[target.code for target in targets]).values_list("pk", flat=True).first()
    if given:
        raise Invalid("code", f"{given} 已经用过，请换一个。")
    CodeTarget.objects.bulk_create(targets, batch_size=500)


def retire_deputies(deputies: list[int]) -> None:
    """Takes the codes of deputies that are about to go out of use: they stay given, and lead nowhere."""
    CodeTarget.objects.filter(deputy__in=deputies).update(deputy=None)


def retire_venues(codes: list[str]) -> None:
    CodeTarget.objects.filter(pk__in=codes).update(venue_code="")


def check_form(code: str) -> None:
    if not re.fullmatch(CODE, code, re.ASCII):
        raise Invalid("code", "码由一个大写字母和 5 位数字组成，用完以后是 6 位。")


def check_free(code: str) -> None:
    """Raises Invalid for a code that was ever given."""
    check_form(code)
    if CodeTarget.objects.filter(pk=code).exists():
        raise Invalid("code", f"{code} 已经用过，请换一个。")


def resolve(code: str) -> Landing:
    """Where `code` leads now, at most ten leads on. Raises NotVisible for a code that was never given."""
    target = first = _get(code)
    for _ in range(10):
        if target.redirect_to_id is None:
            break
        target = _get(target.redirect_to_id)
    moved = target is not first
    return Landing(
        target.kind, target.code, target.deputy, target.venue_code,
        origin=first.deputy if moved else None,
        origin_code=first.code if moved else "",
        announced=first.announced,
    )  # fmt: skip


def printed_url(host: str, kind: str, code: str) -> str:
    """The address a code is printed with, the same for life wherever it leads today ("https://…/d/D00001/").

    Raises NotVisible for a code of this kind that was never given.
    """
    if _get(code).kind != kind:
        raise NotVisible("没有找到这个码，请核对后再试。")
    return f"{host}/{LETTERS[kind]}/{code}/"


def lead_on(code: str, to: str, *, announced: bool) -> None:
    """Lets a printed code lead to another one from now on."""
    if resolve(to).code == code:
        raise Invalid("to", "两个码不能互相指向。")
    CodeTarget.objects.filter(pk=code).update(redirect_to=to, announced=announced)


def lead_home(code: str) -> None:
    """Lets a printed code lead to its own deputy or venue again."""
    CodeTarget.objects.filter(pk=code).update(redirect_to=None, announced=True)


def announce(code: str) -> None:
    """After the 公告 the page may say that the person no longer serves."""
    CodeTarget.objects.filter(pk=code).update(announced=True)


_of_code = Compiled(lambda: CodeTarget.objects.filter(pk=Given("code")).select_related("deputy"))


def _get(code: str) -> CodeTarget:
    found = _of_code.objects(code=code)
    if not found:
        raise NotVisible("没有找到这个码，请核对后再试。")
    [target] = found
    if target.deputy_id is None and not target.venue_code:
        raise NotVisible("这个码已经停用，请到首页查找。")
    return target
