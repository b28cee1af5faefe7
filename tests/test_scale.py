"""The told city multiplied: whole, consistent, once."""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection, models, transaction
from django.db.models import Count, F, Max

from accounts import contacts
from accounts.models import Contact, Notice, Organ, Region, User
from clocks.models import Deadline
from config.demo import scale
from config.demo.copies import prepares
from config.management.commands import seed
from deputies.models import CodeTarget, Deputy
from ground import bigrams, clock, histories, refs
from ground.models import Message, NumberSeries
from ground.refs import RefFields
from ground.workflow import Step
from stations.models import Venue
from stations.states import PASSING_ON
from suggestions.models import Cosign, Opinion, OpinionStep, Suggestion, TextVersion
from suggestions.workflow.course import hash_of

SMALL = scale.Size(deputies=700, stations=40, points=60, departments=60, opinions=150, suggestions=90)


@pytest.fixture(scope="module", autouse=True)
def city(django_db_setup: None, django_db_blocker: object) -> Iterator[dict[str, int]]:
    """The shortest telling, three times as large: once for all of these tests, and gone after them."""
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        patch.setitem(scale.SIZES, "city", SMALL)
        with transaction.atomic():
            call_command("seed", few=True)
            told = {"opinion": newest(Opinion), "suggestion": newest(Suggestion), "notice": Notice.objects.count(),
                    "message": Message.objects.count()}  # fmt: skip
            call_command("seed", scale="city", few=True)
            yield told
            transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def inside(city: object, db: None) -> None:
    """Each test works in a savepoint of the module's transaction."""


def newest(model: type[models.Model]) -> int:
    return model.objects.aggregate(pk=Max("pk"))["pk"]


def test_sizes_are_reached_exactly() -> None:
    assert Deputy.objects.count() == SMALL.deputies
    assert Venue.objects.filter(kind__in=PASSING_ON).count() == SMALL.points
    assert Venue.objects.exclude(kind__in=PASSING_ON).count() == SMALL.stations
    assert Organ.objects.filter(kind="department").count() == SMALL.departments
    assert (Opinion.objects.count(), Suggestion.objects.count()) == (SMALL.opinions, SMALL.suggestions)


def test_a_second_run_changes_nothing_and_another_size_is_refused() -> None:
    before = {model: model._base_manager.count() for model in apps.get_models()}
    call_command("seed", scale="city", few=True)
    assert {model: model._base_manager.count() for model in apps.get_models()} == before
    with pytest.raises(CommandError, match="另用一个 DATA_DIR"):
        call_command("seed", scale="province")


