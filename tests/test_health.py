"""Health from git alone: what is counted and what is left out, what each number says, and what items make of it."""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import ROOT, git
from ospo_init.core import days, health
from ospo_init.core.checking import health_rules as rules
from ospo_init.core.checking.model import Metric, Seen, Tag
from ospo_init.core.health import half
from ospo_init.core.health_data import Author, History
from ospo_init.core.inferring import Repository
from ospo_init.core.organisations import cleaned
from ospo_init.core.versions import is_version, versions
from ospo_init.edges import health as door
from ospo_init.edges.git import GitFailed

sys.path.insert(0, str(ROOT / "tools"))
import docs_health

TODAY = "2026-11-28"
SINCE, EARLIER = "2025-11-28", "2024-11-28"
ADA, BEN, CAL = "Ada Example <ada@one.test>", "Ben Example <ben@two.test>", "Cal Example <cal@one.test>"
DEP = "dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>"
Commit = tuple[str, str]  # who, and the day


def _stamp(day: str) -> str:
    return f"{(days.number(day) - days.number('1970-01-01')) * 86400 + 43200} +0000"


def _commits(commits: Iterable[Commit], ref: str = "refs/heads/main") -> str:
    """Return commits, one on another, as git fast-import reads them; commit N has the mark N, counted from 1."""
    told = ""
    for number, (who, day) in enumerate(commits, 1):
        told += f"commit {ref}\nmark :{number}\ncommitter {who} {_stamp(day)}\ndata 1\nx\n"
        told += f"M 100644 inline file\ndata {len(str(number))}\n{number}\n"
    return told


def _tag(name: str, mark: int, message: str) -> str:
    head = f"tag {name}\nfrom :{mark}\ntagger {ADA} {_stamp(TODAY)}\n"
    return f"{head}data {len(message.encode())}\n{message}\n"


def _repository(folder: Path, stream: str) -> Path:
    folder.mkdir()
    git(folder, "init", "--quiet", "--initial-branch=main")
    subprocess.run(["git", "fast-import", "--quiet"], cwd=folder, input=stream.encode(), check=True)
    return folder


def _history(*authors: Author, **more: object) -> History:
    per_day = {author.first: author.changes + author.before for author in authors if author.first}
    return replace(History(SINCE, EARLIER, authors=authors, per_day=per_day), **more)  # type: ignore[arg-type]


def _measured(history: History) -> dict[str, Metric]:
    return health.measures(history, TODAY, door.tables())


def _people(*counts: int) -> tuple[Author, ...]:
    return tuple(
        Author(f"P{number} Example", f"p{number}@x{number}.test", count, 0, "2020-01-01")
        for number, count in enumerate(counts)
    )


# --- reading


def test_bots_merges_and_other_branches_are_left_out(tmp_path: Path) -> None:
    stream = _commits([(ADA, "2025-12-01"), (DEP, "2026-01-01"), (BEN, "2026-02-01")])
    stream += f"commit refs/heads/other\nmark :9\ncommitter {CAL} {_stamp('2026-03-01')}\ndata 1\nx\nfrom :3\n"
    stream += f"commit refs/heads/main\ncommitter {CAL} {_stamp('2026-04-01')}\ndata 1\nx\nfrom :3\nmerge :1\n"
    history = door.read(_repository(tmp_path / "r", stream), TODAY)
    assert [(row.name, row.email, row.changes, row.first) for row in history.authors] == [
        ("Ada Example", "ada@one.test", 1, "2025-12-01"),
        ("Ben Example", "ben@two.test", 1, "2026-02-01"),
    ]
    assert history.per_day == {"2025-12-01": 1, "2026-02-01": 1}
    assert (history.since, history.earlier, history.cut) == (SINCE, EARLIER, "")


def test_the_window_begins_after_its_first_day(tmp_path: Path) -> None:
    told = [(ADA, EARLIER), (ADA, "2024-11-29"), (ADA, SINCE), (ADA, "2025-11-29"), (ADA, TODAY), (ADA, "2031-01-01")]
    (author,) = door.read(_repository(tmp_path / "r", _commits(told)), TODAY).authors
    assert (author.before, author.changes, author.first) == (2, 3, EARLIER)


