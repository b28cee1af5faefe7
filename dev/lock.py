"""requirements.lock: every package with its hashes, resolved for the Python floor, naming no host."""

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "requirements.lock"


def resolve(into: Path) -> None:
    """Resolves requirements/dev.in into `into`, keeping the versions that stand there and still fit."""
    command = [sys.executable, "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    command += ["--generate-hashes", "--no-header", "--no-annotate"]
    subprocess.run([*command, "requirements/dev.in", "-o", str(into)], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def check() -> None:
    """Ends with an error where the lock is not what requirements/*.in and it itself lead to."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / LOCK.name
        copy.write_text(LOCK.read_text())
        resolve(copy)
        if copy.read_text() != LOCK.read_text():
            sys.exit("requirements.lock does not follow from requirements/*.in: run `make lock`")


if __name__ == "__main__":
    resolve(LOCK)
