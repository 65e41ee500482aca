"""A file is to be mounted that is not there, or is a directory.

What you see: `Are you trying to mount a directory onto a file (or vice-versa)?` when a container
starts, `bind source path does not exist`, or a program that dies of `Is a directory`.

Why it happens: the left side of a volume line names a file of the host. Where it is missing, the
short form does not complain: Docker makes an empty directory of that name, as root, and then cannot
lay it over the file in the image. A misspelt name, a file that was never copied, and an upload that
came after the first start all end like this. The long form refuses at once.

What to do: put the file where the compose file says. The directory Docker made has to go first:
`sudo rmdir PATH` removes it only while it is empty. Then `docker compose up -d` again. A relative
path counts from the compose file's directory and begins with `./`.

What the remedy changes: an empty directory is replaced by your file; only you have that file.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

PAIN = PainPoint(
    id="mount-type-mismatch",
    phase="up",
    title="Bind mount of a missing file created a directory",
    severity="blocker",
    cause="The file to be mounted is not on the host, or a directory is there in its place.",
    symptoms=(
        Symptom(r"Are you trying to mount a directory onto a file", "all", weight=3),
        Symptom(r"bind source path does not exist: ", "all, long form", weight=3),
        Symptom(r"error while creating mount source path '", "all", weight=3),
        Symptom(r"IsADirectoryError: \[Errno 21\]", "Python", ("", "up", "verify"), weight=2),
    ),
    remedy=Remedy(
        kind="human",
        summary="Put the file in place of the empty directory that Docker made.",
        commands=("sudo rmdir PATH", "cp YOUR-FILE PATH", "docker compose up -d"),
    ),
    references=("https://docs.docker.com/engine/storage/bind-mounts/",),
    recipe=Recipe(
        images=("debian-12", "debian-13", "debian-12-sysv", "fedora-like"),
        starts="ready",
        stack={
            "docker-compose.yml": (
                "    depends_on:\n",
                "    volumes:\n      - ./settings.py:/code/app.py\n    depends_on:\n",
            )
        },
    ),
)
