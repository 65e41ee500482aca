"""A container may not write to a directory that is mounted into it.

What you see: `mkdir: cannot create directory '../public/js': Permission denied`, `EACCES:
permission denied, mkdir '/usr/src/app/dist'` or `PermissionError: [Errno 13]` from a container.

Why it happens: a bind mount keeps the owner it has on the host. The image's program runs as
another user, often number 1000 or 999; where Docker made the directory, it belongs to root.

What to do: `docker compose exec SERVICE id` and `ls -ldn DIRECTORY` show the two numbers. Give
the directory to that user with `sudo chown`, or run the service as yours: `user: "1000:1000"`.
Where SELinux is enforcing and the numbers agree, it is the label.

What the remedy changes: who owns files on the host; a person decides.
"""

from onramp.model.pain import PainPoint, Recipe, Remedy, Symptom

IN = ("up", "verify")  # of a container: a host's own mkdir is something else
PASTED = ("", "up", "verify")


PAIN = PainPoint(
    id="bind-mount-other-uid",
    phase="up",
    title="A mounted directory belongs to another user",
    severity="major",
    cause="The container's user does not own what is mounted into it.",
    symptoms=(
        Symptom(r"^(?:mkdir|touch|cp|mv|ch\w{3}|rm|tee): [^\n]{1,200}: Permission denied", "", IN),
        Symptom(r"EACCES: permission denied, (?:mkdir|open|unlink|rmdir|scandir)", "node", PASTED),
        Symptom(r"PermissionError: \[Errno 13\] Permission denied: ['\"]/\w", "Python", PASTED),
        Symptom(r"Can't open(?: or create)? (?:the )?append-only", "redis", PASTED),
    ),
    remedy=Remedy(
        kind="human",
        summary="Give the directory to the container's user, or run the service as its owner.",
        commands=(
            "ls -ldn DIRECTORY",
            "sudo chown -R 1000:1000 DIRECTORY",
        ),
        side_effects="Changes who may write there.",
    ),
    references=("https://docs.docker.com/engine/storage/bind-mounts/",),
    recipe=Recipe(
        images=("debian-12", "debian-13"),
        starts="ready",
        stack={
            "docker-compose.yml": (
                "    volumes:\n      - counter:/data",
                '    user: "1000"\n    volumes:\n      - ./data:/data',
            )
        },
    ),
)
