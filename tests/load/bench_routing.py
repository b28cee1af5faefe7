"""Milliseconds a message of routing and of likeness, each beside a baseline in the same run.

    .venv/bin/python -m tests.load.bench_routing [--data labelled.csv] [--rows 1000000]

Routing: numpy over the learnt arrays, beside scikit-learn's own pipeline (TfidfVectorizer and LinearSVC) asked message by
message. Likeness: candidates from PostgreSQL by weighed rare pairs and the angles of what was found, beside the plain way
(`ts_rank` over any of the pairs, everything ranked), on so many made-up texts in a scratch cluster. Medians of interleaved
rounds; nothing here asserts.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
import django

django.setup()

import psycopg  # noqa: E402

from dev.services import start_postgres  # noqa: E402
from ground.bigrams import MOST_TERMS, bigrams  # noqa: E402
from suggestions import likeness  # noqa: E402
from suggestions.routing.scorer import LONGEST, SHORTEST, Scorer  # noqa: E402
from suggestions.routing.tables import read_table, title_of  # noqa: E402
from suggestions.routing.training import Example, train  # noqa: E402

ROUNDS, MESSAGES, SLOW = 5, 40, 2  # of the plain way so few are asked
WHAT = (
    "路灯坏了", "井盖松动", "垃圾没人清", "自来水没有水压", "公交车太少", "校门口堵车",
    "河水发黑发臭", "工厂夜里有噪声", "楼道里停满电动车", "小区没有电梯", "卫生室不开门", "拖欠工资",
    "斑马线磨没了", "红绿灯不亮", "健身器材松动", "下水道堵塞", "停车位不够", "供暖不热",
    "快递不进村", "机耕路冲断", "食品过期", "物业不管", "托管班太少", "老年食堂太远",
    "电线垂到地上", "墙皮脱落", "宽带装不上", "树枝挡住标志",
)  # fmt: skip
SAID = (
    "已经半个月了", "老人孩子出行不便", "多次反映没有结果", "希望尽快处理", "请有关部门到现场看看", "影响几百户居民",
    "晚上很危险", "下雨天更严重", "附近住户意见很大", "请给一个说法", "建议列入今年的计划", "愿意配合施工",
)  # fmt: skip
SURNAMES = "王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗郑梁谢宋唐许邓冯韩曹"


def text(chance: random.Random) -> str:
    """A made-up message of about sixty characters at one of some thousand places."""
    name = chance.choice(SURNAMES) + chance.choice("家塘桥庄湾坪岭河店集") + chance.choice("东西南北新老上下")
    place = f"{name}村{chance.randrange(1, 80)}组"
    return f"{place}{'，'.join([*chance.sample(WHAT, 2), *chance.sample(SAID, 3)])}。"


def median_ms(ways: dict[str, Callable[[], Any]], each: int) -> dict[str, float]:
    """Name → milliseconds a message, the ways taking turns."""
    took: dict[str, list[float]] = {name: [] for name in ways}
    for way in ways.values():
        way()
    for _ in range(ROUNDS):
        for name, way in ways.items():
            began = time.perf_counter()
            way()
            took[name].append(1000 * (time.perf_counter() - began) / each)
    return {name: statistics.median(rounds) for name, rounds in took.items()}


def routing(data: str) -> None:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    if data:
        rows = [(title_of(row), row.get("body", ""), row["label"]) for row in read_table(data, needs=("label",))]
    else:
        chance = random.Random(1)
        rows = [(what, text(chance) + what, str(n % 7)) for n, what in enumerate(WHAT * 100)]
    trained = train([Example(title, body, label, n) for n, (title, body, label) in enumerate(rows)])
    scorer = Scorer.unpack(trained.scorer.pack())
    plain = make_pipeline(
        TfidfVectorizer(analyzer="char", ngram_range=(SHORTEST, LONGEST), sublinear_tf=True, min_df=2), LinearSVC()
    ).fit([f"{title}\n{body}" for title, body, _ in rows], [label for *_, label in rows])  # fmt: skip
    asked = random.Random(2).sample(rows, 200)
    took = median_ms({
        "routing_ms": lambda: [scorer.shares(title, body) for title, body, _ in asked],
        "routing_baseline_ms": lambda: [plain.decision_function([f"{title}\n{body}"]) for title, body, _ in asked],
    }, len(asked))  # fmt: skip
    show(took | {"routing_rows": len(rows), "routing_terms": len(scorer.vocabulary)})


def likeness_of(rows: int) -> None:
    chance = random.Random(3)
    with tempfile.TemporaryDirectory() as folder:
        server = start_postgres(Path(folder), fast=True)
        try:
            with psycopg.connect(server.urls["MIGRATE_URL"], autocommit=True) as line:
                fill(line, rows, chance)
                rarity = likeness.count(
                    (t[: likeness.TITLE], t, n) for n, t in enumerate(text(chance) for _ in range(20_000))
                )
                rarity.rows, rarity._met = rows, rarity._met * (rows / 20_000)
                asked = [text(chance) for _ in range(MESSAGES)]
                with line.cursor() as cursor:
                    took = median_ms({
                        "likeness_ms": lambda: [ours(cursor, t, rarity) for t in asked],
                        "likeness_baseline_ms": lambda: [plainly(cursor, t) for t in asked[:SLOW]],
                    }, MESSAGES)  # fmt: skip
                took["likeness_baseline_ms"] *= MESSAGES / SLOW
                show(took | {"likeness_rows": rows})
        finally:
            server.stop()


def fill(line: psycopg.Connection, rows: int, chance: random.Random) -> None:
    line.execute("CREATE TABLE matter (id bigint PRIMARY KEY, words text, masked_text text, published_at timestamptz)")
    with line.cursor().copy("COPY matter (id, words, masked_text, published_at) FROM STDIN") as copy:
        for n in range(rows):
            said = text(chance)
            copy.write_row((n, bigrams(said), said, "2026-01-01" if n % 3 else None))
    line.execute("ALTER TABLE matter ADD bigrams tsvector GENERATED ALWAYS AS (to_tsvector('simple', words)) STORED")
    line.execute("SET maintenance_work_mem = '512MB'")
    line.execute("CREATE INDEX ON matter USING gin (bigrams)")
    line.execute("VACUUM ANALYZE matter")


def ours(cursor: Any, said: str, rarity: likeness.Rarity) -> list[tuple[float, int]]:
    """As a request does it: candidates, their texts, their angles."""
    wanted = likeness.Wanted.said(said)
    near = likeness.candidates(
        cursor, [wanted], "matter", "t.published_at IS NOT NULL", [], rarity, likeness.CANDIDATES
    )  # fmt: skip
    cursor.execute("SELECT id, masked_text FROM matter WHERE id = ANY(%s)", [near[wanted.key]])
    mine = likeness.vector(wanted.title, wanted.body, rarity)
    found = [(likeness.angle(mine, likeness.vector(t[: likeness.TITLE], t, rarity)), pk) for pk, t in cursor.fetchall()]
    return sorted(found, reverse=True)[:5]


def plainly(cursor: Any, said: str) -> list[Any]:
    words = " | ".join(f"'{word}'" for word in bigrams(said).split()[:MOST_TERMS] if len(word) > 1)
    cursor.execute(
        "SELECT id FROM matter WHERE bigrams @@ to_tsquery('simple', %s) AND published_at IS NOT NULL"
        " ORDER BY ts_rank(bigrams, to_tsquery('simple', %s), 1) DESC, id DESC LIMIT 5",
        [words, words],
    )
    return cursor.fetchall()


def show(figures: dict[str, float]) -> None:
    for name, value in figures.items():
        print(f"{name} {value:.3f}" if isinstance(value, float) else f"{name} {value}", flush=True)


def main() -> None:
    given = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    given.add_argument("--data", default="")
    given.add_argument("--rows", type=int, nargs="*", default=[10_000, 1_000_000])
    asked = given.parse_args()
    routing(asked.data)
    for rows in asked.rows:
        likeness_of(rows)


if __name__ == "__main__":
    main()
