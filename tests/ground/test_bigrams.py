import re

import pytest
from django.db import connection
from hypothesis import given, strategies as st

from ground.bigrams import LONGEST_WORD, bigrams, query, vector


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("路灯坏了", "路灯 灯坏 坏了"),
        ("路", "路"),
        ("路灯，坏。了", "路灯 坏 了"),
        ("3号楼WiFi不好", "3 号楼 wifi 不好"),
        ("ＡＢＣ１２３", "abc123"),
        ("龘靐齉𠮷野家", "龘靐 靐齉 齉𠮷 𠮷野 野家"),
        ("𠀀", "𠀀"),
        ("路灯路灯", "路灯 灯路"),
        ("老人们🙂散步", "老人 人们 散步"),
        ("a_b-c", "a b c"),
        ("<script>'; DROP TABLE x;--", "script drop table x"),
        ("二〇二六年", "二〇 〇二 二六 六年"),
        ("", ""),
        ("！？ \x00\n", ""),
    ],
)
def test_words_of_a_text(text: str, words: str) -> None:
    assert bigrams(text) == words


@pytest.mark.parametrize(
    ("typed", "sought"),
    [
        ("路灯", "'路灯'"),
        ("路灯坏", "'路灯' & '灯坏'"),
        ("路", "'路':*"),
        ("清水镇 WiFi", "'清水' & '水镇' & 'wifi'"),
        ("a' | 'b:* & !c", "'a' & 'b' & 'c'"),
        ("a", "'a'"),
        ("\\' ) (", ""),
        ("%_", ""),
        ("", ""),
    ],
)
def test_queries_are_safe(typed: str, sought: str) -> None:
    assert query(typed) == sought


@given(st.text())
def test_a_text_is_found_by_its_own_words(text: str) -> None:
    words = bigrams(text).split()
    assert len(words) == len(set(words))
    assert all(len(word) <= LONGEST_WORD for word in words)
    terms = re.findall(r"'([^']*)'(?::\*)?", query(text))
    assert terms == words[:64]
    assert re.fullmatch(r"('[^\s'&|!():*]+'(:\*)?( & '[^\s'&|!():*]+'(:\*)?)*)?", query(text))


chinese = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2, max_size=12)


@given(chinese, chinese, chinese)
def test_any_part_of_two_characters_or_more_is_found(before: str, sought: str, after: str) -> None:
    words = set(bigrams(before + sought + after).split())
    assert set(bigrams(sought).split()) <= words


@given(st.text(st.characters(categories=["Cs", "Cc", "Mn", "Nd", "Lo", "Po"])))
def test_nothing_that_can_be_typed_raises(text: str) -> None:
    assert "\x00" not in bigrams(text) and "\\" not in query(text)
    bigrams(text).encode()


@pytest.mark.django_db
def test_a_vector_holds_the_words_that_a_query_is_read_as() -> None:
    """What is written without the parser is what the parser would have made of it."""
    text = "清水镇人民路18号 WiFi-6 坏了，2026年3.5万元 a_b 㐀𠀀𠀁"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tsvector_to_array(%s::tsvector), tsvector_to_array(to_tsvector('simple', %s))",
            [vector(text), bigrams(text)],
        )
        ours, theirs = cursor.fetchone()
    assert ours == theirs
