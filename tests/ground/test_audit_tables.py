"""The audit's tables refuse to be changed, to the application and to the owner of the tables alike."""

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from dev.pytest_services import owner
from ground import clock
from ground.models import AuditLine

CHANGES = [
    "UPDATE ground_auditline SET act = 'other'",
    "DELETE FROM ground_auditline",
    "TRUNCATE ground_auditline CASCADE",
    "UPDATE ground_auditlink SET no = 2",
    "DELETE FROM ground_auditlink",
    "TRUNCATE ground_auditlink",
]


def refused(statement: str) -> str:
    with pytest.raises(ProgrammingError) as error, transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    return str(error.value)


@pytest.fixture
def line(transactional_db: None) -> None:
    row = AuditLine.objects.create(at=clock.now(), actor="user:1", act="open_contact")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO ground_auditlink (no, line_id, mac) VALUES (1, %s, '\\x00')", [row.pk])


@pytest.mark.parametrize("statement", CHANGES)
def test_the_application_cannot_change_the_audit(line, statement):
    assert "permission denied" in refused(statement) or "written once" in refused(statement)
    assert AuditLine.objects.get().act == "open_contact"


@pytest.mark.parametrize("statement", CHANGES)
def test_the_owner_cannot_change_the_audit_either(line, statement):
    with owner():
        assert "is written once" in refused(statement)
    assert AuditLine.objects.get().act == "open_contact"
