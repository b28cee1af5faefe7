"""What the worker does of this room: imports are checked, applied, undone; what is old is forgotten."""

from collections.abc import Callable

from celery import shared_task

from accounts import imports
from accounts.models import Import
from ground.jobs import Running, runner


def _import(job: Running) -> Import:
    return Import.objects.select_related("by", "file", "job", "organ").get(pk=job.body["import"])


def _work(function: Callable[[Import, imports.Tell], str]) -> Callable[[Running], str]:
    return lambda job: function(_import(job), job.progress)


for _what, _function in (("check", imports.check), ("apply", imports.apply), ("undo", imports.undo)):
    runner(f"import-{_what}")(_work(_function))


@shared_task(name="accounts.drop_old_imports", ignore_result=True)
def drop_old_imports() -> None:
    imports.drop_old()
