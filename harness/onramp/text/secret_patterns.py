"""Secrets that nobody declared, by their form or their place: the one list of them.

Evidence masks what is `CERTAIN` on its way to the disk: nothing a tool prints to be understood
looks like it, so diagnosis loses nothing. A redacted copy also replaces what is only `LIKELY`,
where a word of a sentence or a package's name may be hit. Of each match the first group is the
secret. Pure. Formats of tokens:
https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml
"""

# ruff: noqa: E501  (a pattern is read more easily on one line)

from __future__ import annotations

import re
from functools import cached_property
from typing import Final

NAMES: Final = (
    r"passw(?:or)?d|passphrase|token|secret|credentials?|api[_-]?key|access[_-]?key|private[_-]?key|"
    r"secret[_-]?key|account[_-]?key|auth[_-]?key|encryption[_-]?key"
)
NAMES_BY_THEIR_END: Final = (  # what holds a secret where nothing follows: not PASSTHROUGH, DSNAME
    rf"(?:{NAMES}|pwd|_auth|_pass|_pw|webhook(?:_url)?|dsn)(?:_?v?\d|_base)?"
)


class Pattern:
    """`signs`: a text with none of these holds no match; looking for them is many times faster.

    So is a regex that begins with its letters and looks back for the beginning of the word. It is
    compiled when it is first used: most texts hold no sign.
    """

    def __init__(self, signs: str, regex: str, flags: int = 0) -> None:
        self.signs = tuple(signs.split("|"))
        self._source, self._flags = regex, flags

    @cached_property
    def regex(self) -> re.Pattern[str]:
        return re.compile(self._source, self._flags)


URL_PASSWORD: Final = re.compile(r"://[^\s/?#@:\"'<>]{0,200}:([^\s/\"'<>]+)@")
CERTAIN: Final = (
    Pattern("://", URL_PASSWORD.pattern),
    Pattern("://", r"://(?<!ssh://)(?!git@)([A-Za-z0-9_-]{20,400})@"),
    Pattern("PRIVATE KEY", r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY(?: BLOCK)?-----((?:(?!-----BEGIN).){1,20000}?)(?=-----END|-----BEGIN|\Z)", re.S),
    Pattern("uthorization|UTHORIZATION", r"\bauthorization[\"']?\s{0,8}[:=]\s{0,8}[\"']?(?:[a-z0-9-]{1,20}\s{1,8})?([^\s\"',;]{3,8000})", re.I),
    Pattern("ookie:|OOKIE:", r"\b(?:set-)?cookie:\s{0,8}([^\r\n\"']{4,4000})", re.I),
    Pattern("x-", r"x-(?<!\wx-)[A-Za-z-]{0,30}(?i:key|token|auth|secret):\s{0,8}([^\s\"']{4,4000})"),
    Pattern("X-", r"X-(?<!\wX-)[A-Za-z-]{0,30}(?i:key|token|auth|secret):\s{0,8}([^\s\"']{4,4000})"),
    Pattern('"auth"|token"', r"\"(?:auth|identitytoken|registrytoken)\"\s{0,8}:\s{0,8}\"([^\"\n]+)"),
    Pattern("AKIA|ASIA", r"\b(A[KS]IA[A-Z0-9]{16})\b"),
    Pattern("ghp_|gho_|ghu_|ghs_|ghr_|github_pat_", r"\b(gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_\w{20,255})"),
    Pattern("glpat-|glrt-|gldt-", r"\b(gl(?:pat|rt|dt)-[\w-]{20,255})"),
    Pattern("xox|sk-proj|sk-ant|sk-svcacct|sk-admin|k_live_|k_test_", r"\b(xox[a-z]-[\w-]{10,255}|sk-(?:proj|ant|svcacct|admin)-[\w-]{20,255}|[srp]k_(?:live|test)_\w{16,255})"),
    Pattern("dckr_|pypi-AgE|npm_", r"\b(dckr_(?:pat|oat)_[\w-]{20,255}|pypi-AgE[\w-]{30,400}|npm_[A-Za-z0-9]{36})"),
    Pattern("hf_", r"(hf_(?<!\whf_)[A-Za-z0-9]{30,255})"),
    Pattern("AIza|ya29.|hvs.|hvb.|SG.", r"\b(AIza[\w-]{35}|ya29\.[\w-]{20,400}|hv[sb]\.[\w-]{20,400}|SG\.[\w-]{16,}\.[\w-]{16,})"),
    Pattern("eyJ", r"\b(eyJ[\w-]{5,8000}\.eyJ[\w-]{5,8000}(?:\.[\w-]{0,8000})?)"),
    Pattern("SWMTKN|AGE-SECRET", r"\b(SWMTKN-1-[a-z0-9-]{30,200}|AGE-SECRET-KEY-1[A-Z0-9]{30,})"),
    Pattern("hooks.", r"\bhooks\.[a-z.]{3,40}/services/([\w/]{12,200})"),
    Pattern("$1$|$2|$5$|$6$|$7$|$y$|$gy$", r"(\$(?:1|2[aby]|5|6|7|y|gy)\$[./\w$=,-]{20,400})"),
    Pattern("machine", r"machine(?<!\wmachine)\s+\S{1,200}\s+login\s+\S{1,200}\s+password\s+(\S{1,400})"),
    Pattern("curl", r"curl(?<!\wcurl)\b[^\n]{0,300}?\s(?:-u|--user)[= ]['\"]?[^\s:'\"]{1,100}:([^\s'\"]{1,400})"),
    Pattern("wget", r"wget(?<!\wwget)\b[^\n]{0,300}?\s(?:-u|--user)[= ]['\"]?[^\s:'\"]{1,100}:([^\s'\"]{1,400})"),
    Pattern("sshpass", r"sshpass\s{1,4}-p[= ]?['\"]?([^\s'\"]{1,400})"),
    Pattern("docker login", r"docker login\b[^\n]{0,200}?\s-p[= ]?['\"]?([^\s'\"]{1,400})"),
)  # fmt: skip
LIKELY: Final = (
    Pattern("", r"\b(?:basic|bearer)\s{1,4}([A-Za-z0-9+/_.=~-]{8,8000})", re.I),
    Pattern("", r"\b(gl[a-z]{2,6}-[\w-]{20,255}|(?:sk|rk|pk)[-_][\w-]{20,255})"),
    Pattern("", r"\b(A(?:ROA|IDA|BIA|CCA)[A-Z0-9]{16})\b"),
    Pattern("", r"\b(pypi-[\w-]{30,400}|npm_\w{30,255}|hf_\w{20,255})"),
    Pattern("", rf"^\s*(?:ENV|ARG)\s+\w{{0,60}}(?i:{NAMES_BY_THEIR_END})\s+([^\s\"']{{1,400}})\s*$", re.M),
)  # fmt: skip
