"""What `./invoke` starts: Invoke's own command line, told where the tasks are and which release.

`--search-root` is given instead of changing directory, so relative paths stay the caller's.
`--write-pyc`, because Invoke would otherwise have every module of ours compiled anew each time.
"""

from __future__ import annotations

import os
import sys

from invoke.program import Program

from harness import __version__


def main() -> None:
    """`python -c … <project root> <arguments of ./invoke>`."""
    _, root, *arguments = sys.argv
    program = Program(name="Onramp", binary="invoke", version=__version__)
    try:
        program.run(["invoke", "--write-pyc", "--search-root", root, *arguments])
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output has gone, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)