def test_the_mailmap_of_head_joins_people_and_no_other_does(tmp_path: Path) -> None:
    old = "Ada Old <old@one.test>"
    stream = _commits([(ADA, "2026-01-01"), (old, "2026-01-02")])
    line = "Ada Example <ada@one.test> <old@one.test>\n"
    with_map = f"M 100644 inline .mailmap\ndata {len(line)}\n{line}\n"
    top = _repository(tmp_path / "mapped", stream + with_map)
    assert [row.changes for row in door.read(top, TODAY).authors] == [2]
    top = _repository(tmp_path / "lying", stream)
    (top / ".mailmap").write_text(line)  # in the work tree only
    (tmp_path / "elsewhere").write_text(line)
    git(top, "config", "mailmap.file", str(tmp_path / "elsewhere"))
    assert [row.changes for row in door.read(top, TODAY).authors] == [1, 1]


def test_nothing_that_the_repository_configures_is_run(tmp_path: Path) -> None:
    top = _repository(tmp_path / "r", _commits([(ADA, "2026-01-01")]) + _tag("v1.0.0", 1, "x\n"))
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch '{tmp_path}/sprung'\n")
    trap.chmod(0o755)
    for name, value in {
        "log.showSignature": "true",
        "gpg.program": str(trap),
        "core.pager": str(trap),
        "core.fsmonitor": str(trap),
        "color.ui": "always",
        "format.pretty": "oneline",
        "log.follow": "true",
        "i18n.logOutputEncoding": "UTF-16",
    }.items():
        git(top, "config", name, value)
    head, _, message = git(top, "cat-file", "commit", "HEAD").partition("\n\n")
    signed = f"{head}\ngpgsig -----BEGIN PGP SIGNATURE-----\n AAAA\n -----END PGP SIGNATURE-----\n\n{message}\n"
    words = ["git", "hash-object", "-w", "-t", "commit", "--stdin"]
    made = subprocess.run(words, cwd=top, input=signed.encode(), capture_output=True, check=True)
    git(top, "update-ref", "refs/heads/main", made.stdout.decode().strip())
    history = door.read(top, TODAY)
    assert [(row.name, row.changes) for row in history.authors] == [("Ada Example", 1)]
    assert [tag.name for tag in history.tags] == ["v1.0.0"]
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("kind", ["PGP SIGNATURE", "SSH SIGNATURE"])
def test_tags_have_the_day_of_their_commit_and_say_what_they_are(tmp_path: Path, kind: str) -> None:
    signature = f"Version\n-----BEGIN {kind}-----\n\nAAAA\n-----END {kind}-----\n"
    stream = _commits([(ADA, "2026-01-01"), (ADA, "2026-02-01")])
    stream += "reset refs/tags/v0.1.0\nfrom :1\n\n" + _tag("v0.2.0", 2, "plain\n") + _tag("v0.3.0", 2, signature)
    top = _repository(tmp_path / "r", stream)
    git(top, "tag", "a-file", "HEAD:file")
    assert door.tags(top) == (
        Tag("v0.1.0", "2026-01-01"),
        Tag("v0.2.0", "2026-02-01", annotated=True),
        Tag("v0.3.0", "2026-02-01", annotated=True, signed=True),
    )
    assert [tag.name for tag in door.versions(top)] == ["v0.3.0", "v0.2.0", "v0.1.0"]


def test_a_shallow_clone_says_that_it_is(tmp_path: Path) -> None:
    top = _repository(tmp_path / "r", _commits([(ADA, "2026-01-01"), (BEN, "2026-11-20")]))
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{top}", "shallow")
    found = door.measured(tmp_path / "shallow", TODAY)
    assert found["time-since-last-commit"].value == 8
    for key in set(found) - {"time-since-last-commit"}:
        assert found[key].value is None
        assert found[key].limits.startswith("The clone is shallow:")


