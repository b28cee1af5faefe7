from time import process_time

import pytest
from hypothesis import example, given, strategies as st

from ground.masking import Masked, mask


def checked_id(seventeen: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return seventeen + "10X98765432"[sum(int(d) * w for d, w in zip(seventeen, weights, strict=True)) % 11]


def luhn(number: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(number + "0")):
        n = int(digit) * (2 if place % 2 else 1)
        total += n - 9 if n > 9 else n
    return number + str(-total % 10)


ID = checked_id("37020219900101123")
ID_X = next(card for n in range(1000) if (card := checked_id(f"37020219900101{n:03}")).endswith("X"))
CARDS = [luhn("622202123456789"), luhn("622848123456789012")]

FOUND = [
    ("我的电话13812345678，请回复", "我的电话138****5678，请回复", "mobile"),
    ("138 1234 5678", "138****5678", "mobile"),
    ("138-1234-5678", "138****5678", "mobile"),
    ("+86 13812345678", "+86138****5678", "mobile"),
    ("8613812345678", "86138****5678", "mobile"),
    ("008613812345678", "0086138****5678", "mobile"),
    ("１３８１２３４５６７８", "138****5678", "mobile"),
    ("一三八一二三四五六七八", "138****5678", "mobile"),
    ("幺三八 12345678", "138****5678", "mobile"),
    ("1 3 8 1 2 3 4 5 6 7 8", "138****5678", "mobile"),
    ("138\u200b1234\u200b5678", "138****5678", "mobile"),
    (ID, f"370{'*' * 13}{ID[-2:]}", "id_card"),
    (ID_X, f"370{'*' * 13}{ID_X[-2:]}", "id_card"),
    (ID_X.lower() + "。", f"370{'*' * 13}{ID_X[-2:]}。", "id_card"),
    (f"{ID[:6]} {ID[6:14]} {ID[14:]}", f"370{'*' * 13}{ID[-2:]}", "id_card"),
    ("370202900101123", "370**********23", "id_card"),
    (CARDS[0], "*" * 12 + CARDS[0][-4:], "bank_card"),
    (CARDS[1], "*" * 15 + CARDS[1][-4:], "bank_card"),
    (f"{CARDS[0][:4]} {CARDS[0][4:8]} {CARDS[0][8:12]} {CARDS[0][12:]}", "*" * 12 + CARDS[0][-4:], "bank_card"),
    ("0536-8123456", "0536*******", "landline"),
    ("(0532)88881234", "0532********", "landline"),
    ("010 62345678", "010********", "landline"),
    ("家里电话：8123456", "家里电话：*******", "landline"),
    ("车牌鲁B·12345", "车牌鲁B·*****", "plate"),
    ("鲁b12345乱停", "鲁b*****乱停", "plate"),
    ("鲁B12345一辆车", "鲁B*****一辆车", "plate"),
    ("鲁BD12345", "鲁B******", "plate"),
    ("京A1234警", "京A*****", "plate"),
    ("京AF0001 学", "京A***** 学", "plate"),
    ("zhang.san@example.com.cn", "z***@example.com.cn", "email"),
    ("住3号楼2单元501室", "住**号楼**单元***室", "house"),
    ("12栋301", "**栋***", "house"),
    ("三号楼二单元五〇一室", "**号楼**单元***室", "house"),
    ("十二栋一单元301", "**栋**单元***", "house"),
    ("A座1203", "**座***", "house"),
    ("3#楼2单元", "**#楼**单元", "house"),
    ("3#501", "**#***", "house"),
    ("幸福小区3-2-501", "幸福小区**-**-***", "house"),
    ("501室", "***室", "house"),
    ("解放路88号", "解放路**号", "house"),
    ("王家村十五号", "王家村**号", "house"),
    ("门牌号：27", "门牌号：**", "house"),
]


@pytest.mark.parametrize(("text", "masked", "kind"), FOUND)
def test_what_identifies_somebody_is_masked(text: str, masked: str, kind: str) -> None:
    answer = mask(text)
    assert answer.text == masked
    assert [hit.kind for hit in answer.hits] == [kind]


KEPT = [
    "路灯坏了三天，8月5号停电，5号6号都没水",
    "12345热线、400-820-8820、110、119",
    "2026年3月10日 14:30，第 3 次反映",
    "2026-03-10，2026.11.22-2026.12.01",
    "编号 Y2026-000123，查询码 123-456-7890",
    "3号楼120户居民、12栋1000多人、2单元300平方米",
    "地铁1号线、3号楼的电梯坏了",
    "370202199013011230",  # no such month
    ID[:-1] + ("0" if ID[-1] != "0" else "1"),  # wrong checksum
    "补贴 13800 元，共 138123456 元",
    "苏A级景区，京A",
    "王建国代表 D00001，联络站 S00001",
    "3室2厅，两居室",
    "a@b，@所有人",
    "",
]


@pytest.mark.parametrize("text", KEPT)
def test_what_identifies_nobody_stays(text: str) -> None:
    assert mask(text).text == text
    assert mask(text).hits == ()


def test_every_number_in_a_text_is_found_with_its_place() -> None:
    text = f"𠮷🙂电话13812345678、１３９ 1234 5678，证{ID}，车鲁B12345，住3号楼2单元501室，卡{CARDS[0]}，13712345678。"
    answer = mask(text)
    assert [text[hit.start : hit.end] for hit in answer.hits] == [
        "13812345678",
        "１３９ 1234 5678",
        ID,
        "鲁B12345",
        "3号楼2单元501室",
        CARDS[0],
        "13712345678",
    ]
    assert answer.text.startswith("𠮷🙂电话138****5678、139****5678，证370")
    for digits in ("1234567", ID[6:14], "501", CARDS[0][4:10]):
        assert digits not in answer.text


def test_neighbours_do_not_hide_each_other() -> None:
    assert mask("13812345678 13912345678").text == "138****5678 139****5678"
    assert mask("13812345678/13912345678").text == "138****5678/139****5678"
    assert mask("3栋2单元1381 2345 678").text == "**栋**单元138****5678"
    assert mask("13812345678@163.com").text == "138****5678@163.com"


pieces = st.one_of(
    st.sampled_from([text for text, _, _ in FOUND] + KEPT),
    st.text("0123456789１三十X*-. （)路号楼单元室栋鲁B电话门牌@a.c村#座", max_size=14),
    st.from_regex(r"\A1[3-9][0-9]{9}\Z"),
    st.from_regex(r"\A[0-9]{1,3}(号楼|栋|#|单元|号|-)[0-9]{1,4}(室|单元|号|)\Z"),
)


@given(st.lists(pieces, max_size=6).map("".join))
@example("3栋0536-8123456")
@example("路0536-8123456号")
@example("3栋2单元1381 2345 678")
@example("a@13812345678.com")
@example("12栋301鲁b12345乱停")
@example("a.b@example.com.cnb.c@example.com")
def test_masking_twice_changes_nothing(text: str) -> None:
    once = mask(text)
    assert mask(once.text) == Masked(once.text, ())


@given(st.lists(pieces, max_size=6).map("".join))
def test_places_are_in_order_and_the_rest_is_untouched(text: str) -> None:
    answer = mask(text)
    at = 0
    outside = []
    for hit in answer.hits:
        assert at <= hit.start < hit.end <= len(text)
        outside.append(text[at : hit.start])
        at = hit.end
    outside.append(text[at:])
    position = 0
    for part in outside:
        position = answer.text.index(part, position) + len(part)


@given(st.text(max_size=30), st.from_regex(r"\A1[3-9][0-9]{9}\Z"), st.text(max_size=30))
def test_a_mobile_number_is_never_shown_whole(before: str, phone: str, after: str) -> None:
    assert phone not in mask(f"{before}，{phone}，{after}").text


@given(st.text())
def test_any_text_can_be_masked(text: str) -> None:
    mask(text)


def test_a_long_hostile_text_takes_no_long_time() -> None:
    started = process_time()
    for piece in ("1 ", "3号", "1-", "a@", "鲁B", "电话", "1.2.3-", "12345678901234567", "十百", "a."):
        mask(piece * (20_000 // len(piece)))
    assert process_time() - started < 5
