"""Verbs of a poll from its draft to its end. Secrets of officers pass through memory and are kept nowhere."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.db import connection
from django.views.decorators.debug import sensitive_variables

from accounts.models import Organ, User
from clocks import rules as policies
from deputies.models import Term
from ground import audit, clock
from ground.errors import Invalid
from ground.numbers import next_number
from ground.workflow import Actor, begin, move
from votes import majority, sealing
from votes.models import AssemblyMeeting, DeliberativeAssembly, KeyWrap, Officer, Poll, PollAway, PollClass
from votes.states import Away, Mode, Office, Unit, VoterClass
from votes.workflow.electorate import Voter, draw_up, named, users_of

LOCK = 0x766F7465  # the first half of the advisory lock: "vote"; the second is the poll
WHOLE = (Mode.CHOOSE_N, Mode.RANK)  # where the rule can only be recounted on whole papers
Secrets = Mapping[int, bytes]  # officer's user id → what their slip says
_follow: dict[str, list[Callable[..., None]]] = {}  # verb → what else it decides


def follows(verb: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Binds a function to a verb of every poll, called inside its move: "publish" with (poll, by), "second_round" with
    (poll, next poll, by). What a poll was made for (projects, an adjustment) is so decided in the same transaction."""

    def bind(function: Callable[..., None]) -> Callable[..., None]:
        _follow.setdefault(verb, []).append(function)
        return function

    return bind


def _go_on(verb: str, *told: Any) -> None:
    for function in _follow.get(verb, ()):
        function(*told)


def create(
    *,
    by: Actor,
    organ: Organ,
    term: Term | None = None,
    assembly: DeliberativeAssembly | None = None,
    meeting: AssemblyMeeting | None = None,
    title: str,
    mode: str,
    options: Sequence[str],
    secret: bool = True,
    rule: Mapping[str, Any] | None = None,
    about: str = "",
    k: int = 2,
    classes: Mapping[str, int] | None = None,
    is_public: bool = True,
    is_restricted: bool = False,
    previous: Poll | None = None,
) -> Poll:
    """Draws a poll up: of the deputies of a `term`, or, as a recommendation, of the members of an `assembly` (at one of its
    meetings, whose attendance then says who is there). `rule` overrides the organ's own rows; `classes` names each class
    of voters with its 名额 (one class of all where none is named; 0: as many as there are)."""
    poll = Poll(number=next_number("P"), organ=organ, term=term, assembly=assembly, meeting=meeting, title=title.strip(),
                about=about.strip(), mode=mode, secret=secret, k=k, is_public=is_public, previous=previous,
                is_restricted=is_restricted,
                made_at=clock.now())  # fmt: skip
    _put_options(poll, options, rule or {})
    everybody = VoterClass.MEMBERS if assembly else VoterClass.DEPUTIES
    with begin(poll, "create", by=by):
        for code, quota in (classes or {everybody: 0}).items():
            PollClass.objects.create(poll=poll, code=code, quota=quota)
    return poll


def revise(
    poll: Poll,
    *,
    by: Actor,
    title: str = "",
    about: str | None = None,
    options: Sequence[str] | None = None,
    rule: Mapping[str, Any] | None = None,
    is_public: bool | None = None,
) -> Poll:
    """Changes the draft; whatever was proposed has to be proposed again."""
    with move(poll, "revise", by=by):
        poll.title, poll.proposed_at = title.strip() or poll.title, None
        poll.about = poll.about if about is None else about.strip()
        if is_public and poll.is_restricted:
            raise Invalid("is_public", "这次测评不公开，不能向社会公开结果。")
        poll.is_public = poll.is_public if is_public is None else is_public
        _put_options(poll, options or poll.options, {**poll.rule, **(rule or {})})
    return poll