def test_without_a_commit_git_says_so(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    assert door.versions(tmp_path) == ()
    with pytest.raises(GitFailed):
        door.read(tmp_path, TODAY)


def test_a_hostile_author_is_bounded(tmp_path: Path) -> None:
    long = f"{'A' * 50_000} <{'b' * 3000}@one.test>"
    odd = "Eve \x1b[31m\x1f\x1e <eve@two.test>"
    top = _repository(tmp_path / "r", _commits([(ADA, "2026-01-01"), (long, "2026-01-02"), (odd, "2026-01-03")]))
    history = door.read(top, TODAY)
    assert all(len(row.name) <= 100 and len(row.email) <= 254 for row in history.authors)
    assert {"Ada Example"} < {row.name for row in history.authors}
    shown = str([metric.detail for metric in door.measured(top, TODAY).values()])
    assert "\\x1b" not in shown and "AAAA" not in shown


def test_the_mapping_names_organisations(tmp_path: Path) -> None:
    top = _repository(tmp_path / "r", _commits([(ADA, "2026-01-01"), (CAL, "2026-01-02"), (BEN, "2026-01-03")]))
    plain = dict(door.measured(top, TODAY)["elephant-factor"].detail)
    assert plain == {
        "organisations": 2,
        "no organisation": 0,
        "1st: one.test": 0.667,
        "2nd: one person's domain": 0.333,
    }
    both = door.measured(top, TODAY, {"ONE.test": "  Some\nGroup ", "@two.test": "Some Group"})["elephant-factor"]
    assert dict(both.detail) == {"organisations": 1, "no organisation": 0, "1st: Some Group": 1}


# --- the measures


@pytest.mark.parametrize(
    "counts, factor",
    [
        ((1000, 202, 90, 33, 332, 343, 42, 433), 2),  # the example on the page of CHAOSS
        ((5,), 1),
        ((1, 1), 1),  # half is reached with the first
        ((1, 1, 1), 2),
        ((1,) * 8, 4),
        ((50, 25, 25), 1),
        ((49, 26, 25), 2),
    ],
)
def test_absence_and_elephants(counts: tuple[int, ...], factor: int) -> None:
    found = _measured(_history(*_people(*counts)))
    for key, unit in (("contributor-absence-factor", "people"), ("elephant-factor", "organisations")):
        assert (found[key].value, found[key].unit, found[key].window) == (factor, unit, f"{SINCE} to {TODAY}")
        assert dict(found[key].detail)[unit] == len(counts)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.text("ab", max_size=4), st.integers(0, 9), max_size=7))
def test_half_is_the_fewest_that_there_are(counts: dict[str, int]) -> None:
    total = sum(counts.values())
    sizes = range(len(counts) + 1)
    least = next(
        size
        for size in sizes
        if any(2 * sum(counts[key] for key in some) >= total for some in itertools.combinations(counts, size))
    )
    assert len(half(counts)) == least
    assert half(counts) == half(dict(reversed(counts.items())))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_the_history_changes_nothing(counts: list[int], random: object) -> None:
    people = list(_people(*counts))
    before = _measured(_history(*people))
    random.shuffle(people)  # type: ignore[attr-defined]
    assert _measured(_history(*people)) == before


@pytest.mark.parametrize(
    "authors, people",
    [
        ([("Ada Example", "ada@one.test"), ("Ada  EXAMPLE", "123+ada@users.noreply.github.com")], 1),
        ([("Ada Example", "ada@one.test"), ("ada", "ADA@one.test")], 1),
        ([("root", "root@a.test"), ("root", "root@b.test")], 2),
        ([("Ada Example", "ada@one.test"), ("Ben Example", "ben@one.test")], 2),
    ],
)
def test_one_person_is_counted_once(authors: list[tuple[str, str]], people: int) -> None:
    rows = [Author(name, email, 1, 0, "2026-01-01") for name, email in authors]
    found = _measured(_history(*rows))
    assert dict(found["contributor-absence-factor"].detail)["people"] == people
    assert found["new-contributors"].value == people


