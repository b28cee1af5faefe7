"""Excel files of a made-up city, as a clerk would have them: nothing in them is real, and every run makes the same.

    python -m tests.load.city_files FOLDER [--share 1.0]

writes one workbook for each table, numbered in the order they are brought in. At full size: 4,360 deputies of 55
congresses, 280 stations, 3,000 contact points, 150 departments of the city.
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from random import Random

from ground import sheets

DEPUTIES, STATIONS, POINTS, DEPARTMENTS = 4360, 280, 3000, 150
COUNTIES, TOWNS = 4, 50
ROOT = "dh-rd"  # the congress that stands already, with its posts

# Each table, and which of two brings it: the system administrator or the lead of the congress's office.
BROUGHT_BY = {
    "accounts.region": "yao",
    "accounts.organ": "yao",
    "deputies.term": "sun",
    "deputies.group": "sun",
    "stations.venue": "sun",
    "deputies.seat": "sun",
}

SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
GIVEN = (
    "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰红建国志新海波宁成林峰云飞雪梅春光学文宏亮晓东辉"
    "玲燕鹏浩宇欣怡子涵博俊松柏青山川石泉荣庆祥瑞安康乐"
)
WORK = ("教师", "医生", "工程师", "村党支部书记", "合作社负责人", "企业负责人", "律师", "社区工作者")
SKILLS = ("教育", "医疗卫生", "农业、农村", "水利", "法治", "养老", "城乡建设", "财政、审计")

Table = tuple[str, str, list[str], list[list[object]]]  # table, file name, heading, rows


def city(share: float = 1.0, seed: int = 7) -> Iterator[Table]:
    """The tables in the order they come in; `share` of the full size."""
    dice = Random(seed)
    counties = [(f"c{n:02}", f"东湖{GIVEN[n]}{GIVEN[n + 9]}区") for n in range(COUNTIES)]
    towns = [
        (f"t{n:02}", f"{GIVEN[n]}{'河山泉湾林'[n % 5]}镇", counties[n % COUNTIES])
        for n in range(max(2, round(TOWNS * share)))
    ]
    villages = [(f"{code}v{n:02}", f"{name[:2]}{GIVEN[n + 20]}村", code) for code, name, _ in towns for n in range(12)]
    yield (
        "accounts.region",
        "1 行政区划.xlsx",
        ["代码", "名称", "级别", "上级代码", "是国家代码"],
        [
            ["X99", "东湖市", "市", "", "否"],
            *([code, name, "县、区", "X99", "否"] for code, name in counties),
            *([code, name, "乡镇、街道", county[0], "否"] for code, name, county in towns),
            *([code, name, "村、社区", town, "否"] for code, name, town in villages),
        ],
    )
    heading = ["代码", "名称", "简称", "类别", "层级", "区划代码", "上级代码", "所属人大代码", "电话"]
    yield "accounts.organ", "2 机构.xlsx", heading, [
        ["dh-gov", "东湖市人民政府", "市政府", "人民政府", "市级", "X99", ROOT, ROOT, ""],
        *(
            [f"dep{n:03}", f"东湖市{GIVEN[n % 60]}{GIVEN[(n * 7) % 61]}第{n + 1}局", "", "部门", "市级", "X99", "dh-gov", ROOT,
             f"0990-81{n:05}"]
            for n in range(round(DEPARTMENTS * share))
        ),
        *([f"{code}-rd", f"{name}人民代表大会常务委员会", f"{name}人大", "人民代表大会", "县级", code, ROOT, f"{code}-rd", ""]
          for code, name in counties),
        *([f"{code}-rd", f"{name}人民代表大会", f"{name}人大", "人民代表大会", "乡级", code, f"{county[0]}-rd", f"{code}-rd", ""]
          for code, name, county in towns),
        *([f"{code}-gov", f"{name}人民政府", "", "人民政府", "乡级", code, f"{code}-rd", f"{code}-rd", ""]
          for code, name, _ in towns),
    ]  # fmt: skip
    congresses = [ROOT, *(f"{code}-rd" for code, _ in counties), *(f"{code}-rd" for code, _, _ in towns)]
    ordinals = {code: 15 + n % 5 for n, code in enumerate(congresses)}
    yield (
        "deputies.term",
        "3 届.xlsx",
        ["人大代码", "届次", "自"],
        [[code, ordinals[code], "2022年1月10日"] for code in congresses],
    )
    delegations = {code: [f"第{n + 1}代表团" for n in range(4)] for code in congresses}
    yield (
        "deputies.group",
        "4 代表团.xlsx",
        ["人大代码", "名称", "类别"],
        [[code, name, "代表团"] for code, names in delegations.items() for name in names],
    )
    stations = [(f"{name}中心联络站", "中心联络站", code, code, "") for code, name, _ in towns]
    for code, name, town in villages[: max(0, round(STATIONS * share) - len(stations))]:
        stations.append((f"{name}联络站", "村（社区）站", town, code, f"{_named(towns, town)}中心联络站"))
    points = [
        (f"{villages[n % len(villages)][1]}第{n // len(villages) + 1}联系点", "基层联系点", villages[n % len(villages)][2],
         villages[n % len(villages)][0], f"{_named(towns, villages[n % len(villages)][2])}中心联络站")
        for n in range(round(POINTS * share))
    ]  # fmt: skip
    heading = ["类别", "名称", "所属人大代码", "区划代码", "上级站点码", "地址", "接待时间", "经度", "纬度"]
    yield "stations.venue", "5 站点和联系点.xlsx", heading, [
        [kind, name, f"{town}-rd", region, above, f"{name}一楼", "每周三 9:00—11:30",
         round(118 + dice.random(), 5), round(30 + dice.random(), 5)]
        for name, kind, town, region, above in (*stations, *points)
    ]  # fmt: skip
    heading = ["姓名", "出生年", "人大代码", "届次", "自", "代表团", "选区或选举单位", "所辖区划代码", "单位职务", "专长", "手机号",
               "进站站点码"]  # fmt: skip
    yield (
        "deputies.seat",
        "6 代表和任职.xlsx",
        heading,
        list(_seats(dice, round(DEPUTIES * share), congresses, ordinals, delegations, towns, villages)),
    )


def _named(towns: list, code: str) -> str:
    return next(name for one, name, _ in towns if one == code)


def _seats(
    dice: Random, n: int, congresses: list, ordinals: dict, delegations: dict, towns: list, villages: list
) -> Iterator[list]:
    pairs = [f"{one}{two}" for one in GIVEN for two in GIVEN]
    names = dice.sample([f"{surname}{pair}" for surname in SURNAMES for pair in dice.sample(pairs, 80)], n)
    for k, name in enumerate(names):
        congress = ROOT if k % 12 == 0 else congresses[1 + k % (len(congresses) - 1)]
        town = congress.removesuffix("-rd") if congress.startswith("t") else towns[k % len(towns)][0]
        own = [code for code, _, where in villages if where == town]
        typed = f"{name[0]} {name[1:]}" if k % 97 == 0 else name  # as clerks type them
        phone = f"+86 1991{k:07}" if k % 50 == 0 else f"1991{k:07}"
        yield [
            typed, 1950 + k % 50, congress, ordinals[congress], ("2022-01-12", "2022.1.12", "2022年1月12日")[k % 3],
            delegations[congress][k % 4], f"第{k % 40 + 1}选区", own[k % len(own)], WORK[k % len(WORK)],
            SKILLS[k % len(SKILLS)], phone, f"{_named(towns, town)}中心联络站",
        ]  # fmt: skip


def write(folder: Path, share: float = 1.0) -> list[tuple[str, Path]]:
    """Writes the workbooks; answers (table, path) in the order they are brought in."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table, name, heading, rows in city(share):
        path = folder / name
        path.write_bytes(sheets.write_xlsx(heading, rows))
        written.append((table, path))
    return written


if __name__ == "__main__":
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("folder", type=Path)
    asked.add_argument("--share", type=float, default=1.0)
    options = asked.parse_args()
    for _table, _path in write(options.folder, options.share):
        print(f"{_table}  {_path}")
