#!/usr/bin/env python
"""Django's commands. Beside a copy started by `make run` they find its servers by themselves."""

import os
import sys
from pathlib import Path


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from config import env

    command = sys.argv[1] if len(sys.argv) > 1 else ""
    env.join_run(env.folder("DATA_DIR", Path(__file__).parent / "var"))
    if command in ("migrate", "vacuum_roll"):
        env.as_owner()
    if command == "seed":
        os.environ.setdefault("CLOCK_MAY_SHIFT", "1")

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