def test_every_history_is_a_legal_path(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("check_histories")
    assert capsys.readouterr().err == ""


def test_nothing_is_told_again(city: dict[str, int]) -> None:
    assert (Notice.objects.count(), Message.objects.count()) == (city["notice"], city["message"])
    copied = OpinionStep.objects.filter(obj__gt=city["opinion"])
    assert copied.exists() and not copied.filter(told_at=None).exists()


def test_time_never_passes_now_and_no_open_deadline_is_already_due() -> None:
    now = clock.now()
    for model in apps.get_models():
        if issubclass(model, Step):
            assert not model.objects.filter(at__gt=now).exists(), model
    assert not Deadline.objects.open().filter(wake_at__lte=now).exists()
    assert not Deadline.objects.filter(due_at__lt=F("started_at")).exists()


def test_steps_of_one_matter_stand_in_the_order_of_time() -> None:
    for opinion in Opinion.objects.prefetch_related("steps"):
        moments = [step.at.replace(microsecond=0) for step in opinion.steps.all()]
        assert moments == sorted(moments), opinion.number


def test_the_code_of_a_copied_opinion_opens_it_and_no_other(city: dict[str, int]) -> None:
    codes = [opinion.query_code for opinion in Opinion.objects.all()]
    assert len(set(codes)) == len(codes)
    numbers = list(Opinion.objects.values_list("number", flat=True))
    assert len(set(numbers)) == len(numbers)


def test_numbers_go_on_from_the_same_sequences() -> None:
    with connection.cursor() as cursor:
        for letter, model in (("y", Opinion), ("j", Suggestion)):
            cursor.execute(f"SELECT nextval('ground_number_{letter}')")
            highest = max(int(number.rpartition("-")[2]) for number in model.objects.values_list("number", flat=True))
            assert cursor.fetchone()[0] > highest
    assert User.objects.make("19911111111", "甲").pk > User.objects.exclude(name="甲").aggregate(m=Max("pk"))["m"]


def test_official_numbers_are_gap_free_and_the_series_goes_on_after_them() -> None:
    series = Suggestion.objects.exclude(register_series="").values("register_series")
    for row in series.annotate(many=Count("pk"), highest=Max("register_ordinal")):
        assert row["many"] == row["highest"]
        assert NumberSeries.objects.get(scope=f"suggestion/{row['register_series']}").last == row["highest"]
    for suggestion in Suggestion.objects.exclude(register_series=""):
        assert f"第{suggestion.register_ordinal:03}号" in suggestion.register_display
        assert suggestion.register_short.endswith(f"-{suggestion.register_ordinal:03}")


def test_hashes_name_the_texts_as_they_read_now() -> None:
    for text in TextVersion.objects.all():
        assert text.hash == hash_of(text.title, text.situation, text.proposal)
    assert not Cosign.objects.filter(state="confirmed").exclude(hash=F("version__hash")).exists()


def test_search_finds_copies_by_their_own_words(city: dict[str, int]) -> None:
    copy = Opinion.objects.filter(pk__gt=city["opinion"]).last()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT bigrams = to_tsvector('simple', %s) FROM suggestions_opinion WHERE id = %s",
            [bigrams.bigrams(f"{copy.masked_text}\n{copy.place}"), copy.pk],
        )
        assert cursor.fetchone()[0]


def test_contacts_open_under_their_own_keys() -> None:
    opened = [contacts.reveal(contact) for contact in Contact.objects.filter(data_key__isnull=False)]
    assert all(one.phone.startswith("1990000") for one in opened if one.phone)
    keys = [bytes(key) for key in Contact.objects.filter(data_key__isnull=False).values_list("data_key", flat=True)]
    assert len(set(keys)) == len(keys)


def test_people_sign_in_by_numbers_of_the_demonstration_alone() -> None:
    assert all(user.phone.startswith("1990000") for user in User.objects.all())


def test_a_copy_lies_wholly_in_its_own_place(city: dict[str, int]) -> None:
    """Station, town, holder and claimant of a copied opinion belong together as those of the told one do."""
    seen = 0
    for opinion in Opinion.objects.filter(pk__gt=city["opinion"]).select_related("station", "town", "holder_seat"):
        assert opinion.station.organ_id == opinion.town_id
        if opinion.claimed_seat_id:
            assert opinion.claimed_seat.deputy.user_id == opinion.claimed_by_id
            assert opinion.claimed_seat.venues.filter(venue=opinion.station).exists()
            seen += 1
        if opinion.target_deputy:
            assert opinion.code_used in ("", opinion.target_deputy.code)
    assert seen


def test_trees_and_codes_stay_whole() -> None:
    for model, name in ((Organ, "pk"), (Venue, "pk"), (Region, "pk")):
        for row in model.objects.select_related("parent"):
            assert row.path == f"{row.parent.path if row.parent else ''}{getattr(row, name)}."
    codes = set(CodeTarget.objects.values_list("code", flat=True))
    assert (
        set(Deputy.objects.values_list("code", flat=True)) | set(Venue.objects.values_list("code", flat=True)) <= codes
    )


def test_references_by_kind_lead_to_rows_that_stand() -> None:
    for model in apps.get_models():
        if issubclass(model, RefFields):
            for kind in model.objects.values_list("object_kind", flat=True).distinct():
                there = refs.model_of(kind)._base_manager.values("pk")
                assert not model.objects.filter(object_kind=kind).exclude(object_id__in=there).exists(), (model, kind)


def test_what_is_written_in_customs_names_tables_that_exist() -> None:
    assert all(apps.get_model(label) for label in prepares)
    assert seed.SCALED


def test_machines_are_all_looked_at() -> None:
    names = {model.workflow.name for model in histories.machines()}
    assert {"opinion", "referral", "suggestion", "assignment", "commitment", "cosign", "seat", "venue"} <= names
