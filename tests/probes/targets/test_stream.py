from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from probes.targets.files import read_list
from probes.targets.stream import TargetStream
from probes.tomlfile import TomlFault

HEAD = """\
id = "long"
version = "1"
licence = "none"
source = "made"
origin = "made"
names = "names.txt"
category = "adult"
ask = "dns"
"""


def written(folder: Path, names: str, head: str = HEAD) -> Path:
    (folder / "long.toml").write_text(head, encoding="utf-8")
    (folder / "names.txt").write_text(names, encoding="utf-8")
    return folder / "long.toml"


def test_a_stream_gives_what_the_whole_list_holds_and_its_digest(tmp_path: Path) -> None:
    path = written(tmp_path, "# names\na.example\n\nhttps://b.example/x  # why\nkazinó.example\n")
    stream = TargetStream(path)
    whole = read_list(path)
    assert stream.ref is None
    assert tuple(stream) == whole.targets
    assert stream.ref is not None
    assert (stream.ref.digest, stream.ref.names) == (whole.digest, 3)


@settings(max_examples=60)
@given(
    st.lists(
        st.one_of(
            st.from_regex(r"[a-zA-Z0-9_-]{1,8}(\.[a-z0-9_-]{1,5}){0,3}\.?", fullmatch=True),
            st.sampled_from(
                ["1.2.3.4", "a.0x1f", "b.example #c", "b.example\t# c", "https://c.example/x#y", "# d"]
            ),
            st.text(max_size=12).filter(lambda text: "\n" not in text and "\r" not in text),
        ),
        max_size=8,
        unique=True,
    )
)
def test_line_by_line_a_list_is_read_as_in_one_piece(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    path = written(tmp_path_factory.mktemp("list"), "\n".join(lines))
    try:
        whole = read_list(path)
    except TomlFault as fault:
        told = str(fault)
        if "is listed twice" not in told and "not one name" not in told:
            with pytest.raises(TomlFault, match=re.escape(told)):
                list(TargetStream(path))
        return
    stream = TargetStream(path)
    assert tuple(stream) == whole.targets
    assert stream.ref is not None
    assert stream.ref.digest == whole.digest


def test_names_in_the_order_of_popularity_have_their_ranks(tmp_path: Path) -> None:
    path = written(tmp_path, "a.example\n# b\nc.example\n", HEAD + "popularity = true\n")
    assert tuple(TargetStream(path)) == read_list(path).targets
    assert [item.rank for item in TargetStream(path)] == [1, 2]


def test_a_line_that_is_no_name_is_told_with_its_number(tmp_path: Path) -> None:
    stream = TargetStream(written(tmp_path, "a.example\n192.0.2.1\n"))
    with pytest.raises(TomlFault, match=r"names\.txt:2: .*is an address"):
        list(stream)


def test_a_list_without_a_file_of_names_is_no_stream(tmp_path: Path) -> None:
    head = HEAD.replace('names = "names.txt"\ncategory = "adult"\nask = "dns"\n', "")
    head += '[[target]]\nname = "a.example"\ncategory = "adult"\nask = "dns"\n'
    with pytest.raises(TomlFault, match='needs "names"'):
        TargetStream(written(tmp_path, "", head))


DRAW = """
import json, resource, sys, time
from pathlib import Path
from criteria.plan import choose_targets
from criteria.standard import parse, released
from probes.targets.shipped import shipped
from probes.targets.stream import TargetStream
standard = parse(released("baseline"), source="baseline.toml")
lists = shipped()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = time.process_time()
stream = TargetStream(Path(sys.argv[1]))
chosen = choose_targets(standard=standard, lists=lists, seed="s", streams=(stream,))
print(json.dumps({
    "seconds": time.process_time() - began,
    "before": before,
    "after": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
    "drawn": sum(item.list_id == "long" for item in chosen),
    "names": stream.ref.names,
}))
"""


@pytest.mark.long
@pytest.mark.timeout(900)
def test_five_million_names_are_drawn_from_in_one_pass_with_the_memory_of_the_sample(tmp_path: Path) -> None:
    count = 5_000_000
    path = written(tmp_path, "")
    with (tmp_path / "names.txt").open("w", encoding="utf-8") as file:
        for start in range(0, count, 10_000):
            # Three names of each domain are siblings.
            file.writelines(f"h{n % 3}.site{n // 3}.example\n" for n in range(start, start + 10_000))
    done = subprocess.run(
        [sys.executable, "-c", DRAW, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    seen = json.loads(done.stdout)
    print(seen)  # noqa: T201 - the figures are what this test is for
    assert seen["names"] == count
    assert seen["drawn"] == 208
    assert seen["after"] - seen["before"] < 32 * 1024  # KiB: 5 million names themselves are 110 MiB
    assert seen["seconds"] < 300  # of processor time