def _put_options(poll: Poll, options: Sequence[str], rule: Mapping[str, Any]) -> None:
    texts = [" ".join(text.split())[:120] for text in options if text.strip()]
    if len(set(texts)) != len(texts):
        raise Invalid("options", "有两项写得一样，请删去一项。")
    code = "poll.advice" if poll.is_advice else "poll.majority"
    told = {**policies.value(code, poll.organ), **rule} | ({"advice": True} if poll.is_advice else {})
    try:
        poll.options, poll.rule = texts, majority.check_rule(poll.mode, told, len(texts))
    except majority.BadRule as wrong:
        raise Invalid("options", str(wrong)) from None
    poll.unit = Unit.WHOLE if poll.mode in WHOLE else Unit.ITEM
    poll.rule_sha256 = hash_of_rule(poll)


def hash_of_rule(poll: Poll) -> bytes:
    """What every envelope is bound to: mode, options and rule, in canonical JSON."""
    told = [poll.mode, poll.unit, poll.options, poll.rule]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False, sort_keys=True).encode()).digest()


def appoint(poll: Poll, *, by: Actor, chief: User, scrutineers: Iterable[User], tellers: Iterable[User]) -> Poll:
    """总监票人, 监票人 and 计票人, each a different person; those who hold a slip may vote themselves."""
    told = [
        (chief, Office.CHIEF),
        *((u, Office.SCRUTINEER) for u in scrutineers),
        *((u, Office.TELLER) for u in tellers),
    ]
    if len({user.pk for user, _ in told}) != len(told):
        raise Invalid("scrutineers", "一个人只能担任一项，请分开指定。")
    holders = [user.pk for user, role in told if role != Office.TELLER]
    if set(holders) - set(users_of(poll).filter(pk__in=holders).values_list("pk", flat=True)):
        who = "议事代表" if poll.is_advice else "本级代表"
        raise Invalid("scrutineers", f"总监票人、监票人要从{who}中指定。")
    with move(poll, "appoint", by=by):
        poll.officers.all().delete()
        Officer.objects.bulk_create(Officer(poll=poll, user=user, role=role) for user, role in told)
        poll.proposed_at = None
    return poll


def excuse(poll: Poll, *, by: Actor, leave: Iterable[Voter] = (), absent: Iterable[Voter] = ()) -> Poll:
    """Who is on leave and who is absent: neither stands on the roll. The whole list each time."""
    told = {one.pk: PollAway(poll=poll, kind=Away.ABSENT, **named(one)) for one in absent}
    told |= {one.pk: PollAway(poll=poll, kind=Away.LEAVE, **named(one)) for one in leave}
    with move(poll, "excuse", by=by):
        poll.away.all().delete()
        PollAway.objects.bulk_create(told.values())
    return poll


def propose(poll: Poll, *, by: Actor) -> Poll:
    """The office says that everything is ready; 总监票人 confirms by opening."""
    with move(poll, "propose", by=by):
        poll.proposed_at = clock.now()
    return poll


# -- keys and opening --------------------------------------------------------------------------------------------------


@sensitive_variables()
def make_keys(poll: Poll, *, by: Actor, secrets: Secrets) -> Poll:
    """All n officers' slips in one request: a key pair, wrapped for every k of them; slips and private key are forgotten.

    May be done again until the poll is open (a slip was misread): the earlier key then opens nothing.
    """
    with move(poll, "make_keys", by=by) as m:
        _all_officers(poll, secrets)
        if len(set(secrets.values())) != len(secrets):
            raise Invalid("slips", "两位监票人的开箱密语一样，请各自重新取一张纸条。")
        public, wraps = sealing.make_keys(poll.number, secrets, poll.k)
        for officers, wrapped in wraps.items():
            KeyWrap.objects.update_or_create(poll=poll, officers=officers, defaults={"wrapped": wrapped})
        poll.public_key = public
        m.recorded = {"officers": len(secrets), "needed": poll.k}
    return poll


@sensitive_variables()
def open_poll(poll: Poll, *, by: Actor, secrets: Secrets | None = None) -> Poll:
    """总监票人 opens the poll; of a secret one only after 试开: every k of the officers opened a test envelope.

    Draws the roll up in the order of codes and takes the figures of each class.
    """
    with move(poll, "open", by=by):
        if poll.secret:
            _try_every_subset(poll, secrets or {})
        poll.sealed_len = sealing.length_of(len(poll.options), secret=poll.secret)
        poll.opened_at = clock.now()
        poll.save(update_fields=["sealed_len", "opened_at"])
        draw_up(poll)
    return poll


