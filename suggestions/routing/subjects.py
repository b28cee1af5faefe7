"""The table subject → unit: what leads while few matters are closed. Its lines are a city's own (`SubjectUnit`); a unit
without a line goes by what units of its name do everywhere."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ground.bigrams import bigrams

# What units of every place are called → the words of their subjects.
SUBJECTS: dict[str, str] = {
    "住房和城乡建设": "小区、物业、住房、棚户、危房、电梯、加装、充电、车棚、供水、排水、燃气、供暖、路灯、老旧、维修资金、井盖",
    "教育": "学校、教育、幼儿园、中小学、学生、教师、校园、托管、课后、入学、学区",
    "交通运输": "公路、道路、公交、交通、客运、桥梁、站牌、出租、农村公路、班车、停车",
    "卫生健康": "医院、医疗、卫生、社区医、卫生室、疫苗、看病、药品、托育、乡村医生",
    "生态环境": "污染、噪声、噪音、废气、污水、环境、粉尘、异味、扬尘、黑臭、气味",
    "人力资源": "就业、社保、工资、欠薪、培训、劳动、人才、零工",
    "农业农村": "农田、灌溉、种植、农业、农村、农民、合作社、宅基地、机耕路、大棚",
    "水": "水利、河道、水库、防汛、饮用水、水压、自来水",
    "公安": "治安、交警、红绿灯、信号灯、斑马线、电动车、诈骗、监控",
    "城市管理": "占道、垃圾、违建、摊贩、市容、公厕、广告牌",
    "民政": "低保、救助、养老、老年食堂、残疾、殡葬、社区",
    "商务": "快递、集市、市场、超市、商业",
    "市场监督": "食品、过期、价格、计量、消费、假冒",
    "文化和旅游": "旅游、文化、景区、图书馆、文物、演出",
    "应急": "消防、隐患、应急、灾害、安全生产",
    "医疗保障": "医保、报销、慢性病",
    "财政": "补助资金、财政、预算",
    "法院": "审判、执行难、法院、诉讼、司法",
    "检察": "检察、公益诉讼",
}
# Words every name has, which say nothing of what a unit does.
EMPTY_WORDS = re.compile("人民|政府|办公室|委员会|管理|工作|监督|东|西|南|北|省|市|县|区|镇|乡|街道|局|和|与")
IN_TITLE, NAMED, OF_NAME, OF_FIELD = 3.0, 3.0, 0.5, 1.0  # points; a word in the text alone is worth one
UNSURE = 1.0  # points nobody has: with one word the table is not sure of itself


@dataclass(frozen=True)
class Found:
    """What speaks for a unit: points, and the words that were met."""

    points: float = 0.0
    words: tuple[str, ...] = ()


class Table:
    """The lines of one congress with its units; `lines` are SubjectUnit rows."""

    def __init__(self, units: Iterable[Any], lines: Iterable[Any]) -> None:
        own: dict[int, list[Any]] = {}
        for line in lines:
            own.setdefault(line.organ_id, []).append(line)
        self.units = list(units)
        self.mains: dict[int, set[str]] = {}
        self.assists: dict[int, set[str]] = {}
        self.fields: dict[int, set[str]] = {}
        for unit in self.units:
            listed = own.get(unit.pk)
            mains = [line for line in listed or () if line.role == "main"]
            self.mains[unit.pk] = {w for line in mains for w in line.words} if listed else _everywhere(unit.name)
            self.fields[unit.pk] = {line.field for line in mains if line.field and not line.words}
            self.assists[unit.pk] = {w for line in listed or () if line.role == "assist" for w in line.words}
        self.names = {unit.pk: _name_words(unit) for unit in self.units}

    def ask(self, title: str, body: str, field: str) -> dict[int, Found]:
        """unit id → what speaks for it; units nothing speaks for are left out."""
        text, pairs = f"{title}\n{body}", set(bigrams(f"{title} {body}").split())
        found = {}
        for unit in self.units:
            met = [
                word for word in sorted(self.mains[unit.pk], key=lambda word: (text.find(word), word)) if word in text
            ]
            points = sum(IN_TITLE if word in title else 1.0 for word in met)
            if unit.short_name and unit.short_name.lstrip("市区县") in text:
                points, met = points + NAMED, [unit.short_name, *met]
            points += OF_NAME * len(self.names[unit.pk] & pairs)
            points += OF_FIELD if field and field in self.fields[unit.pk] else 0
            if points:
                found[unit.pk] = Found(points, tuple(met) or tuple(sorted(self.names[unit.pk] & pairs)))
        return found

    def helpers(self, title: str, body: str) -> list[Any]:
        """Units the city's own lines name as assisting in such matters."""
        text = f"{title}\n{body}"
        return [unit for unit in self.units if any(word in text for word in self.assists[unit.pk])]


def _everywhere(name: str) -> set[str]:
    return {word for part, words in SUBJECTS.items() if part in name for word in words.split("、")}


def _name_words(unit: Any) -> set[str]:
    """The pairs of characters in a unit's name that say what it does."""
    said = EMPTY_WORDS.sub(" ", unit.name.removeprefix(str(unit.region.name) if unit.region_id and unit.region else ""))
    return {word for word in bigrams(said).split() if len(word) == 2}
