"""What people write, made clean before it is kept."""

import re
import unicodedata

from ground.errors import Invalid

NEWLINES = re.compile(r"\r\n?|[\u0085\u2028\u2029\v\f]")
# Controls, lone surrogates, unassigned noncharacters and the marks that turn the direction of a line around;
# joiners and variation selectors stay, emoji and rare characters are made with them.
REFUSED = re.compile(
    r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff\ufeff]"
)
INVISIBLE = re.compile(r"[\s\u00ad\u034f\u115f\u1160\u180e\u200b-\u200f\u2060-\u2064\u2800\u3164\ufe00-\ufe0f\uffa0]+")


def clean_text(raw: str, *, limit: int, name: str, required: bool = True, pointer: str = "") -> str:
    """NFC, newlines as \\n, no control characters but newline and tab, no blank ends; at most `limit` characters.

    `name` is the field as people read it and stands in the sentence of the refusal, `pointer` its name for machines.
    """
    text = unicodedata.normalize("NFC", REFUSED.sub("", NEWLINES.sub("\n", raw))).strip()
    if not INVISIBLE.sub("", text):
        if required:
            raise Invalid(pointer or name, f"请填写{name}。")
        return ""
    if len(text) > limit:
        raise Invalid(pointer or name, f"{name}最多 {limit} 个字，现在有 {len(text)} 个字。")
    return text
