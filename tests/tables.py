"""How tests bring a table through the console: uploaded, worked on by the job, looked at, pressed."""

import io
from collections.abc import Iterable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from accounts.models import Import
from ground import jobs


def book(*rows: Iterable[Any], title: str = "表") -> bytes:
    """A workbook of these rows."""
    made = Workbook(write_only=True)
    sheet = made.create_sheet(title)
    for row in rows:
        sheet.append(list(row))
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def upload(client: Client, table: str, content: bytes, name: str = "表.xlsx") -> Import:
    """Uploads a file and lets the job look at it."""
    answer = client.post(f"/admin/imports/new/{table}/", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 302, answer.content.decode()
    jobs.run_waiting()
    return Import.objects.select_related("job").latest("pk")


def press(client: Client, batch: Import, what: str, **body: str) -> Import:
    """Presses a button of the import (`apply`, `undo`, `people`, `columns`) and lets the job work."""
    assert client.post(f"/admin/imports/{batch.pk}/{what}/", body).status_code == 302
    jobs.run_waiting()
    return Import.objects.select_related("job").get(pk=batch.pk)


def page_of(client: Client, batch: Import, kind: str = "") -> str:
    return client.get(f"/admin/imports/{batch.pk}/", {"kind": kind} if kind else {}).content.decode()


def bring(client: Client, table: str, content: bytes, name: str = "表.xlsx") -> Import:
    """Uploads, finds nothing wrong, applies."""
    batch = upload(client, table, content, name)
    assert batch.may_be_applied, page_of(client, batch)
    batch = press(client, batch, "apply")
    assert batch.standing == "applied", (batch.job.words, batch.refusal)
    return batch


def exported(client: Client, table: str, form: int = 0) -> bytes:
    """The table as the console exports it: 0 is xlsx, 1 is csv."""
    app, model = table.split(".")
    answer = client.post(f"/admin/{app}/{model}/export/", {"format": str(form), "resource": "0"})
    assert answer.status_code == 200
    return answer.content
