"""What a published poll leaves for everybody: `bundle.zip`, from which anyone recounts with `recount.py` (ballots.md §3.9).

Every file but the minutes is plain text with the same bytes each time it is made.
"""

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path
from typing import Any

from ground import clock, files
from ground.models import StoredFile
from votes import minutes, sealing
from votes.models import Poll, RollLine
from votes.workflow.counting import box_of, lines_of, papers_of

HERE = Path(__file__).parent
PAPERS = ("issued", "returned", "unreturned", "valid", "spoiled")


def store_bundle(poll: Poll) -> StoredFile:
    return files.store(make_bundle(poll), kind="bundle", mime="application/zip")


def make_bundle(poll: Poll) -> bytes:
    """The whole ZIP; SHA256SUMS names every file in it."""
    told: dict[str, bytes] = {
        "poll.json": _json(poll_json(poll)),
        "roll.csv": roll_csv(poll),
        "paper.csv": paper_csv(poll),
        "box.csv": box_of_public(poll),
        "result.json": _json(poll.result),
        "minutes.docx": minutes.document(poll),
        "recount.py": recount_py(),
    }
    if poll.is_named:
        told["names.csv"] = names_csv(poll)
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(told.items()))
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [*sorted(told.items()), ("SHA256SUMS", sums.encode())]:
            archive.writestr(zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0)), content, zipfile.ZIP_DEFLATED)
    return made.getvalue()


def poll_json(poll: Poll) -> dict[str, Any]:
    """What was decided on, by which rule, by how many, and when; with what the receipts are checked by."""
    return {
        "number": poll.number,
        "title": poll.title,
        "organ": poll.organ.name,
        "body": poll.body,
        "effect": poll.effect,
        "mode": poll.mode,
        "unit": poll.unit,
        "secret": poll.secret,
        "options": poll.options,
        "rule": poll.rule,
        "rule_sha256": bytes(poll.rule_sha256).hex(),
        "sentence": poll.sentence,
        "classes": {one.code: one.people for one in poll.classes.all()},
        "withheld": withheld(poll),
        "opened_at": _moment(poll.opened_at),
        "closed_at": _moment(poll.closed_at),
        "roll_sha256": bytes(poll.roll_sha256 or b"").hex(),
        "box_sha256": bytes(poll.box_sha256 or b"").hex(),
        "receipt_key": sealing.verifying_key(),
        "previous": poll.previous.number if poll.previous else None,
    }


def withheld(poll: Poll) -> list[str]:
    return [one["class"] for one in (poll.result or {}).get("classes", []) if one.get("withheld")]


def roll_csv(poll: Poll) -> bytes:
    """class,channel,fingerprint: sorted, no name and no time. Its hash is taken when the poll closes."""
    rows = RollLine.objects.filter(poll=poll).values_list("voter_class", "channel", "fingerprint")
    lines = sorted(f"{code},{channel},{bytes(mark).hex() if mark else ''}\n" for code, channel, mark in rows)
    return ("class,channel,fingerprint\n" + "".join(lines)).encode()


def names_of_roll(poll: Poll) -> list[tuple[str, str, str, str]]:
    """The roll with names, for 监票人 and 主席团 alone: code, name, class, channel."""
    told = []
    for row in poll.roll.select_related("seat__deputy", "member").order_by("pk"):
        code = row.member.number if row.member_id else row.seat.deputy.code
        told.append((code, row.person.name, str(row.get_voter_class_display()), str(row.get_channel_display())))
    return told


def paper_csv(poll: Poll) -> bytes:
    lines = []
    for one in poll.classes.all():
        counted = papers_of(poll, one.code)
        lines.append(",".join([one.code, *(str(counted[name]) for name in PAPERS)]) + "\n")
    return (f"class,{','.join(PAPERS)}\n" + "".join(sorted(lines))).encode()


def box_of_public(poll: Poll) -> bytes:
    """The box without the papers of classes too small to be shown."""
    hidden = set(withheld(poll))
    shown = sorted((key, n) for key, n in box_of(poll).items() if key[0] not in hidden)
    return "".join(lines_of(shown)).encode()


def names_csv(poll: Poll) -> bytes:
    """Of a named poll: who chose what. One character an option."""
    name = "member__name" if poll.assembly_id else "seat__deputy__name"
    rows = poll.roll.filter(channel="online").values_list("voter_class", name, "sealed")
    lines = sorted(f"{code},{name},{sealing.read_open(bytes(paper))}\n" for code, name, paper in rows)
    return ("class,name,marks\n" + "".join(lines)).encode()


def recount_py() -> bytes:
    """One file: the arithmetic of votes/majority.py as it ran here, then the check of a bundle."""
    arithmetic = (HERE / "majority.py").read_text(encoding="utf-8")
    check = (HERE / "recount.py").read_text(encoding="utf-8")
    body = re.sub(r'^""".*?"""\n', "", check, count=1, flags=re.DOTALL)
    body = re.sub(r"^from votes\.majority import[^\n]*\n", "", body, flags=re.MULTILINE)
    head = re.match(r'^""".*?"""\n', check, flags=re.DOTALL)
    arithmetic = re.sub(r'^""".*?"""\n', "", arithmetic, count=1, flags=re.DOTALL)
    return f"{head[0] if head else ''}{arithmetic}\n{body}".encode()


def _json(told: Any) -> bytes:
    return (json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _moment(at: Any) -> str:
    return at.astimezone(clock.SHANGHAI).isoformat(timespec="seconds") if at else ""