@pytest.mark.parametrize(
    "name, email, bot",
    [
        ("dependabot[bot]", "x@one.test", True),
        ("Renovate Bot", "bot@renovateapp.com", True),
        ("some-bot", "x@one.test", True),
        ("GitHub", "noreply@github.com", True),
        ("Somebody", "1+thing[bot]@users.noreply.github.com", True),
        ("Jan Bot", "jan@one.test", False),
        ("Abbot", "abbot@one.test", False),
        ("", "", False),
    ],
)
def test_bots_are_known(name: str, email: str, bot: bool) -> None:
    assert door.tables().is_bot(name, email) is bot


@pytest.mark.parametrize(
    "email, organisation",
    [
        ("a@Example.ORG", "example.org"),
        ("a@lab.mapped.test", "Mapped"),
        ("a@gmail.com", ""),
        ("a@yahoo.co.uk", ""),
        ("a@gmx.de", ""),
        ("a@live.example.org", "live.example.org"),
        ("1+a@users.noreply.github.com", ""),
        ("a@host", ""),
        ("root@box.local", ""),
        ("a@192.0.2.1", ""),
        ("a@exa\x1bmple.org", ""),
        (f"a@{'x.' * 200}org", ""),
        ("", ""),
    ],
)
def test_the_domain_tells_the_organisation(email: str, organisation: str) -> None:
    assert door.tables().public.organisation(email, cleaned({"mapped.test": "Mapped"})) == organisation


def test_a_mapping_may_name_a_public_provider() -> None:
    assert door.tables().public.organisation("a@gmail.com", cleaned({"gmail.com": "Volunteers"})) == "Volunteers"


def test_elephants_need_half_of_the_changes() -> None:
    public = Author("Ben Example", "ben@gmail.com", 6, 0, "2020-01-01")
    few = _measured(_history(Author("Ada Example", "ada@one.test", 5, 0, "2020-01-01"), public))["elephant-factor"]
    assert few.value is None and few.limits.startswith("More than half of the changes")
    same = _measured(_history(Author("Ada Example", "ada@one.test", 6, 0, "2020-01-01"), public))["elephant-factor"]
    assert same.value == 1


def test_nothing_names_a_person() -> None:
    rows = (
        Author("Ada Lovelace", "ada@lovelace.test", 9, 1, "2026-01-01"),
        Author("Ben Example", "ben@shared.test", 1, 1, "2026-01-01"),
        Author("Cal Example", "cal@shared.test", 1, 1, "2026-01-01"),
    )
    told = str(_measured(_history(*rows)))
    assert "ovelace" not in told.lower() and "@" not in told and "Ben" not in told
    assert "2nd: shared.test" in told


def test_releases() -> None:
    tags = (Tag("v1.0.0", "2025-11-28"), Tag("v1.1.0", "2026-01-10"), Tag("v1", "2026-01-10"), Tag("x", "2026-02-01"))
    per_day = {"2025-01-01": 3, "2026-01-10": 1, "2026-01-20": 2, "2026-11-01": 1}
    found = _measured(_history(tags=tags, per_day=per_day))
    assert found["release-frequency"].value == 1
    assert found["time-since-last-release"].value == 322
    assert dict(found["time-since-last-release"].detail) == {health.WAITING: 3, health.WAITS: 312}
    assert found["time-since-last-release"].window == f"2025-11-28 to {TODAY}"
    assert found["time-since-last-commit"].value == 27
    half_a_year = _measured(_history(tags=tags, per_day=per_day, window_days=182, since="2025-12-30"))
    assert half_a_year["release-frequency"].value == 2


def test_what_is_not_there_has_no_value_and_says_why() -> None:
    found = _measured(_history())
    assert {key: metric.value for key, metric in found.items()} == {
        "contributor-absence-factor": None,
        "elephant-factor": None,
        "release-frequency": 0,
        "time-since-last-commit": None,
        "time-since-last-release": None,
        "new-contributors": None,
    }
    assert all(metric.limits.startswith(("There ", "No version")) for metric in found.values() if metric.value is None)


def test_days_of_a_wrong_clock_do_no_harm() -> None:
    found = _measured(_history(per_day={"1970-01-01": 1, "2026-01-01": 1, "2099-01-01": 1}))
    assert found["time-since-last-commit"].value == 0
    assert found["time-since-last-commit"].window == f"2026-01-01 to {TODAY}"


