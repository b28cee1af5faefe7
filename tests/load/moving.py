"""A city moves in through the console: an empty installation, its files brought, undone, brought again, taken out."""

from dataclasses import dataclass, field
from datetime import date
from time import perf_counter

from django.contrib.auth.hashers import make_password
from django.test import Client

from accounts.models import Import, Organ, Post, Region, User
from accounts.states import Level, OrganKind, Role
from deputies.models import Deputy, Seat
from ground import sheets, trees
from stations.models import Venue, VenueDeputy
from tests.load.city_files import BROUGHT_BY, ROOT, city
from tests.tables import exported, page_of, press, upload


@dataclass
class Moving:
    """The two people who bring the files, and how long each step took in seconds."""

    clients: dict[str, Client] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)

    @classmethod
    def into_nothing(cls) -> "Moving":
        """An installation as it is set up: one congress, its system administrator and the lead of its office."""
        root = Organ(code=ROOT, name="东湖市人民代表大会常务委员会", kind=OrganKind.CONGRESS, level=Level.CITY)
        trees.plant(root)
        root.congress = root
        root.save(update_fields=["congress"])
        moving = cls()
        for key, role, phone in (("yao", Role.SYS_ADMIN, "19900000091"), ("sun", Role.DWC_LEAD, "19900000022")):
            user = User.objects.make(phone, key, password=make_password("x"))
            Post.objects.create(user=user, organ=root, role=role, since=date(2022, 1, 1))
            moving.clients[key] = Client()
            moving.clients[key].force_login(user, backend="accounts.signin.PhoneBackend")
        return moving

    def bring(self, share: float, label: str = "") -> list[Import]:
        batches = []
        for table, name, heading, rows in city(share):
            client, content = self.clients[BROUGHT_BY[table]], sheets.write_xlsx(heading, rows)
            begun = perf_counter()
            batch = upload(client, table, content, name)
            seen = perf_counter()
            assert batch.new_rows == len(rows), page_of(client, batch)[-3000:]
            assert batch.may_be_applied
            batch = press(client, batch, "apply")
            assert batch.standing == "applied", batch.job.words
            self.seconds[f"{label}{table} preview of {len(rows)}"] = seen - begun
            self.seconds[f"{label}{table} apply"] = perf_counter() - seen
            batches.append(batch)
        return batches

    def undo(self, batches: list[Import]) -> None:
        for batch in reversed(batches):
            begun = perf_counter()
            batch = press(self.clients[BROUGHT_BY[batch.table]], batch, "undo")
            assert batch.standing == "undone", batch.job.words
            self.seconds[f"{batch.table} undo"] = perf_counter() - begun

    def comes_back_unchanged(self) -> None:
        """Every table goes out as xlsx and comes back without a difference."""
        for table, who in BROUGHT_BY.items():
            begun = perf_counter()
            content = exported(self.clients[who], table)
            out = perf_counter()
            batch = upload(self.clients[who], table, content)
            self.seconds[f"{table} export"] = out - begun
            self.seconds[f"{table} preview of the export"] = perf_counter() - out
            differing = (batch.new_rows, batch.changed_rows, batch.wrong_rows, batch.asking_rows)
            assert differing == (0, 0, 0, 0), page_of(self.clients[who], batch)[-3000:]
            assert batch.same_rows > 0


def counts() -> dict[str, int]:
    models = (Region, Organ, Venue, Deputy, Seat, VenueDeputy, User)
    return {model.__name__: model._base_manager.count() for model in models}
