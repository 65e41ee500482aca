"""The container's start script cannot be started.

What you see: `exec /code/entrypoint.sh: no such file or directory` although the file is there, or
`exec: "/code/entrypoint.sh": permission denied`, or `exec format error`.

Why it happens: three things are lost on the way from another machine. Line ends of Windows turn
`#!/bin/sh` into a program named `sh` plus a carriage return, and that is what is not found; so is
bash, on images that only have sh. The x bit goes missing in zip files and on Windows. Without a
first line `#!/bin/sh` the kernel does not know what to run the script with.

What to do: `sed -i 's/\\r$//' entrypoint.sh`, `chmod +x entrypoint.sh`, see that its first line
names a shell the image has, and build again. `*.sh text eol=lf` in .gitattributes keeps it so.

What the remedy changes: files of yours; nothing is changed for you.
"""

from onramp.model.action import Command
from onramp.model.pain import PainPoint, Recipe, Remedy, Situation, Symptom

PROBE = """cd ~/onramp 2>/dev/null || exit 0
grep -rlI --include=*.sh "$(printf '\\r')$" . | sed 's/^/crlf /'
find . -name '*.sh' ! -perm -100 | sed 's/^/noexec /'"""
AT = ("", "build", "up", "verify")
CAUSED = r"(?:start(?:ing)? container process|container init)[^\n]{0,40}: exec: "


def _foreseen(situation: Situation) -> str | None:
    files = situation.stack.files if situation.stack else {}
    wrong = [n for n, text in files.items() if text[:2] == b"#!" and b"\r" in text.split(b"\n")[0]]
    return f"the first line of {wrong[0]} ends as on Windows" if wrong else None


PAIN = PainPoint(
    id="entrypoint-crlf-or-noexec", phase="up", severity="blocker",
    title="Start script cannot be started",
    cause="The script has line ends of Windows, no x bit, or no first line that can be followed.",
    symptoms=(
        Symptom(rf'{CAUSED}"[^"\n]{{1,200}}": (?:stat |perm|no such|exec)', "runc", AT, 3),
        Symptom(r"\bexec /\S+: (?:no such file or directory|permission denied)", "runc", AT, 3),
        Symptom(r"exec user process caused:? .?no such file or directory", "runc 1.0", AT, 3),
        Symptom(r"\^M: bad interpreter", "bash", AT, 3),
        Symptom(r"env: .?[\w./-]{1,60}\\r.?: No such file", "coreutils", AT, 3),
        Symptom(r"\bexec /[^\n]{1,200}exec format error", "runc", AT),
    ),
    foresee=_foreseen,
    probe=Command(PROBE),
    confirm=lambda at: True if at.probe and at.probe.stdout.strip() else None,
    remedy=Remedy(
        "human", "Give the script plain line ends, an x bit and a first line, and build again.",
        commands=("sed -i 's/\\r$//' entrypoint.sh", "chmod +x entrypoint.sh"),
    ),
    explains=("container-restart-loop",),
    references=("https://docs.docker.com/reference/dockerfile/#entrypoint",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"), starts="ready",
        stack={
            "start.sh": "#!/bin/sh\r\nexec flask run\r\n",
            "Dockerfile": ('CMD ["flask", "run"]', 'RUN chmod +x *.sh\nCMD ["/code/start.sh"]'),
        },
    ),
)  # fmt: skip
