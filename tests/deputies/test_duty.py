from deputies import duty
from deputies.models import DutyLine
from tests.cast import Cast


def test_a_thing_done_is_written_once(cast: Cast):
    seat, source = cast.seat("D00001"), cast.venues["S00001"]
    first = duty.record(seat, event="reception.held", source=source)
    assert duty.record(seat, event="reception.held", source=source) == first
    assert DutyLine.objects.count() == 1
    duty.record(seat, event="reception.held", source=cast.venues["S00005"])
    assert DutyLine.objects.count() == 2


def test_it_is_taken_back_by_a_line_and_can_stand_again(cast: Cast):
    seat, source = cast.seat("D00001"), cast.venues["S00001"]
    assert duty.reverse(seat, event="reception.held", source=source) is None
    first = duty.record(seat, event="reception.held", source=source)
    DutyLine.objects.filter(pk=first.pk).update(points="2.5")
    back = duty.reverse(seat, event="reception.held", source=source)
    assert (back.reverses_id, back.points) == (first.pk, -2.5)
    assert duty.reverse(seat, event="reception.held", source=source) is None, "nothing stands any more"
    again = duty.record(seat, event="reception.held", source=source)
    assert (again.reverses_id, again.points) == (back.pk, 2.5)
    assert sum(line.points for line in DutyLine.objects.filter(seat=seat)) == 2.5
