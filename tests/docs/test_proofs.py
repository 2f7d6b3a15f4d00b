"""docs/proofs.md says of the forms what the code writes."""

from __future__ import annotations

import re
from pathlib import Path

from certificates import cose
from certificates.credential import CONTEXT_PATH
from certificates.print import ATTACHMENT, CODE_ATTACHMENT, CREDENTIAL_ATTACHMENT
from certificates.statuslist import BITS
from certificates.translog import SALT_BYTES, Entry

PAGE = (Path(__file__).parents[2] / "docs" / "proofs.md").read_text(encoding="utf-8")


def test_the_table_of_the_code_has_a_row_for_each_key() -> None:
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", PAGE, flags=re.MULTILINE)
    keys = {
        name: value
        for name, value in vars(cose).items()
        if name
        in (
            "_VERSION",
            "_NUMBER",
            "_STATUS",
            "_TEST",
            "_ISSUED",
            "_UNTIL",
            "_PLACE",
            "_WHERE",
            "_LEVEL",
            "_INDEX",
        )
    }
    assert sorted(keys.values()) == [int(number) for number, _ in rows] == list(range(10))
    assert dict(rows)[str(keys["_STATUS"])].endswith("0 provisional, 1 valid")
    assert f"at most {cose.MAX_CODE} bytes" in PAGE


def test_the_page_names_the_attachments_the_words_and_the_sizes() -> None:
    for name in (ATTACHMENT, CODE_ATTACHMENT, CREDENTIAL_ATTACHMENT, CONTEXT_PATH):
        assert f"`{name}`" in PAGE
    assert f"{BITS:,} bits" in PAGE
    assert f"{SALT_BYTES} bytes of salt" in PAGE
    listed = re.search(r"of `(schema, [a-z, ]+)`", PAGE)
    assert listed is not None
    assert set(listed[1].split(", ")) == set(Entry.__struct_fields__)
