"""The demo: a hotspot that is certified after a fortnight, one that leaks, one behind a login page.

The certificate says TEST on every face.
"""

from __future__ import annotations

import asyncio
import shlex
import time
from pathlib import Path

from certificates.keys import new_key
from certificates.page import render_page
from certificates.print import render_pdf
from certificates.signing import to_file
from friendlywifi import files, terminal
from friendlywifi.checking.command import leave
from friendlywifi.exitcodes import Exit
from friendlywifi.lab.demo_certificate import trust_list
from friendlywifi.lab.show import show_story
from friendlywifi.lab.story import PLACES, Story, tell
from friendlywifi.language.spoken import fine_print, phrase
from friendlywifi.shipped import load_standard
from friendlywifi.terminal import shown
from probes.records import encode


def run(output: Path) -> Exit:
    """Measure, judge, certify or refuse; print where everything is."""
    files.prepare(output)
    console = terminal.out()
    began = time.monotonic()
    standard, standard_digest = load_standard("baseline")
    key, scheme = new_key(), new_key()
    stories = []
    opening = phrase("Three emulated hotspots, on this machine's loopback only")
    console.print(f"[bold]{shown(opening)}[/bold]\n")
    for folder in PLACES:
        with terminal.progress_bar() as show:
            story = asyncio.run(tell(folder, standard, standard_digest, key, show))
        _leave(output / folder, story)
        stories.append(story)
        show_story(story, output / folder, console)
    files.write(output / "issuers.json", trust_list(key, scheme, standard_digest))
    certificate = _word(output / "certified" / "certificate.pdf")
    issuers = _word(output / "issuers.json")
    took = phrase(
        "%(took)s seconds. Is the certificate genuine? Ask:", took=f"{time.monotonic() - began:.1f}"
    )
    console.print(
        f"[dim]{shown(took)}[/dim]\n\n"
        f"  friendlywifi verify {certificate} \\\n    --allow-test --issuer {issuers}\n",
        soft_wrap=True,
    )
    for line in fine_print():
        console.print(f"[dim]{shown(line)}[/dim]")
    return Exit.YES if all(story.true for story in stories) else Exit.NO


def _word(path: Path) -> str:
    """A path as one word of a command that can be copied."""
    return shown(shlex.quote(str(path)))


def _leave(directory: Path, story: Story) -> None:
    """The files of one hotspot; certificates of an earlier demo go away first."""
    for name in ("certificate.json", "certificate.pdf", "certificate.html"):
        (directory / name).unlink(missing_ok=True)
    leave(directory, story.checked, encode(story.report), story.evidence)
    if story.certificate is not None:
        files.write(directory / "certificate.json", to_file(story.certificate))
        files.write(directory / "certificate.pdf", render_pdf(story.certificate))
        files.write(directory / "certificate.html", render_page(story.certificate).encode())
