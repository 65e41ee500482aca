"""pip could not get a package that requirements.txt asks for.

What you see: `Read timed out.`, `Connection refused` or `No matching distribution found for …`;
`THESE PACKAGES DO NOT MATCH THE HASHES`; `requires a different Python`; or
`error: subprocess-exited-with-error`, where pip had to compile and could not.

Why it happens: the index is slow or not there; the name or version does not exist; a file is not
the one whose hash was written down; or no ready-made wheel exists for this Python, processor or
libc (Alpine's is another), and the image has no compiler.

What to do: read pip's first complaint, not its last. Index: open PIP_INDEX_URL with curl; name
your network's own index in it if the public one is out of reach; `--timeout 60 --retries 10` helps
on a slow line. Hash: find out who changed the file before you write down the new one. No wheel: use
`python:3.12-slim` in place of alpine, or a Python that the package supports.

What the remedy changes: a silent index is asked once more; nothing else is done.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, RemedyPlan, Situation, Symptom
from onramp.pains.build import LAB

SLOW = ("Read timed out", "(connect timeout=", "timed out while downloading")
# today's version, pinned with a hash that is not that of any file
PIN = f"""RUN pip download -q --no-deps flask && for f in flask-*; do v=${{f#flask-}}; \\
    echo flask==${{v%%-*}} --hash=sha256:{"0" * 64} > requirements.txt; done\n"""


def _again(situation: Situation) -> RemedyPlan | None:
    attempt = situation.attempt
    slow = attempt and attempt.number == 1 and any(words in attempt.text for words in SLOW)
    return RemedyPlan(wait_s=5.0) if slow else None


def _no_other(situation: Situation) -> bool | None:
    """Pip's last words are the same where it does not trust the index, or has no room."""
    text = situation.attempt.text if situation.attempt else ""
    return False if "CERTIFICATE_VERIFY" in text or "ssl cert" in text else None


PAIN = PainPoint(
    id="pip-timeout-or-hash",
    phase="build",
    title="pip could not get a package",
    severity="blocker",
    cause="The index did not answer, or holds nothing that fits the request.",
    symptoms=(
        Symptom(r"THESE PACKAGES DO NOT MATCH THE HASHES", "pip", weight=3),
        Symptom(r"requires a different Python: \d", "pip", weight=3),
        Symptom(r"Read timed out\. \(read timeout=|\(connect timeout=\d", "pip"),
        Symptom(r"timed out while downloading|error: incomplete-download", "pip >= 25.1"),
        Symptom(r"new connection: \[Errno 1(?:01|10|11|13)\]", "pip"),
        Symptom(r"due to an OSError: HTTPS?ConnectionPool", "pip"),
        Symptom(r"error: (?:subprocess-exited-with-error|metadata-generation-failed)", "pip >= 22"),
        Symptom(r"ERROR: No matching distribution found for ", "pip", weight=1),
    ),
    confirm=_no_other,
    remedy=Remedy("safe", "Wait and ask the index once more; else see what pip names.", _again),
    references=("https://pip.pypa.io/en/stable/topics/secure-installs/",),
    recipe=Recipe(LAB, starts="ready", stack={"Dockerfile": ("RUN pip ", f"{PIN}RUN pip ")}),
)
