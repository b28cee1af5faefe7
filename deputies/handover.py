"""What of seats and organs moves: at a change of term (换届) each seat of the old term ends on the day the new one opens;
when a department is merged its people, rules and place in the tree pass to the other one (机构改革)."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from accounts.models import Organ, Post, User
from accounts.states import Role
from accounts.workflow import end_post, give_post
from clocks.models import RulePolicy
from deputies import workflow
from deputies.handovers import Change, Row
from deputies.models import Deputy, Seat, Term
from ground import clock, trees
from ground.workflow import SYSTEM


class SeatsCarrier:
    """Rows by verb: `end_term`, with the day. Who goes on has a seat of the new term, to which matters pass."""

    def plan(self, change: Change) -> Iterable[Row]:
        return list(self._ends(change)) if change.kind == "term_ended" else []

    def _ends(self, change: Change) -> Iterator[Row]:
        opens: dict[tuple[int, int], date | None] = {}
        for seat in change.subjects:
            key = (seat.organ_id, seat.term.ordinal)
            if key not in opens:
                later = Term.objects.filter(congress=seat.organ_id, ordinal__gt=seat.term.ordinal).order_by("ordinal")
                opens[key] = later.values_list("opens_on", flat=True).first()
            heir = change.successor_of(seat)
            goes_on = heir is not None and heir.deputy_id == seat.deputy_id
            words = "本届届满，已连任，没办完的事转到新一届任职" if goes_on else "届满，不再连任"
            day = opens[key].isoformat() if opens[key] else None
            yield Row("seat", seat.pk, f"任职：{seat.deputy}", words, "end_term", seat.pk, day)

    def apply(self, rows: list[Row], change: Change, *, by: Any) -> None:
        seats = Seat.objects.select_related("deputy__user", "organ").in_bulk([row.id for row in rows])
        for row in rows:
            day = date.fromisoformat(row.target) if row.target else None
            workflow.end_term(seats[row.id], by=by, on=day, planned=True)

    def undo(self, rows: list[Row], change: Change, *, by: Any) -> None:
        seats = Seat.objects.select_related("deputy__user", "organ").in_bulk([row.id for row in rows])
        for row in rows:
            if seats[row.id].state == "term_ended":
                workflow.bring_back(seats[row.id], by=SYSTEM)


class OrgansCarrier:
    """Rows by verb: `end_post`, `repost` (with the role), `employ` (a deputy's employer, from which 回避 follows), `rehang`
    (units below), `rule`, `close` (the organ itself: it keeps code and history and gets nothing new)."""

    def plan(self, change: Change) -> Iterable[Row]:
        if change.kind != "organ_merged":
            return []
        return [row for organ in change.subjects for row in self._of(organ, change.successor_of(organ))]

    def _of(self, organ: Organ, heir: Organ) -> Iterator[Row]:
        yield from self._posts(organ, heir)
        for deputy in Deputy.objects.filter(employer=organ).order_by("code"):
            yield Row(
                "organ", organ.pk, f"{deputy}代表的工作单位", f"改为{heir}，回避照旧", "employ", deputy.pk, heir.pk
            )
        for child in organ.children.order_by("code"):
            yield Row("organ", child.pk, str(child), f"改挂在{heir}之下", "rehang", organ.pk, heir.pk)
        own = RulePolicy.objects.filter(organ=organ).exclude(code__in=heir.rulepolicy_set.values("code"))
        for rule in own.order_by("code", "version"):
            yield Row("organ", organ.pk, f"规则：{rule}", f"转到{heir}", "rule", rule.pk, heir.pk)
        yield Row(
            "organ",
            organ.pk,
            f"{organ}（{organ.code}）",
            f"并入{heir}；代码和历史保留，不再接收新事项",
            "close",
            organ.pk,
            heir.pk,
        )

    @staticmethod
    def _posts(organ: Organ, heir: Organ) -> Iterator[Row]:
        there = set(heir.posts.live().values_list("user_id", "role"))
        has_lead = any(role == Role.HANDLER_LEAD for _, role in there)
        for post in organ.posts.live().select_related("user").order_by("pk"):
            yield Row("organ", organ.pk, f"{post.user}", f"在{organ}的岗位结束", "end_post", post.pk)
            role = Role.HANDLER_CLERK if has_lead and post.role == Role.HANDLER_LEAD else Role(post.role)
            if (post.user_id, role) not in there:
                there.add((post.user_id, role))
                words = f"到{heir}任{role.label}"
                yield Row("organ", heir.pk, f"{post.user}", words, "repost", post.user_id, [heir.pk, str(role)])

    def apply(self, rows: list[Row], change: Change, *, by: Any) -> None:
        for row in rows:
            match row.verb:
                case "end_post":
                    post = Post.objects.select_related("user").get(pk=row.origin)
                    end_post(post, by=by, until=max(clock.today(), post.since))
                case "repost":
                    organ, role = row.target
                    give_post(User.objects.get(pk=row.origin), Organ.objects.get(pk=organ), role, by=by)
                case "employ":
                    Deputy.objects.filter(pk=row.origin).update(employer=row.target)
                case "rehang":
                    _hang(row.id, row.target)
                case "rule":
                    RulePolicy.objects.filter(pk=row.origin).update(organ=row.target)
                case "close":
                    Organ.objects.filter(pk=row.id).update(merged_into=row.target, closed_on=clock.today())

    def undo(self, rows: list[Row], change: Change, *, by: Any) -> None:
        organ = change.subjects[0]
        for row in rows:
            match row.verb:
                case "end_post":
                    _reopen(Post.objects.get(pk=row.origin))
                case "repost":
                    mine = Post.objects.live().filter(user=row.origin, organ=row.target[0], role=row.target[1])
                    for post in mine.select_related("user"):
                        end_post(post, by=by, until=max(clock.today(), post.since))
                case "employ":
                    Deputy.objects.filter(pk=row.origin, employer=row.target).update(employer=organ)
                case "rehang":
                    _hang(row.id, row.origin)
                case "rule":
                    RulePolicy.objects.filter(pk=row.origin).update(organ=organ)
                case "close":
                    Organ.objects.filter(pk=row.id).update(merged_into=None, closed_on=None)


def _reopen(post: Post) -> None:
    """Lets an ended post go on, unless the person was given it again meanwhile."""
    if not Post.objects.live().filter(user=post.user_id, organ=post.organ_id, role=post.role).exists():
        post.until = None
        post.save(update_fields=["until"])


def _hang(pk: int, parent: int) -> None:
    organ = Organ.objects.get(pk=pk)
    organ.parent_id = parent
    trees.plant(organ)
