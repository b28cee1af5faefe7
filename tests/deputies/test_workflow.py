"""The verbs of a seat: who may, what they leave behind, where the printed code leads."""

from datetime import timedelta

import pytest

from accounts import me
from deputies import codes, handovers, workflow
from deputies.models import CodeTarget, Deputy, Handover, Seat
from deputies.queries import is_on_leave
from deputies.signals import seat_changed
from deputies.states import SEAT
from ground import clock
from ground.errors import Forbidden, GuardFailed, Invalid, WrongState
from ground.workflow import SYSTEM, CodeHolder, available
from stations.models import VenueDeputy
from tests import factories
from tests.cast import Cast

VERBS = ["seat", "suspend", "restore", "terminate", "end_term", "succeed"]


def test_every_cast_seat_was_elected_and_confirmed_through_the_gate(cast: Cast):
    for seat in cast.seats.values():
        assert [step.verb for step in seat.steps.all()] == ["elect", "seat"]
        assert seat.state == "active"


def test_the_congress_office_and_the_one_above_keep_seats_and_nobody_else(cast: Cast):
    seat = cast.seat("D00005")
    allowed = {key for key, user in cast.users.items() if available(seat, user)}
    assert allowed == {"sun", "chen", "han"}
    assert available(seat, SYSTEM) == available(seat, CodeHolder("Y2026-000001")) == []
    assert {key for key, user in cast.users.items() if available(cast.seat("D00001"), user)} == {"sun", "chen"}


def test_a_stranger_learns_nothing_of_the_state(cast: Cast):
    for verb in VERBS:
        with pytest.raises(Forbidden):
            with_body = {
                "succeed": {"successor": cast.seat("D00002")},
                "terminate": {"reason": "moved", "document_no": "1"},
            }
            getattr(workflow, verb)(cast.seat("D00001"), by=cast.liu, **with_body.get(verb, {}))
    assert not Handover.objects.exists()


def test_a_suspended_seat_rests_and_its_code_leads_to_the_station_without_a_word(cast: Cast):
    seat = cast.seat("D00001")
    workflow.suspend(seat, by=cast.chen, document_no="东人发〔2026〕8 号")
    landing = codes.resolve("D00001")
    assert (landing.kind, landing.venue_code, landing.origin, landing.announced) == (
        "venue",
        "S00001",
        seat.deputy,
        False,
    )
    assert VenueDeputy.objects.filter(seat=seat, until=None).count() == 2, "who may come back stays on the wall"
    workflow.restore(seat, by=cast.chen)
    assert codes.resolve("D00001").deputy == seat.deputy
    assert not codes.resolve("D00001").has_moved
    assert seat.state == "active"


def test_termination_needs_a_reason_a_document_and_a_day_that_has_come(cast: Cast):
    seat = cast.seat("D00001")
    with pytest.raises(Invalid) as no_reason:
        workflow.terminate(seat, by=cast.sun, reason="", document_no="1")
    assert no_reason.value.errors[0][0] == "reason"
    with pytest.raises(Invalid) as no_document:
        workflow.terminate(seat, by=cast.sun, reason="moved")
    assert no_document.value.errors[0][0] == "document_no"
    with pytest.raises(Invalid) as too_early:
        workflow.terminate(seat, by=cast.sun, reason="moved", document_no="1", on=clock.today() + timedelta(days=1))
    assert too_early.value.errors[0][0] == "on"
    seat.refresh_from_db()
    assert seat.state == "active"
    assert not Handover.objects.exists()


def test_a_terminated_seat_leaves_the_station_and_hands_its_code_on(cast: Cast):
    seat = cast.seat("D00001")
    workflow.terminate(seat, by=cast.sun, reason="moved", document_no="东人发〔2026〕9 号")
    assert (seat.state, seat.reason, seat.until) == ("terminated", "moved", clock.today())
    assert codes.resolve("D00001").venue_code == "S00001"
    assert not codes.resolve("D00001").announced
    codes.announce("D00001")
    assert codes.resolve("D00001").announced
    assert not VenueDeputy.objects.filter(seat=seat, until=None).exists()
    handover = Handover.objects.get()
    assert handover.applied_at is not None
    assert {row.verb for row in handovers.rows_of(handover)} == {"lead_on", "unstation"}
    with pytest.raises(WrongState):
        workflow.terminate(seat, by=cast.sun, reason="moved", document_no="2")


def test_a_deputy_with_another_active_seat_keeps_the_code(cast: Cast):
    second = workflow.elect(cast.deputies["D00001"], by=cast.sun, term=cast.terms["qs-rd"])
    workflow.seat(second, by=cast.han)
    workflow.terminate(cast.seat("D00001"), by=cast.sun, reason="resigned", document_no="3")
    assert not codes.resolve("D00001").has_moved


