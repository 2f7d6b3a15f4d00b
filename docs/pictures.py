"""Makes the pictures of the README from a real run of the demo. `python -m docs.pictures`; needs pdftoppm."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from friendlywifi import terminal
from friendlywifi.lab import demonstration

IMAGES = Path(__file__).parent / "images"
THEME = TerminalTheme(
    (16, 24, 32),
    (214, 222, 230),
    [(16, 24, 32), (222, 82, 92), (70, 176, 132), (226, 170, 70), (92, 148, 230), (180, 120, 210),
     (80, 180, 190), (214, 222, 230)],
    [(120, 134, 148), (240, 110, 118), (110, 206, 164), (244, 196, 104), (128, 176, 250), (204, 150, 232),
     (112, 208, 216), (255, 255, 255)],
)  # fmt: skip


def without_fonts_from_elsewhere(template: str) -> str:
    """The picture asks nobody for a font."""
    own = re.sub(r"@font-face \{\{.*?\}\}", "", template, flags=re.DOTALL)
    return own.replace("Fira Code", "DejaVu Sans Mono")


def main() -> None:
    """Run the demo, keep what it printed as SVG and what it certified as PNG."""
    console = Console(record=True, width=112, force_terminal=True, highlight=False)
    terminal.out = lambda: console
    with tempfile.TemporaryDirectory() as directory:
        # The paths that it prints are then those that a reader will see.
        os.chdir(directory)
        demonstration.run(Path("friendlywifi-demo"))
        svg = console.export_svg(
            title="friendlywifi demo",
            theme=THEME,
            code_format=without_fonts_from_elsewhere(CONSOLE_SVG_FORMAT),
        )
        IMAGES.mkdir(exist_ok=True)
        (IMAGES / "demo.svg").write_text(svg, encoding="utf-8")
        subprocess.run(  # noqa: S603 - our own arguments
            ["pdftoppm", "-r", "72", "-png", "-f", "1", "-l", "1", "-singlefile",  # noqa: S607 - on the PATH
             "friendlywifi-demo/certified/certificate.pdf", str(IMAGES / "certificate")],
            check=True,
        )  # fmt: skip


if __name__ == "__main__":
    main()
