"""A city's posters: 4,360 A4 pages by the runner of the job, beside WeasyPrint's own blank pages and page by page.

    .venv/bin/python -m pytest tests/load/bench_posters.py -s        (DEPUTIES=400 for a look)

Prints wall and CPU seconds, megabytes of memory at the peak (each part in a process of its own) and of the file.
"""

import multiprocessing
import os
import resource
import sys
import time
from collections.abc import Callable
from datetime import date

import pytest
from django.conf import settings
from django.db import connection

from deputies.models import CodeTarget, Deputy, Seat
from ground import jobs, paper
from ground.models import Job
from stations import posters, tasks
from stations.models import Venue, VenueDeputy
from tests.cast import Cast

DEPUTIES = int(os.environ.get("DEPUTIES", "4360"))
STATIONS = 280
PAGE_BY_PAGE = 200  # sheets drawn one by one; the whole city is reckoned from them
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
GIVEN = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂建国志文海波春雷雪梅玉龙凤林晓东红卫民永生德胜利宏图嘉怡"


def a_city(cast: Cast) -> None:
    """So many deputies with seats at so many stations, by bulk: histories play no part on paper."""
    term, organ, town = cast.terms["dh-rd"], cast.organs["dh-rd"], cast.organs["qs-rd"]
    Venue.objects.bulk_create(
        Venue(code=f"S2{n:04}", kind="station", name=f"{SURNAMES[n % 50]}家镇第 {n} 代表联络站", organ=town, path=f"9{n:04}.",
              address=f"人民路 {n} 号二楼", phone="0990-8500011", reception="每周三 9:00—11:30") for n in range(STATIONS)
    )  # fmt: skip
    people = [
        Deputy(code=f"D2{n:04}", name=SURNAMES[n % 50] + GIVEN[n % 50] + GIVEN[n // 50 % 50]) for n in range(DEPUTIES)
    ]
    Deputy.objects.bulk_create(people)
    CodeTarget.objects.bulk_create(CodeTarget(code=one.code, kind="deputy", deputy=one) for one in people)
    seats = [Seat(deputy=one, term=term, organ=organ, state="active", constituency=f"第 {n % 90} 选区", since=date(2026, 1, 1))
             for n, one in enumerate(people)]  # fmt: skip
    Seat.objects.bulk_create(seats)
    venues = list(Venue.objects.filter(code__startswith="S2").order_by("code"))
    VenueDeputy.objects.bulk_create(
        VenueDeputy(venue=venues[n * STATIONS // DEPUTIES], seat=seat, since=date(2026, 1, 1))
        for n, seat in enumerate(seats)
    )


def apart(name: str, work: Callable[[], bytes]) -> None:
    """Runs one part in a forked process, so that its peak of memory is its own."""
    connection.close()

    def run() -> None:
        before = resource.getrusage(resource.RUSAGE_SELF)
        started, base = time.monotonic(), before.ru_utime + before.ru_stime
        made = work()
        used = resource.getrusage(resource.RUSAGE_SELF)
        cpu, wall = used.ru_utime + used.ru_stime - base, time.monotonic() - started
        peak, size = used.ru_maxrss / 1024, len(made) / 2**20
        print(f"{name}: wall {wall:.1f} s, CPU {cpu:.1f} s, peak {peak:.0f} MB, file {size:.1f} MB", flush=True)
        connection.close()

    process = multiprocessing.get_context("fork").Process(target=run)
    process.start()
    process.join()
    assert process.exitcode == 0


def blank() -> bytes:
    """As many empty A4 pages, by chunks and joined the same way: what WeasyPrint and the joining cost alone."""
    from weasyprint import HTML

    parts = [
        HTML(string='<p style="break-after: page">&nbsp;</p>' * posters.PAGES).write_pdf()
        for _ in range(0, DEPUTIES, posters.PAGES)
    ]
    return paper.joined(parts)


@pytest.mark.django_db(transaction=True)
def test_bench(cast: Cast, tmp_path, capfd) -> None:
    settings.MEDIA_ROOT = tmp_path
    a_city(cast)
    asked = {"what": "deputies", "of": cast.organs["dh-rd"].path, "size": "a4", "place": ""}
    job = jobs.start("posters", by=cast.sun, title="全市海报", body=asked)

    def by_the_job() -> bytes:
        assert jobs.run_waiting() == 1
        done = Job.objects.select_related("file").get(pk=job.pk)
        print(done.state, done.words, flush=True)
        return (tmp_path / done.file.path).read_bytes()

    def one_by_one() -> bytes:
        codes = posters.chosen(**{name: asked[name] for name in ("what", "of")}, by=cast.sun)[:PAGE_BY_PAGE]
        issued = tasks.issue(posters.organs_of(codes), size="a4", by=cast.sun)
        return paper.joined(posters.pdf([issued[code]]) for code in codes)

    with capfd.disabled():
        print(f"\n{DEPUTIES} deputies, {STATIONS} stations, {os.cpu_count()} cores, Python {sys.version.split()[0]}")
        apart(f"the job, {posters.PAGES} pages at once", by_the_job)
        apart("blank pages, the same chunks", blank)
        apart(f"{PAGE_BY_PAGE} sheets one by one", one_by_one)