def test_new_contributors() -> None:
    rows = (
        Author("Old Example", "old@a.test", 5, 5, "2020-01-01"),
        Author("Mid Example", "mid@a.test", 1, 1, "2025-01-01"),
        Author("New Example", "new@a.test", 1, 0, "2026-01-01"),
        Author("Gone Example", "gone@a.test", 0, 1, "2020-01-02"),
    )
    found = _measured(_history(*rows))["new-contributors"]
    assert found.value == 1
    assert dict(found.detail) == {
        "people": 3,
        "new in the window before": 1,
        health.OUTSIDE: 2,
        health.OUTSIDE_BEFORE: 2,
    }


# --- versions


@pytest.mark.parametrize(
    "name",
    [
        "1.2.3",
        "v1.2.3",
        "V2.0",
        "1.0.0-rc.1+b.5",
        "2.0rc1",
        "1!2.0",
        "v255",
        "2026.04",
        "2026-04-01",
        "20260401",
        "tool@1.0.0",
        "@scope/tool@1.0.0-beta.2",
        "cmd/v1.4.0",
        "release-1.2",
        "rel/tool-3.1.0",
        "curl-8_0_0",
        "r4.13",
        "LANG_3_0_RC1",
        "5.0.0.Final",
        "tool2-1.0",
        "v0.0.0.post1",
    ],
)
def test_versions_are_known(name: str) -> None:
    assert is_version(name)


@pytest.mark.parametrize(
    "name",
    [
        *("", "latest", "stable", "v", "1.x", "1.2.x", "v.1.2", "before-2.0", "nightly-1.2.3", "backup/2026.04"),
        *("step-2", "x86_64", "build-1.2.3", "a1.2.3b", "1.0-", "version", "1" * 201, "1.2.3 4", "tool@latest"),
        "\uff11.\uff12.\uff13",
    ],
)
def test_other_names_are_no_versions(name: str) -> None:
    assert not is_version(name)


def test_versions_come_newest_first_and_without_names_that_move() -> None:
    tags = [Tag("v1.9.0", "2026-01-01"), Tag("v1.10.0", "2026-01-01"), Tag("v1", "2026-01-01"), Tag("x", "2026-09-09")]
    tags += [
        Tag("v1.10", "2026-01-01"),
        Tag("v2.0.0", "2025-01-01"),
        Tag("v1.8", "2024-01-01"),
        Tag("v1.8.1", "2024-02-01"),
    ]
    names = ["v1.10.0", "v1.9.0", "v2.0.0", "v1.8.1", "v1.8"]
    assert [tag.name for tag in versions(tags)] == names
    assert [tag.name for tag in versions(reversed(tags))] == names


# --- what items make of it


def _metric(
    key: str, value: float | None, detail: Mapping[str, float] | None = None, limits: str = "It is so. And."
) -> Metric:
    row = door.tables().measures[key]
    return Metric(key, row.name, value, row.unit, f"{SINCE} to {TODAY}", limits, tuple((detail or {}).items()))


def test_concentration_is_known_or_not() -> None:
    people = _metric("contributor-absence-factor", 2)
    assert rules.concentration({}).verdict == "unknown"
    none = rules.concentration({people.id: replace(people, value=None, limits="The clone is shallow: x. Low.")})
    assert (none.verdict, none.proofs[0].what) == ("unknown", "The clone is shallow: x.")
    assert "unshallow" in none.next_step
    found = rules.concentration({people.id: people, "elephant-factor": _metric("elephant-factor", 1)})
    assert found.verdict == "pass"
    assert [proof.what for proof in found.proofs] == [
        f"2 people make half of the changes ({SINCE} to {TODAY})",
        "1 organisation makes half of the changes that have an organisation",
    ]
    found = rules.concentration({people.id: people, "elephant-factor": _metric("elephant-factor", None)})
    assert (found.verdict, found.proofs[1].what) == ("pass", "organisations are not known: It is so.")


