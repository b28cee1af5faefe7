"""The console: who may open which page, that every number leads to its list, and that verbs work as pages offer them."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from deputies import handovers
from ground import clock
from ground.models import Message
from ground.workflow import SYSTEM_PERMISSION
from suggestions.forms.assignment import ASSIGNMENT_ACTS
from suggestions.forms.commitment import COMMITMENT_ACTS
from suggestions.forms.suggestion import SUGGESTION_ACTS
from suggestions.models import Opinion, Suggestion
from suggestions.states import ASSIGNMENT, COMMITMENT, SUGGESTION
from suggestions.workflow import assignment as work, opinion as opinion_verbs
from tests.cast import people
from tests.suggestions.citizens import Citizens, author
from tests.suggestions.narrator import START, Narrator, later

pytestmark = pytest.mark.django_db

PAGES = (
    "index",
    "review",
    "assign",
    "supervise",
    "replies",
    "ratings",
    "opinions",
    "suggestions",
    "handovers",
    "undelivered",
)
# person → the pages that open; everything else is refused
DOORS = {
    "chen": PAGES,
    "sun": PAGES,
    "han": PAGES,
    "liu": PAGES,
    "feng": ("index", "review", "supervise", "ratings", "opinions", "handovers", "undelivered"),
    "cai": ("index", "review", "assign", "suggestions"),
    "ma": ("index", "assign", "supervise", "suggestions"),
    "shi": ("index", "supervise", "ratings", "opinions", "suggestions"),
    "shen": ("index", "supervise", "suggestions"),
    "tang": ("index", "supervise", "suggestions"),
    "yao": ("index", "undelivered"),
    "jiang_xue": ("index",),
    "fan": ("index",),
    "wang": (),
    "gao": (),
    "zhou": (),
}


@pytest.fixture
def tell() -> Iterator[Narrator]:
    with clock.at(START):
        yield Narrator(people())


def as_(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(html: str) -> str:
    """What a reader sees of a page."""
    body = re.sub(r"(?s)<(script|style|svg|head).*?</\1>", " ", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_each_post_opens_its_own_pages_only(tell: Narrator) -> None:
    for key, opened in DOORS.items():
        client = as_(getattr(tell.cast, key))
        got = {name for name in PAGES if client.get(reverse(f"admin:{name}")).status_code == 200}
        assert (key, got) == (key, set(opened))


def test_a_stranger_is_led_to_the_one_sign_in_page() -> None:
    answer = Client().get(reverse("admin:assign"))
    assert answer.status_code == 302
    assert answer["Location"] == "/login/?next=%2Fadmin%2Fassign%2F"


def test_every_verb_a_person_may_call_has_a_form_on_pages() -> None:
    for flow, acts, elsewhere in (
        (SUGGESTION, SUGGESTION_ACTS, {"create"}),
        (ASSIGNMENT, ASSIGNMENT_ACTS, {"assign", "withdraw"}),
        (COMMITMENT, COMMITMENT_ACTS, {"reply", "rate"}),
    ):
        called = {e.verb for e in flow.edges if e.permission != SYSTEM_PERMISSION} - elsewhere
        assert called <= set(acts.table), flow.name


def test_each_tile_says_how_many_stand_in_its_list(tell: Narrator) -> None:
    tell.submitted()
    tell.registered()
    tell.registered()
    board = as_(tell.cast.chen).get(reverse("admin:index"))
    tiles = {tile.label: tile for tile in board.context["tiles"]}
    assert (tiles["待审核"].n, tiles["待交办"].n) == (1, 2)
    client = as_(tell.cast.chen)
    assert len(client.get(tiles["待审核"].url).context["lines"]) == 1
    assert len(client.get(tiles["待交办"].url).context["rows"]) == 2


def test_what_is_stuck_names_who_holds_it_since_when_and_the_verb(tell: Narrator) -> None:
    suggestion = tell.assigned()
    later(days=3)
    board = as_(tell.cast.chen).get(reverse("admin:index"))
    row = next(row for row in board.context["stuck"] if row.is_late)
    assert (row.title, row.holder, row.what, row.verb_label) == (suggestion.title, "市住建局", "未签收", "催办")
    page = as_(tell.cast.chen).get(row.verb_url)
    assert page.status_code == 200
    assert str(page.context["form"]["assignment"].value()) == str(tell.of(suggestion).pk)
    late = as_(tell.cast.chen).get(reverse("admin:supervise"))
    assert suggestion.title in words(late.content.decode())


def test_a_clerk_registers_by_the_page_and_the_lead_alone_may_refuse(tell: Narrator) -> None:
    suggestion = tell.submitted()
    clerk, lead = as_(tell.cast.chen), as_(tell.cast.sun)
    seen = clerk.get(reverse("admin:suggestion", args=[suggestion.number]))
    assert [button.verb for button in seen.context["verbs"]] == ["register", "send_back"]
    assert clerk.get(reverse("admin:suggestion-verb", args=[suggestion.number, "refuse"])).status_code == 403
    assert lead.get(reverse("admin:suggestion-verb", args=[suggestion.number, "refuse"])).status_code == 200
    done = clerk.post(reverse("admin:suggestion-verb", args=[suggestion.number, "register"]), {"field": "urban_env"})
    assert done.status_code == 302
    assert Suggestion.objects.get(pk=suggestion.pk).state == "registered"
    again = clerk.post(reverse("admin:suggestion-verb", args=[suggestion.number, "register"]), {"field": "urban_env"})
    assert again.status_code == 422
    assert "状态已经变化" in words(again.content.decode())


def test_a_refused_form_keeps_what_was_typed(tell: Narrator) -> None:
    suggestion = tell.submitted()
    url = reverse("admin:suggestion-verb", args=[suggestion.number, "send_back"])
    answer = as_(tell.cast.chen).post(url, {"reason": "请补充涉及的户数"})
    assert answer.status_code == 422
    assert "请补充涉及的户数" in answer.content.decode()
    assert Suggestion.objects.get(pk=suggestion.pk).state == "submitted"


def test_several_are_handed_over_after_a_page_that_shows_the_dates(tell: Narrator) -> None:
    first, second = tell.registered(), tell.registered()
    client = as_(tell.cast.chen)
    rows = client.get(reverse("admin:assign")).context["rows"]
    assert [row.ranked.fits[0].organ.code for row in rows] == ["dh-zjj", "dh-zjj"]
    picked = {"pick": [f"s{first.pk}", f"s{second.pk}"], f"unit-s{first.pk}": "dh-zjj", f"unit-s{second.pk}": "dh-gov"}
    check = client.post(reverse("admin:assign-check"), picked)
    assert [(line.organ.code, bool(line.reasons)) for line in check.context["plan"]] == [
        ("dh-zjj", True),
        ("dh-gov", True),
    ]
    assert Suggestion.objects.filter(state="registered").count() == 2
    client.post(reverse("admin:assign-check"), picked | {"confirm": "1"})
    assert sorted(Suggestion.objects.values_list("state", flat=True)) == ["assigned", "assigned"]
    office = as_(tell.cast.ma)
    waiting = office.get(reverse("admin:assign") + "?tab=dispatch").context["rows"]
    assert [row.suggestion.pk for row in waiting] == [second.pk]
    office.post(
        reverse("admin:assign-check"), {"pick": waiting[0].key, f"unit-{waiting[0].key}": "dh-jtj", "confirm": "1"}
    )
    assert tell.of(second, "dh-jtj").state == "pending_sign"


def test_whoever_may_not_hand_over_looks_on_and_is_led_to_no_closed_door(tell: Narrator) -> None:
    row = tell.registered()
    verb = reverse("admin:suggestion-verb", args=[row.number, "assign"])
    for user, works_here in ((tell.cast.chen, True), (tell.cast.sun, False)):
        page = as_(user).get(reverse("admin:assign")).content.decode()
        assert row.title in page and "推荐" in page
        assert [verb in page, 'name="pick"' in page, "核对并交办" in page] == [works_here] * 3
        assert as_(user).get(verb).status_code == (200 if works_here else 403)


def test_one_taken_meanwhile_does_not_stop_the_others(tell: Narrator) -> None:
    first, second = tell.registered(), tell.registered()
    picked = {"pick": [f"s{first.pk}", f"s{second.pk}"], f"unit-s{first.pk}": "dh-zjj", f"unit-s{second.pk}": "dh-zjj"}
    client = as_(tell.cast.chen)
    client.post(reverse("admin:assign-check"), picked | {"pick": f"s{first.pk}", "confirm": "1"})
    told = client.post(reverse("admin:assign-check"), picked | {"confirm": "1"}, follow=True)
    assert "已交办 1 件" in words(told.content.decode())
    assert set(Suggestion.objects.values_list("state", flat=True)) == {"assigned"}


def test_an_objection_waits_in_one_sentence_and_is_settled_by_its_page(tell: Narrator) -> None:
    suggestion = tell.assigned(("dh-zjj", "main"), ("dh-jtj", "assist"), mode="main_assist")
    part = tell.of(suggestion)
    work.object(part, by=tell.cast.zheng, reason="属于交通部门职责", proposed_organ=tell.cast.organs["dh-jyj"])
    client = as_(tell.cast.chen)
    said = words(client.get(reverse("admin:suggestion", args=[suggestion.number])).content.decode())
    assert "等您处理退办申请" in said
    assert "属于交通部门职责" in said
    desk = client.get(reverse("admin:assign") + "?tab=objections")
    assert [unit.assignment.pk for _, unit in desk.context["requests"]] == [part.pk]
    url = reverse("admin:assignment-verb", args=[part.pk, "settle_objection"])
    alone = client.post(url, {"accept": "yes", "reason": "同意退办"})
    assert alone.status_code == 422
    done = client.post(url, {"accept": "yes", "reassign_to": tell.cast.organs["dh-jyj"].pk, "reason": "同意退办"})
    assert done.status_code == 302
    assert tell.of(suggestion, "dh-jyj").state == "pending_sign"


def test_an_extension_is_decided_by_the_lead(tell: Narrator) -> None:
    suggestion = tell.signed()
    part = tell.of(suggestion)
    until = part.reply_due_at.date().replace(day=20).replace(month=part.reply_due_at.month + 1)
    work.ask_extension(part, by=tell.cast.gao, until=until, reason="管线迁改方案需专家评审")
    url = reverse("admin:assignment-verb", args=[part.pk, "settle_extension"])
    assert as_(tell.cast.chen).get(url).status_code == 403
    assert as_(tell.cast.sun).post(url, {"accept": "no", "reason": "请按期答复"}).status_code == 302
    assert part.extensions.get().accepted is False


def test_replies_and_ratings_stand_in_their_queues(tell: Narrator) -> None:
    suggestion = tell.replied()
    client, lead = as_(tell.cast.chen), as_(tell.cast.sun)
    lines = client.get(reverse("admin:replies")).context["lines"]
    assert [(part.organ.code, [b.verb for b in buttons]) for _, part, buttons in lines] == [
        ("dh-zjj", ["return_reply"])
    ]
    assert len(client.get(reverse("admin:ratings")).context["lines"]) == 1
    tell.rated(suggestion, attitude="dissatisfied", text="上门时态度生硬")
    assert len(client.get(reverse("admin:replies")).context["lines"]) == 0
    waiting = lead.get(reverse("admin:ratings") + "?tab=attitude").context["lines"]
    assert [b.verb for b in waiting[0][3]] == ["settle_attitude"]
    url = reverse("admin:assignment-verb", args=[waiting[0][1].pk, "settle_attitude"])
    assert lead.post(url, {"redo": "no", "note": "已与分管副局长谈话"}).status_code == 302
    assert tell.of(suggestion).state == "done"
    assert len(client.get(reverse("admin:replies") + "?tab=publish").context["matters"]) == 1


def test_another_district_finds_nothing(tell: Narrator) -> None:
    suggestion = tell.assigned()
    client = as_(tell.cast.liu)
    assert client.get(reverse("admin:suggestion", args=[suggestion.number])).status_code == 404
    assert client.get(reverse("admin:suggestion-verb", args=[suggestion.number, "chase"])).status_code == 404
    assert client.get(reverse("admin:assignment-verb", args=[tell.of(suggestion).pk, "reassign"])).status_code == 404
    assert list(client.get(reverse("admin:suggestions")).context["lines"]) == []
    assert client.get(reverse("admin:index")).context["stuck"] == []


def test_filters_and_search_stand_in_the_address(tell: Narrator) -> None:
    wanted = tell.registered()
    tell.submitted(tell.cosigned(title="关于增设公交站点的提议"))
    client, url = as_(tell.cast.chen), reverse("admin:suggestions")

    def numbers(query: str) -> list[str]:
        return [line.suggestion.number for line in client.get(url + query).context["lines"]]

    assert len(numbers("")) == 2
    assert numbers("?tab=registered") == [wanted.number]
    assert numbers("?q=车棚的建议") == [wanted.number]
    assert numbers("?tab=registered&field=urban_env") == [wanted.number]
    assert numbers("?field=finance") == []


def test_more_rows_cost_no_more_queries(tell: Narrator) -> None:
    def fill() -> None:
        tell.submitted()
        tell.registered()
        tell.assigned(("dh-zjj", "main"), ("dh-jtj", "assist"), mode="main_assist")
        tell.replied()
        tell.promised()
        citizens.referred()
        citizens.say(deputy="D00006")

    citizens, client = Citizens(tell.cast), as_(tell.cast.sun)
    urls = [reverse(f"admin:{name}") for name in PAGES] + [reverse("admin:supervise") + "?tab=promises"]
    fill()
    later(days=6)  # something is late, too
    fill()
    few = {url: queries_of(client, url) for url in urls}
    fill()
    fill()
    assert {url: queries_of(client, url) for url in urls} == few


def test_the_page_of_one_suggestion_costs_the_same_however_many_units(tell: Narrator) -> None:
    client, counts = as_(tell.cast.sun), []
    two = (("dh-zjj", "main"), ("dh-jtj", "assist"))
    for units in (two, (*two, ("dh-jyj", "assist"))):
        suggestion = tell.signed(*units, mode="main_assist")
        tell.talk(tell.of(suggestion))
        counts.append(queries_of(client, reverse("admin:suggestion", args=[suggestion.number])))
    assert counts[0] == counts[1]


def queries_of(client: Client, url: str) -> int:
    """How many queries a page costs when nothing is seen for the first time."""
    client.get(url)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(url).status_code == 200
    return len(seen)


def test_pages_speak_chinese(tell: Narrator) -> None:
    """No Latin word but numbers of matters, classes, the hotline and what a letter comes as."""
    suggestion = tell.replied()
    client = as_(tell.cast.sun)
    urls = [reverse(f"admin:{name}") for name in PAGES] + [reverse("admin:suggestion", args=[suggestion.number])]
    for url in urls:
        said = re.sub(r"[JY]\d{4}-\d+", " ", words(client.get(url).content.decode()))
        assert set(re.findall(r"[A-Za-z]{2,}", said)) <= {"Word", "PDF", "Excel"}, url


def test_an_office_reads_screens_and_follows_opinions(tell: Narrator) -> None:
    citizens = Citizens(tell.cast)
    waiting = citizens.say(
        content="杨树坪村道路窄，会车困难。", deputy="D00006"
    )  # no station: the congress office reads it
    sent = citizens.referred()
    client = as_(tell.cast.chen)
    lines = client.get(reverse("admin:review") + "?tab=opinions").context["lines"]
    assert [(matter.pk, buttons[0].verb) for matter, _, buttons in lines] == [(waiting.pk, "accept")]
    url = reverse("admin:opinion-verb", args=[waiting.number, "accept"])
    assert client.post(url, {"category": "transport", "public_text": "杨树坪村道路窄，会车困难。"}).status_code == 302
    assert Opinion.objects.get(pk=waiting.pk).state == "open"
    assert {line.opinion.pk for line in client.get(reverse("admin:opinions")).context["lines"]} == {waiting.pk, sent.pk}
    said = words(client.get(reverse("admin:opinion", args=[sent.number])).content.decode())
    assert "清水镇政府" in said
    assert as_(tell.cast.liu).get(reverse("admin:opinion", args=[sent.number])).status_code == 404


def test_sides_that_disagree_stand_in_one_list(tell: Narrator) -> None:
    citizens = Citizens(tell.cast)
    row = citizens.replied()
    opinion_verbs.rate(row, by=author(row), grade="dissatisfied", solved="no", reasons=["not_solved"])
    citizens.closed()
    shown = as_(tell.cast.chen).get(reverse("admin:ratings") + "?tab=opinions").context["opinions"]
    assert [opinion.pk for opinion, _, _ in shown] == [row.pk]


def test_many_people_on_one_matter_stand_on_the_board(tell: Narrator) -> None:
    citizens = Citizens(tell.cast)
    head = citizens.claimed()
    for _ in range(9):
        citizens.merged(head)
    crowds = as_(tell.cast.chen).get(reverse("admin:index")).context["crowds"]
    assert [(opinion.pk, opinion.joined) for opinion in crowds] == [(head.pk, 9)]


def test_a_message_nobody_got_is_on_the_board_of_its_own_office_alone(tell: Narrator) -> None:
    step = tell.assigned().steps.first()
    now = clock.now()
    Message.objects.create(
        recipient_kind="user", recipient_id=tell.cast.zheng.pk, channel="sms", template="x", step=f"suggestionstep:{step.pk}",
        state="dead", attempts=6, made_at=now, next_at=now, error="号码停用",
    )  # fmt: skip
    assert "号码停用" in words(as_(tell.cast.chen).get(reverse("admin:undelivered")).content.decode())
    assert "号码停用" in words(as_(tell.cast.yao).get(reverse("admin:undelivered")).content.decode())
    assert "号码停用" not in words(as_(tell.cast.liu).get(reverse("admin:undelivered")).content.decode())


def test_a_plan_is_shown_applied_once_and_undone(tell: Narrator) -> None:
    plan = handovers.plan("seat_ended", [tell.cast.seat("D00002")], by=tell.cast.sun)
    client, url = as_(tell.cast.sun), reverse("admin:handover", args=[plan.pk])
    assert client.get(url).status_code == 200
    assert as_(tell.cast.liu).get(url).status_code == 404
    assert "已按方案交接" in words(client.post(f"{url}apply/", follow=True).content.decode())
    assert "状态已经变化" in words(client.post(f"{url}apply/", follow=True).content.decode())
    assert "已撤销交接" in words(client.post(f"{url}undo/", follow=True).content.decode())


def test_a_telephone_number_is_opened_after_a_fresh_proof_and_a_reason(tell: Narrator, settings: Any) -> None:
    opinion = Citizens(tell.cast).say(concerns=["station"], phone="19900008700")
    path, client = reverse("admin:opinion-contact", args=[opinion.number]), as_(tell.cast.chen)
    settings.DEMO = False  # where the cast is spared nothing
    answer = client.post(path, {"reason": "核实地点"})
    assert answer.status_code == 302 and "/login/" in answer["Location"]
    assert not opinion.contact.openings.exists()
    settings.DEMO = True
    assert client.post(path, {"reason": ""}).status_code == 422
    opened = client.post(path, {"reason": "核实地点"})
    assert "19900008700" in opened.content.decode() and "no-store" in opened["Cache-Control"]
