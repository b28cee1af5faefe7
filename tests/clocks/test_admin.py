"""Calendar and rules in the console: who keeps which rows, and that a rule's versions only ever grow."""

from datetime import date

import pytest
from django.test import Client

from accounts.models import Organ, Post, User
from clocks import rules
from clocks.models import Holiday, RulePolicy
from ground import clock
from ground.models import AuditLine
from tests.clocks.conftest import make_organ, on
from tests.tables import bring

pytestmark = pytest.mark.django_db

RULES, DAYS = "/admin/clocks/rulepolicy/", "/admin/clocks/holiday/"


def client_of(organ: Organ, role: str) -> Client:
    user = User.objects.make(f"199{organ.pk:08}", role)
    Post.objects.create(user=user, organ=organ, role=role, since=on(1, 1).date())
    client = Client()
    client.force_login(user)
    return client


def a_rule(organ: Organ | None, value: str = '"3wd"', code: str = "opinion.answer", day: str = "2026-05-06") -> dict:
    return {
        "organ": organ.pk if organ else "",
        "code": code,
        "value": value,
        "valid_from": day,
        "basis": "本级办法",
    }


def test_a_congress_adds_versions_of_its_own_rules(workdays_2026):
    congress, other = make_organ("C"), make_organ("D")
    lead = client_of(congress, "dwc_lead")
    assert lead.post(f"{RULES}add/", a_rule(congress)).status_code == 302
    assert lead.post(f"{RULES}add/", a_rule(congress, '"4wd"')).status_code == 302
    assert list(RulePolicy.objects.order_by("version").values_list("version", "value")) == [(1, "3wd"), (2, "4wd")]
    assert rules.value("opinion.answer", congress) == "4wd"
    assert rules.value("opinion.answer", other) == "5wd"
    assert AuditLine.objects.filter(act="clocks.keep_rule").count() == 2
    row = RulePolicy.objects.first()
    assert lead.post(f"{RULES}{row.pk}/change/", a_rule(congress, '"9wd"')).status_code == 403
    assert lead.post(f"{RULES}{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_nobody_writes_another_congress_or_everybodys_rule(workdays_2026):
    congress, other = make_organ("C"), make_organ("D")
    lead = client_of(congress, "dwc_lead")
    lead.post(f"{RULES}add/", a_rule(other))
    lead.post(f"{RULES}add/", a_rule(None))
    client_of(make_organ("E"), "dwc_clerk").post(f"{RULES}add/", a_rule(congress))
    assert not RulePolicy.objects.exists()
    assert client_of(make_organ("S"), "sys_admin").post(f"{RULES}add/", a_rule(None)).status_code == 302


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"value": '"5 days"'}, "期限写法"),
        ({"value": '{"rungs": ["0"]}'}, "有 2 级，不能增减"),
        ({"value": '"yes"', "code": "opinion.trust_verified"}, "请按默认值的样子写"),
        ({"day": "2026-05-05"}, "生效日期不能早于今天"),
    ],
)
def test_a_rule_nobody_could_count_by_is_refused(workdays_2026, fields, words):
    congress = make_organ("C")
    answer = client_of(congress, "dwc_lead").post(f"{RULES}add/", a_rule(congress, **fields))
    assert answer.status_code == 200
    assert words in answer.content.decode()
    assert not RulePolicy.objects.exists()


def test_a_day_is_added_and_the_answer_points_to_the_preview(workdays_2026):
    sys_admin = client_of(make_organ("S"), "sys_admin")
    body = {"date": "2027-01-01", "kind": "off", "name": "元旦", "provisional": ""}
    answer = sys_admin.post(f"{DAYS}add/", body, follow=True)
    assert "看看哪些期限会变" in answer.content.decode()
    assert Holiday.objects.get(date=date(2027, 1, 1)).changed_at <= clock.now()
    assert client_of(make_organ("C"), "dwc_lead").post(f"{DAYS}add/", body).status_code == 403


def test_a_years_notice_is_imported_with_chinese_columns(workdays_2026):
    sys_admin = client_of(make_organ("S"), "sys_admin")
    table = "日期,类别,节日,暂定\n2027-01-01,放假,元旦,0\n2027-01-02,调休上班,元旦,0\n"
    bring(sys_admin, "clocks.holiday", table.encode(), "2027.csv")
    assert list(Holiday.objects.filter(date__year=2027).values_list("kind", "name")) == [
        ("off", "元旦"),
        ("on", "元旦"),
    ]
