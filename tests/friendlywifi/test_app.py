"""What the command line costs before it does anything."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = ("pydantic", "msgspec", "cryptography", "httpx", "dns", "asyncio", "sqlite3", "jinja2")


@pytest.mark.parametrize("command", ("", "check", "sweep", "verify"))
def test_help_imports_nothing_that_only_work_needs(command: str) -> None:
    code = (
        "import sys\n"
        f"sys.argv = ['friendlywifi', *{command.split()!r}, '--help']\n"
        "from friendlywifi.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "Usage" in done.stdout
    assert done.stderr == "[]\n"