@sensitive_variables()
def _try_every_subset(poll: Poll, secrets: Secrets) -> None:
    _all_officers(poll, secrets)
    wraps = {wrap.officers: bytes(wrap.wrapped) for wrap in poll.wraps.all()}
    info = sealing.info_of(poll.number, b"trial")
    trial = sealing.seal(majority.BLANK * len(poll.options), bytes(poll.public_key or b""), info)
    for officers, wrapped in wraps.items():
        some = {int(officer): secrets[int(officer)] for officer in officers.split(",")}
        try:
            sealing.open_envelope(trial, sealing.unwrap(poll.number, wrapped, some), info)
        except (sealing.SlipWrong, sealing.EnvelopeBroken):
            raise Invalid(
                "slips", "试开没有成功，请核对每位监票人的开箱密语；记错的请重新取纸条，再生成密钥。"
            ) from None


def _all_officers(poll: Poll, secrets: Secrets) -> None:
    if {officer.user_id for officer in poll.key_officers()} != set(secrets):
        raise Invalid("slips", "需要总监票人和每一位监票人都输入开箱密语。")


# -- close and end -----------------------------------------------------------------------------------------------------


def close(poll: Poll, *, by: Actor) -> Poll:
    """Waits for casts in flight, then closes; the roll's hash is known before anybody can open an envelope."""
    from votes.bundle import roll_csv

    with move(poll, "close", by=by) as m:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, poll.pk])
        poll.roll_sha256 = hashlib.sha256(roll_csv(poll)).digest()
        poll.closed_at = clock.now()
        m.recorded = {"roll_sha256": poll.roll_sha256.hex()}
        audit.write(by, "votes.close", poll, f"roll_sha256={poll.roll_sha256.hex()}")
    return poll


def publish(poll: Poll, *, by: Actor) -> Poll:
    """Publishes and destroys in one transaction: envelopes, tags and wrapped keys are gone, result and bundle stand."""
    from votes.bundle import store_bundle

    with move(poll, "publish", by=by) as m:
        poll.published_at = clock.now()
        destroy(poll, papers=poll.secret)
        poll.bundle = store_bundle(poll)
        m.public_text = "结果已公布，加密选票和开箱密钥已销毁。" if poll.secret else "结果已公布。"
        _go_on("publish", poll, by)
    return poll


def void(poll: Poll, *, by: Actor, reason: str) -> Poll:
    """Ends a poll without a result; what was sealed is destroyed unopened."""
    with move(poll, "void", by=by, public_text=reason) as m:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [LOCK, poll.pk])
        m.leave()
        destroy(poll, papers=True)
        poll.result = None
    return poll


def destroy(poll: Poll, *, papers: bool) -> None:
    """What a published named poll keeps are its open papers: they are its result."""
    gone = {"mac": None, "cast_tag": None, **({"sealed": None} if papers else {})}
    poll.roll.filter(channel="online").update(**gone)
    poll.wraps.all().delete()


def second_round(poll: Poll, *, by: Actor) -> Poll:
    """A poll of its own on the tied options alone: own key, own roll, own papers; more votes wins, no new majority test.

    A second tie is the session's to settle.
    """
    with move(poll, "second_round", by=by) as m:
        tie = next(one["tie"] for one in poll.result["classes"] if one["tie"])
        rule = {**poll.rule, "majority": None, "pass": tie["seats"], "most": tie["seats"], "tie": "session"}
        nextone = create(
            by=by, organ=poll.organ, term=poll.term, assembly=poll.assembly, meeting=poll.meeting,
            title=f"{poll.title}（再次投票）"[:120], mode=poll.mode, secret=poll.secret,
            options=[poll.options[n - 1] for n in tie["items"]], rule=rule, k=poll.k, is_public=poll.is_public,
            is_restricted=poll.is_restricted, previous=poll,
            classes={one.code: one.quota for one in poll.classes.all()},
        )  # fmt: skip
        m.recorded = {"number": nextone.number}
        _go_on("second_round", poll, nextone, by)
    return nextone
