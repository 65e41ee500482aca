"""Reading a machine's apt sources, in every shape they come in."""

from pathlib import Path

import pytest

from onramp.errors import HarnessError
from onramp.providers.lab import apt_sources
from onramp.providers.lab.apt_sources import Archive, Entry

DEB822 = """\
Types: deb
# a comment between fields
URIs: http://mirror.test/debian/
Suites: bookworm bookworm-updates
Components: main contrib
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg

Types: deb deb-src
URIs: http://mirror.test/debian-security
Suites:
 bookworm-security
Components: main

Types: deb
URIs: http://mirror.test/off
Suites: bookworm
Components: main
Enabled: no
"""

ONE_LINE = """\
# deb http://mirror.test/commented bookworm main
deb [arch=amd64 signed-by=/k.gpg] http://mirror.test/debian bookworm main non-free # why not
deb-src http://mirror.test/debian bookworm main
deb http://vendor.test/apt tool-bookworm stable
"""


def test_the_paragraph_format_gives_every_address_and_suite() -> None:
    entries = list(apt_sources.parse_deb822(DEB822))
    assert entries == [
        Entry("http://mirror.test/debian/", "bookworm", ("main", "contrib")),
        Entry("http://mirror.test/debian/", "bookworm-updates", ("main", "contrib")),
        Entry("http://mirror.test/debian-security", "bookworm-security", ("main",)),
    ]


def test_the_one_line_format_skips_comments_and_source_packages() -> None:
    entries = list(apt_sources.parse_list(ONE_LINE))
    assert entries == [
        Entry("http://mirror.test/debian", "bookworm", ("main", "non-free")),
        Entry("http://vendor.test/apt", "tool-bookworm", ("stable",)),
    ]


def test_the_archive_is_the_one_that_serves_the_machines_own_suite() -> None:
    archive = apt_sources.archive_from(apt_sources.parse_deb822(DEB822), "bookworm")
    assert archive == Archive(
        "http://mirror.test/debian", "http://mirror.test/debian-security", ("main",)
    )


@pytest.mark.parametrize(
    "entry",
    [
        Entry("http://vendor.test/apt", "bookworm", ("stable",)),
        Entry("file:/srv/debian", "bookworm", ("main",)),
        Entry("http://mirror.test/debian", "noble", ("main",)),
    ],
)
def test_third_party_local_and_other_suites_are_no_archive(entry: Entry) -> None:
    assert apt_sources.archive_from([entry], "bookworm") is None


def test_lines_carry_the_suites_that_belong_to_one_release() -> None:
    archive = Archive("http://m.test/debian", "http://m.test/security", ("main",))
    assert archive.lines("trixie", extra_suites=True) == (
        "deb http://m.test/debian trixie main",
        "deb http://m.test/debian trixie-updates main",
        "deb http://m.test/security trixie-security main",
    )
    assert archive.lines("sid", extra_suites=False) == ("deb http://m.test/debian sid main",)


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    (tmp_path / "apt/sources.list.d").mkdir(parents=True)
    (tmp_path / "os-release").write_text('ID=debian\nVERSION_CODENAME="bookworm"\n')
    return tmp_path


def test_a_machine_is_read_from_all_its_source_files(
    etc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(apt_sources.MIRROR_VARIABLE, raising=False)
    (etc / "apt/sources.list").write_text("deb http://vendor.test/apt x stable\n")
    (etc / "apt/sources.list.d/a.sources").write_text(DEB822)
    (etc / "apt/sources.list.d/b.list.disabled").write_text("deb http://off.test/d bookworm main\n")
    assert apt_sources.read_archive(etc).main == "http://mirror.test/debian"


def test_a_machine_without_a_debian_archive_is_told_how_to_name_one(
    etc: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(apt_sources.MIRROR_VARIABLE, raising=False)
    with pytest.raises(HarnessError) as caught:
        apt_sources.read_archive(etc)
    assert apt_sources.MIRROR_VARIABLE in caught.value.resolution
    monkeypatch.setenv(apt_sources.MIRROR_VARIABLE, "http://named.test/debian/")
    assert apt_sources.read_archive(etc).main == "http://named.test/debian"