@pytest.mark.parametrize(
    "now, before, verdict, says",
    [
        (3, 2, "pass", "3 people took part"),
        (2, 2, "pass", "2 people took part"),
        (1, 2, "person", "1 person took part"),
        (0, 0, "person", "0 people took part"),
    ],
)
def test_participation_grows_or_not(now: int, before: int, verdict: str, says: str) -> None:
    detail = {health.OUTSIDE: now, health.OUTSIDE_BEFORE: before}
    found = rules.participation({"new-contributors": _metric("new-contributors", 1, detail)})
    assert found.verdict == verdict and found.proofs[0].what.startswith(says)
    assert (found.needs, bool(found.next_step)) == (("person", True) if verdict == "person" else ("", False))


def test_participation_of_a_young_or_unmeasured_project_is_unknown() -> None:
    young = _measured(_history(Author("Ada Example", "ada@one.test", 5, 0, "2025-01-01")))
    assert rules.participation(young).verdict == "not-applicable"
    assert rules.participation({}).verdict == "unknown"
    assert rules.participation({"new-contributors": _metric("new-contributors", None)}).verdict == "unknown"


@pytest.mark.parametrize(
    "days_of_changes, verdict, says",
    [
        ({"2025-06-01": 1}, "pass", "nothing has changed since"),
        ({"2025-06-01": 1, "2026-11-01": 1}, "pass", "1 change has been waiting since, the oldest for 27 days"),
        ({"2025-11-28": 1}, "pass", "1 change has been waiting since, the oldest for 365 days"),
        ({"2025-11-27": 2, "2026-11-01": 1}, "fail", "3 changes have been waiting since, the oldest for 366 days"),
    ],
)
def test_changes_do_not_wait_for_a_year(days_of_changes: dict[str, int], verdict: str, says: str) -> None:
    tags = (Tag("v1.0.0", "2025-06-01", True, True),)
    found = rules.releases_regular(tags, _measured(_history(per_day=days_of_changes, tags=tags)))
    assert found.verdict == verdict
    assert [proof.what for proof in found.proofs] == ["the newest version is v1.0.0 of 2025-06-01", says]


def test_regular_releases_need_one() -> None:
    found = rules.releases_regular((), {})
    assert (found.verdict, found.needs) == ("not-applicable", "release")
    tags = (Tag("v1.0.0", "2025-06-01"),)
    assert rules.releases_regular(tags, {}).verdict == "unknown"
    assert rules.releases_regular(tags, _measured(_history(tags=tags, cut="It is cut. x"))).verdict == "unknown"
    unsigned = rules.releases_regular(tags, _measured(_history(tags=tags, per_day={"2025-01-01": 1})))
    assert unsigned.proofs[-1].what == "the tag v1.0.0 carries no signature"


def test_the_first_measures_are_shown_and_wait_for_a_person() -> None:
    known = _measured(_history(*_people(3, 2)))
    found = rules.first_measures(known)
    assert (found.verdict, found.needs) == ("person", "person")
    assert found.proofs[0].what == f"Contributor Absence Factor: 1 person ({SINCE} to {TODAY})"
    assert [len(rules.first_measures(some).proofs) for some in (known, {})] == [3, 1]


@pytest.mark.parametrize("name", sorted(rules.RULES))
def test_every_rule_takes_what_was_seen(name: str) -> None:
    empty = rules.RULES[name](Seen(Repository((), {}, {}), facts=None))  # type: ignore[arg-type]
    assert empty.verdict in ("unknown", "person", "not-applicable") and empty.proofs


# --- the data and the document


def test_every_measure_has_its_words() -> None:
    assert list(_measured(_history())) == list(door.tables().measures)
    for row in door.tables().measures.values():
        assert row.source.startswith("https://") and row.over in ("window", "history", "tags")
        assert row.limits and row.definition.endswith(".")
    raw = door.data("health.yml")
    lists = [*raw["bots"].values(), *raw["public_mail"].values()]
    assert all(entry == entry.casefold() for entries in lists for entry in entries)
    assert "Low means" in door.tables().measures["elephant-factor"].limits


def test_the_document_is_what_the_data_says() -> None:
    assert docs_health.document(ROOT) == (ROOT / docs_health.PATH).read_text(encoding="utf-8")
