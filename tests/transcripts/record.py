"""Turns a run's evidence into a transcript:

python tests/transcripts/record.py runs/latest/hosts/NAME PAIN-ID [setting=value …]

writes tests/transcripts/PAIN-ID/IMAGE.yml, and vagrant-IMAGE.yml for a virtual machine.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parents[1] / "harness"))

from onramp.diagnosis import transcripts  # noqa: E402
from onramp.evidence.stored_events import read_events  # noqa: E402


def main(folder: Path, pain: str, settings: dict[str, str]) -> None:
    text = transcripts.record(folder, pain, settings=settings)
    image = transcripts.ran_on(read_events(folder / "events.jsonl")) or "unknown"
    target = HERE / pain / f"{image.replace(':', '-')}.yml"
    target.parent.mkdir(exist_ok=True)
    target.write_text(text, encoding="utf-8")
    print(target)


if __name__ == "__main__":
    pairs = dict(argument.split("=", 1) for argument in sys.argv[3:])
    main(Path(sys.argv[1]), sys.argv[2], pairs)
