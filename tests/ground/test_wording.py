import unicodedata

import pytest
from hypothesis import given, strategies as st

from ground.errors import Invalid
from ground.wording import clean_text


def clean(raw: str, limit: int = 2000) -> str:
    return clean_text(raw, limit=limit, name="内容", required=False)


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("路灯坏了", "路灯坏了"),
        ("  路灯\r\n坏了\r\t。 \n", "路灯\n坏了\n\t。"),
        ("路\x00灯\x07坏\x1b[31m了\x9f", "路灯坏[31m了"),
        ("龘靐齉𠮷野家𠀀", "龘靐齉𠮷野家𠀀"),
        ("👨‍👩‍👧 ❤️ 👍🏽", "👨‍👩‍👧 ❤️ 👍🏽"),
        ("<b>{{ 7*7 }}</b>'; DROP TABLE x;--", "<b>{{ 7*7 }}</b>'; DROP TABLE x;--"),
        ("e\u0301", "é"),
        ("\ufeff路\u202e灯\ud800", "路灯"),
        ("一\u2028二\u0085三", "一\n二\n三"),
        ("\u200b\u3000\u200d", ""),
        ("", ""),
    ],
)
def test_text_is_kept_without_what_cannot_be_seen(raw: str, kept: str) -> None:
    assert clean(raw) == kept


@pytest.mark.parametrize("raw", ["", "   ", "\n\t", "\x00", "\u200b", "\u3164", "\ufeff"])
def test_nothing_is_refused_where_something_is_needed(raw: str) -> None:
    with pytest.raises(Invalid) as refusal:
        clean_text(raw, limit=10, name="反映内容", pointer="content")
    assert refusal.value.errors == [("content", "请填写反映内容。")]


def test_length_is_counted_in_characters_as_kept() -> None:
    assert clean("𠮷" * 10, limit=10) == "𠮷" * 10
    assert clean("  " + "路\x00" * 10, limit=10) == "路" * 10
    with pytest.raises(Invalid) as refusal:
        clean("路" * 11, limit=10)
    assert refusal.value.errors == [("内容", "内容最多 10 个字，现在有 11 个字。")]


@given(st.text(st.characters(exclude_categories=[])))
def test_cleaning_twice_changes_nothing(raw: str) -> None:
    text = clean(raw, limit=10**6)
    assert clean(text, limit=10**6) == text
    assert unicodedata.is_normalized("NFC", text)
    assert not [c for c in text if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
    text.encode()