def test_nothing_is_done_if_the_shown_handover_has_changed(cast: Cast):
    seat = cast.seat("D00003")
    _, seen = handovers.preview(handovers.change("seat_ended", [seat]))
    VenueDeputy.objects.create(venue=cast.venues["S00001"], seat=seat, since=clock.today())
    with pytest.raises(GuardFailed) as changed:
        workflow.terminate(seat, by=cast.sun, reason="moved", document_no="4", seen=seen)
    assert changed.value.code == "plan_changed"
    seat.refresh_from_db()
    assert seat.state == "active"


def test_an_applied_handover_can_be_undone_once(cast: Cast):
    seat = cast.seat("D00003")
    plan = handovers.plan("seat_ended", [seat], by=cast.sun)
    assert VenueDeputy.objects.filter(seat=seat, until=None).exists(), "a plan moves nothing"
    handovers.apply(plan, by=cast.sun)
    assert not VenueDeputy.objects.filter(seat=seat, until=None).exists()
    handovers.undo(plan, by=cast.sun)
    assert VenueDeputy.objects.filter(seat=seat, until=None).exists()
    assert not codes.resolve("D00003").has_moved
    with pytest.raises(WrongState):
        handovers.undo(plan, by=cast.sun)
    with pytest.raises(WrongState):
        handovers.apply(plan, by=cast.sun)


def test_the_successor_gets_code_and_promises(cast: Cast):
    seat = cast.seat("D00001")
    workflow.terminate(seat, by=cast.sun, reason="death")
    successor = factories.a_seat(cast, name="林晓")
    workflow.succeed(seat, by=cast.sun, successor=successor)
    seat.refresh_from_db()
    assert seat.successor == successor
    assert codes.resolve("D00001").deputy == successor.deputy
    with pytest.raises(Invalid):
        workflow.succeed(seat, by=cast.sun, successor=cast.seat("D00003"))


def test_end_of_term_takes_the_stationing_to_the_continued_seat(cast: Cast):
    seat, again = cast.seat("D00003"), None
    term = type(seat.term).objects.create(congress=seat.organ, ordinal=seat.term.ordinal + 1, opens_on=clock.today())
    again = workflow.seat(workflow.elect(seat.deputy, by=cast.sun, term=term), by=cast.sun)
    plan = handovers.plan("term_ended", [seat], by=cast.sun, successors={seat.pk: again})
    handovers.apply(plan, by=cast.sun)
    seat.refresh_from_db()
    assert seat.state == "term_ended"
    assert VenueDeputy.objects.get(seat=again, until=None).venue == cast.venues["S00002"]
    assert not codes.resolve("D00003").has_moved


def test_higher_rooms_hear_of_every_verb_once(cast: Cast):
    heard = []
    listener = lambda sender, seat, verb, by, **_: heard.append((verb, seat.state))  # noqa: E731
    seat_changed.connect(listener)
    try:
        workflow.suspend(cast.seat("D00002"), by=cast.sun)
        workflow.restore(cast.seat("D00002"), by=cast.sun)
    finally:
        seat_changed.disconnect(listener)
    assert heard == [("suspend", "suspended"), ("restore", "active")]


def test_leave_is_ones_own_switch(cast: Cast):
    until = clock.today() + timedelta(days=7)
    with pytest.raises(Forbidden):
        workflow.take_leave(cast.deputies["D00001"], by=cast.zhao, until=until)
    with pytest.raises(Invalid):
        workflow.take_leave(cast.deputies["D00001"], by=cast.wang, until=clock.today() - timedelta(days=1))
    workflow.take_leave(cast.deputies["D00001"], by=cast.wang, until=until)
    cast.wang.refresh_from_db()
    assert cast.wang.leave_until == until


def test_a_code_is_never_given_twice_and_never_leads_in_a_circle(cast: Cast):
    assert codes.next_code("D") == "D00007"
    with pytest.raises(Invalid):
        workflow.enrol("某人", code="D00001")
    assert workflow.enrol("某人").code == "D00007"
    Deputy.objects.filter(code="D00007").update(name="某某")
    assert codes.next_code("D") == "D00008"
    codes.lead_on("D00001", "D00002", announced=True)
    with pytest.raises(Invalid):
        codes.lead_on("D00002", "D00001", announced=True)
    assert CodeTarget.objects.count() == 14


