"""Which unit a matter might belong to: a plain table of subjects for the cold start, then what like matters became.

A hint, never a decision: it counts words, and shows the past matters the caller may see.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, QuerySet

from accounts.models import Organ
from accounts.states import OrganKind
from ground.bigrams import bigrams
from suggestions.states.assignment import GONE

# What units of every place are called → the words of their subjects.
SUBJECTS: dict[str, tuple[str, ...]] = {
    "住房和城乡建设": (
        "小区",
        "物业",
        "住房",
        "棚户",
        "危房",
        "电梯",
        "加装",
        "充电",
        "车棚",
        "供水",
        "排水",
        "燃气",
        "供暖",
        "路灯",
        "老旧",
    ),
    "教育": ("学校", "教育", "幼儿园", "中小学", "学生", "教师", "校园", "托管", "课后", "入学", "学区"),
    "交通运输": ("公路", "道路", "公交", "交通", "客运", "桥梁", "站牌", "出租", "农村公路", "班车", "停车"),
    "卫生健康": ("医院", "医疗", "卫生", "社区医", "疫苗", "养老", "看病", "药品", "托育"),
    "生态环境": ("污染", "噪声", "噪音", "废气", "污水", "环境", "粉尘", "异味", "扬尘"),
    "人力资源": ("就业", "社保", "工资", "欠薪", "培训", "劳动", "人才"),
    "农业农村": ("农田", "水利", "灌溉", "种植", "农业", "农村", "农民", "合作社", "宅基地"),
    "公安": ("治安", "交警", "红绿灯", "信号灯", "斑马线", "电动车", "诈骗", "监控"),
    "城市管理": ("占道", "垃圾", "违建", "摊贩", "市容", "公厕", "广告牌"),
    "民政": ("低保", "救助", "养老院", "残疾", "殡葬", "社区"),
    "法院": ("审判", "执行难", "法院", "诉讼", "司法"),
}
BY_NAME, BY_SUBJECT, BY_PAST = 3.0, 1.0, 2.0
LIKE, SHOWN, PAST_SHOWN = 30, 5, 3
ENOUGH = 0.2  # of the pairs of characters: less met by chance


@dataclass
class Hint:
    organ: Organ
    score: float = 0.0
    past: list[str] = field(default_factory=list)


def suggest(title: str, text: str, *, congress: Organ, visible: QuerySet) -> list[Hint]:
    """Up to five units of the congress's area, the likeliest first; `visible` are the suggestions the caller may see."""
    kinds = (OrganKind.DEPARTMENT, OrganKind.COURT, OrganKind.PROCURATORATE, OrganKind.COMMITTEE)
    units = {organ.pk: Hint(organ) for organ in Organ.objects.live().filter(congress=congress, kind__in=kinds)}
    words = f"{title}\n{text}"
    for hint in units.values():
        hint.score += _by_subject(hint.organ, words)
    for pk, (share, numbers) in _by_past(words, congress, visible).items():
        if pk in units:
            units[pk].score += BY_PAST * share
            units[pk].past = numbers[:PAST_SHOWN]
    found = sorted((hint for hint in units.values() if hint.score > 0), key=lambda hint: (-hint.score, hint.organ.code))
    return found[:SHOWN]


def _by_subject(organ: Organ, words: str) -> float:
    named = organ.short_name and organ.short_name.lstrip("市区县") in words
    hits = sum(word in words for name, subjects in SUBJECTS.items() if name in organ.name for word in subjects)
    return BY_NAME * bool(named) + BY_SUBJECT * hits


def _by_past(words: str, congress: Organ, visible: QuerySet) -> dict[int, tuple[float, list[str]]]:
    """Units of the matters most alike, each with its share of their likeness and the numbers the caller may see."""
    terms = bigrams(words).split()[:200]
    if not terms:
        return {}
    wanted = SearchQuery(" | ".join(f"'{term}'" for term in terms), search_type="raw", config="simple")
    alike = (
        visible.filter(congress=congress, registered_at__isnull=False, bigrams=wanted)
        .annotate(rank=SearchRank(F("bigrams"), wanted))
        .order_by("-rank", "-pk")
        .prefetch_related("assignments", "versions")[:LIKE]
    )
    shares: Counter[int] = Counter()
    numbers: defaultdict[int, list[str]] = defaultdict(list)
    whole = 0.0
    for row in alike:
        text = row.text
        has = set(bigrams(f"{text.title}\n{text.situation}\n{text.proposal}").split())
        likeness = len(has.intersection(terms)) / len(terms)
        if likeness < ENOUGH:
            continue
        whole += likeness
        for assignment in row.assignments.all():
            if assignment.is_main and assignment.state not in GONE:
                shares[assignment.organ_id] += likeness
                numbers[assignment.organ_id].append(row.number)
    return {pk: (share / whole, numbers[pk]) for pk, share in shares.items()}
