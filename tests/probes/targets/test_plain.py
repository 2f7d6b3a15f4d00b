from __future__ import annotations

from pathlib import Path

import pytest

from probes.records import Ask, Category, digest
from probes.targets.files import lint_list, read_list
from probes.tomlfile import TomlFault

HEAD = """\
id = "order"
version = "1"
licence = "unknown"
source = "the authority"
origin = "authority"
names = "order.txt"
category = "national-order"
ask = "dns"
"""


def write(folder: Path, *, head: str = HEAD, names: bytes | None = b"b.example\na.example/x\n") -> Path:
    (folder / "order.toml").write_text(head, encoding="utf-8")
    if names is not None:
        (folder / "order.txt").write_bytes(names)
    return folder / "order.toml"


def test_a_big_list_is_plain_text_beside_a_small_toml(tmp_path: Path) -> None:
    names = b"\xef\xbb\xbf# the order of 1 November\nB.example. # why\r\n\r\nhttps://a.example/x#part\n"
    path = write(tmp_path, head="popularity = true\n" + HEAD, names=names)
    loaded = read_list(path)
    assert [(target.name, target.path, target.rank) for target in loaded.targets] == [
        ("b.example", "/", 1),
        ("a.example", "/x", 2),
    ]
    assert {target.category for target in loaded.targets} == {Category.NATIONAL_ORDER}
    assert {target.ask for target in loaded.targets} == {Ask.DNS}
    assert loaded.digest == digest(path.read_bytes() + names)
    assert lint_list(path) == ()


def test_another_name_in_the_file_is_another_digest(tmp_path: Path) -> None:
    before = read_list(write(tmp_path)).digest
    assert read_list(write(tmp_path, names=b"b.example\n")).digest != before


@pytest.mark.parametrize(
    ("head", "line", "words"),
    (
        (HEAD.replace("national-order", "illegal-csam"), 7, "only for authorised sentinels"),
        (HEAD.replace('"dns"', '"get"'), 8, "never fetched"),
        (HEAD.replace('ask = "dns"\n', ""), 6, 'needs "category" and "ask"'),
        (HEAD + '[[target]]\nname = "a.example"\ncategory = "adult"\nask = "dns"\n', 9, "not both"),
        (HEAD.replace('names = "order.txt"\n', ""), None, "no [[target]] and no file of names"),
        (HEAD.replace("order.txt", "../order.txt"), 6, "beside the list"),
        (HEAD.replace("order.txt", "missing.txt"), 6, "cannot be read"),
        (HEAD.replace("names", "nmaes"), 6, 'did you mean "names"?'),
    ),
)
def test_what_is_wrong_with_it_has_its_line(tmp_path: Path, head: str, line: int | None, words: str) -> None:
    path = write(tmp_path, head=head)
    with pytest.raises(TomlFault) as caught:
        read_list(path)
    assert caught.value.line == line
    assert words in str(caught.value)
    assert str(caught.value) in [str(fault) for fault in lint_list(path)]


def test_each_bad_name_is_a_fault_of_its_own_file_and_line(tmp_path: Path) -> None:
    path = write(tmp_path, names=b"a.example\n192.0.2.1\n\nA.example\nbad name\n")
    assert [str(fault) for fault in lint_list(path)] == [
        f'{tmp_path}/order.txt:2: "192.0.2.1" is an address, not a name',
        f'{tmp_path}/order.txt:4: "a.example" is listed twice (it is also on line 1)',
        f'{tmp_path}/order.txt:5: "bad name" has a blank or control character in it',
    ]
    with pytest.raises(TomlFault, match=r"order\.txt:2"):
        read_list(path)


@pytest.mark.parametrize(
    ("names", "words"), ((b"\n# none\n", "not one name"), (b"\xff", "not UTF-8"), (None, "cannot be read"))
)
def test_a_file_without_names_is_no_list(tmp_path: Path, names: bytes | None, words: str) -> None:
    path = write(tmp_path, names=names)
    with pytest.raises(TomlFault, match=words):
        read_list(path)
    assert len(lint_list(path)) == 1
