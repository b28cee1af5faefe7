"""The word filter: what a text is asked for before anybody else reads it. A table with a version, changed by review."""

from dataclasses import dataclass

VERSION = 1

# Level "review": a person looks before it goes on. What is unlawful is judged by people, never by this list.
REVIEW: dict[str, tuple[str, ...]] = {
    "accusation": ("受贿", "行贿", "贪污", "索要红包", "收红包", "吃拿卡要", "包养", "挪用公款", "权钱交易"),
    "litigation": ("判决不公", "法院判", "执行案件", "仲裁结果", "二审", "再审"),
    "petition": ("越级上访", "信访事项", "进京反映"),
    "abuse": ("王八蛋", "狗日的", "他妈的", "去死"),
    "advertising": ("加微信", "代开发票", "贷款秒批", "刷单", "兼职日结"),
    "gambling": ("博彩", "赌球", "六合彩", "时时彩"),
    "harm": ("报复社会", "同归于尽", "炸掉", "不想活了", "跳楼"),
}
# Said of those who would read it: then it goes one level up (回避).
CONCERNS: dict[str, tuple[str, ...]] = {
    "station": (
        "投诉联络站",
        "举报联络站",
        "联络站工作人员态度",
        "联络站的人推",
        "站长态度",
        "联络站不管",
        "联络站不理",
    ),
    "town": ("投诉镇政府", "举报镇政府", "投诉街道办", "举报街道办", "镇干部态度", "街道干部态度"),
    "deputy": ("投诉代表", "举报代表", "这个代表不", "这位代表不", "代表自己家"),
}


@dataclass(frozen=True)
class Hits:
    """What the filter found: codes of lists with a hit, and whom the text seems to be about."""

    lists: tuple[str, ...]
    concerns: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        return not self.lists


def sift(text: str) -> Hits:
    """Looks for the words of each list, spaces between characters left out of account."""
    plain = "".join(text.split())

    def hit(table: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
        return tuple(code for code, words in table.items() if any(word in plain for word in words))

    return Hits(hit(REVIEW), hit(CONCERNS))