def test_facts_are_read_once_and_speak_of_seats_and_groups(cast: Cast, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert [seat.organ_id for seat in cast.wang.facts.seats] == [cast.organs["dh-rd"].pk]
        assert {group.role for group in cast.wang.facts.groups} == {"convener"}
        assert cast.wang.facts.seats[0].is_active
    assert cast.gao.facts.seats == ()


def test_the_machine_names_every_verb():
    assert set(SEAT.labels) == set(SEAT.verbs)
    assert Seat.workflow is SEAT


def test_an_ended_seat_is_signed_out_everywhere(cast: Cast):
    before = cast.zhao.sign_ins_ended
    workflow.terminate(cast.seat("D00002"), by=cast.sun, reason="moved", document_no="1")
    cast.zhao.refresh_from_db()
    assert cast.zhao.sign_ins_ended == before + 1


def test_me_shows_seats_and_switches_leave(cast: Cast):
    assert [(seat.organ, seat.deputy, seat.state) for seat in me.seats_of(cast.zhang)] == [
        ("qs-rd", "D00005", "active")
    ]
    me.take_leave(cast.zhang, clock.today())
    cast.zhang.refresh_from_db()
    assert is_on_leave(cast.zhang)
    me.take_leave(cast.zhang, None)
    cast.zhang.refresh_from_db()
    assert not is_on_leave(cast.zhang)
    with pytest.raises(Forbidden):
        me.take_leave(cast.gao, clock.today())


def test_a_change_of_term_is_one_plan_applied_and_undone(cast: Cast, client):
    """换届: who goes on keeps what is open and the code, who does not hands it over; undone, all stands as before."""
    from datetime import date

    from deputies import rollovers
    from deputies.models import Term

    old = cast.terms["dh-rd"]
    new = Term.objects.create(congress=old.congress, ordinal=old.ordinal + 1, opens_on=clock.today())
    client.force_login(cast.sun)
    assert "办理换届" in client.get("/admin/rollovers/").content.decode()
    page = f"/admin/rollovers/{new.pk}/"
    assert client.post(page).status_code == 302, "without anybody of the new term nothing is planned"
    assert not Handover.objects.exists()
    stays, goes = cast.seat("D00001"), cast.seat("D00002")
    others = [cast.seat(code).pk for code in ("D00001", "D00004", "D00006")]
    client.post(f"{page}continue/", {"seat": others})
    shown = client.get(page)
    assert "连任 3 人，不再连任 1 人" in shown.content.decode()
    answer = client.post(page, {"seen": shown.context["seen"]})
    plan = Handover.objects.get()
    assert answer.headers["Location"] == f"/admin/handovers/{plan.pk}/"
    before = set(VenueDeputy.objects.filter(until=None).values_list("venue_id", "seat_id"))
    client.post(f"/admin/handovers/{plan.pk}/apply/")
    states = dict(Seat.objects.filter(organ=old.congress).values_list("pk", "state"))
    assert {states[cast.seat(code).pk] for code in ("D00001", "D00002", "D00004", "D00006")} == {"term_ended"}
    heir = Seat.objects.get(deputy=stays.deputy, term=new)
    assert (heir.state, heir.constituency) == ("active", stays.constituency)
    assert {row.venue.code for row in heir.venues.filter(until=None)} == {"S00001", "S00005"}
    assert codes.resolve("D00001").deputy == stays.deputy
    assert codes.resolve("D00002").kind == "venue"
    goes.refresh_from_db()
    assert goes.until == date.fromisoformat(str(new.opens_on))
    client.post(f"/admin/handovers/{plan.pk}/undo/")
    assert set(Seat.objects.filter(term=old).values_list("state", flat=True)) == {"active"}
    assert set(VenueDeputy.objects.filter(until=None).values_list("venue_id", "seat_id")) == before
    assert codes.resolve("D00002").kind == "deputy"
    assert len(rollovers.of(new).going_on) == 3


def test_a_change_of_term_is_kept_by_the_congress_office_alone(cast: Cast, client):
    client.force_login(cast.yao)
    assert client.get("/admin/rollovers/").status_code == 403
    client.force_login(cast.feng)
    assert client.get(f"/admin/rollovers/{cast.terms['dh-rd'].pk}/").status_code == 404


def test_codes_grow_beyond_five_digits(cast: Cast):
    workflow.enrol("某人", code="D99999")
    assert codes.next_codes("D", 2) == ["D100000", "D100001"]
    assert workflow.enrol("某某").code == "D100000"
    assert codes.next_code("D") == "D100001"
    assert codes.resolve("D100000").deputy.name == "某某"
    for wrong in ("D1000000", "D012345", "D1234", "d00007", "D１２３４５"):
        with pytest.raises(Invalid):
            codes.check_form(wrong)
