"""A report for a terminal: by stage, blocking first, at most one screen where nothing is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from ospo_init.core.checking.report import Report, Result
from ospo_init.core.columns import Line, cut, wrap
from ospo_init.core.reporting import words
from ospo_init.core.reporting.words import label, one_line

SCREEN = 23  # lines: a terminal has 24, and the prompt takes one
_PROOFS = 3  # of one item, unless all are asked for
_HEALTH = 2  # lines of measures, unless all are asked for

Waiting = Callable[[Sequence[Result], int], list[Line]]


def render(report: Report) -> str:
    """Return the short report as plain text, 80 columns wide."""
    return "".join(f"{text}\n" for _, text in lines(report, 80, verbose=False))


def lines(report: Report, columns: int, verbose: bool) -> tuple[Line, ...]:
    """Return what people read: the fullest form that fits a screen; with `verbose`, every item with its evidence.

    What fails, what could not be looked at and what is waived is always told in full; what waits for somebody is
    told by titles, by ids, or counted.
    """
    if verbose:
        return tuple(_page(report, columns, _Form(_steps, verbose=True)))
    pages = [_page(report, columns, form) for form in _FORMS]
    return tuple(next((page for page in pages if len(page) <= SCREEN), pages[_LONG]))


class _Form:
    """How much is told: how what waits is told, whether stages stand apart, and whether everything is shown."""

    def __init__(self, waiting: Waiting, apart: bool = True, verbose: bool = False) -> None:
        self.waiting, self.apart, self.verbose = waiting, apart, verbose


def _page(report: Report, columns: int, form: _Form) -> list[Line]:
    told = _head(report, columns)
    for name, rows in _parts(report, form).items():
        told += _part(report, name, rows, columns, form)
    told += _waived(report, columns)
    told += _health(report, columns, form.verbose)
    if form.verbose:
        for scan, by in report.scanners:
            told += _wrapped("dim", f"Scan for {label(scan)}: by {label(by) or 'nothing'}", columns, "  ")
    elif report.results:
        told += _wrapped("dim", "--verbose shows every item, with its evidence.", columns)
    return told


def _head(report: Report, columns: int) -> list[Line]:
    about = [f"stage {label(report.stage)}"] if report.stage else []
    about += [f"gate {label(report.gate)}"] if report.gate and not report.standard else []
    about += [label(report.today)] if report.today else []
    about += [f"commit {label(report.head)[:12]}"] if report.head else []
    told = _wrapped("title", f"{one_line(report.name, 60) or 'This repository'}: {', '.join(about)}", columns, "  ")
    told += _wrapped(words.tone(report), words.answer(report), columns, "  ")
    for name, said in report.levels:
        told += _wrapped("", f"  {label(name)}: {one_line(said)}", columns, "    ")
    if report.results and not report.standard:
        told += _wrapped("dim", _counted(report), columns, "  ")
    for note in report.notes:
        told += _wrapped("mark", one_line(note), columns, "  ")
    return told


def _counted(report: Report) -> str:
    declared = sum(row.verdict == "pass" and row.is_declared for row in report.results)
    said = f"; {declared} of those that pass {'is' if declared == 1 else 'are'} only declared" if declared else ""
    return f"Of {len(report.results)}: {words.tally(report.results)}{said}."


def _parts(report: Report, form: _Form) -> dict[str, tuple[Result, ...]]:
    """Return the rows to be told, by stage; of a standard, by its own groups."""
    rows = words.sorted_rows(row for row in report.results if form.verbose or row.is_open)
    if report.standard:
        return words.grouped(sorted(rows, key=lambda row: row.group), lambda row: row.group if form.apart else "")
    by_stage = sorted(rows, key=lambda row: words.stage_rank(row.stage))
    return words.grouped(by_stage if form.apart else rows, lambda row: f"stage {row.stage}" if form.apart else "")


def _part(report: Report, name: str, rows: Sequence[Result], columns: int, form: _Form) -> list[Line]:
    head = label(name) or ("Open" if not form.verbose else "Items")
    told = _wrapped("title", f"{head[0].upper()}{head[1:]}: {words.tally(rows)}", columns, "  ")
    for row in rows:
        if row.verdict in ("fail", "unknown"):
            told += _found(row, columns, form.verbose)
    told += form.waiting([row for row in rows if row.verdict == "person"], columns)
    if form.verbose:
        for row in rows:
            if row.verdict in ("pass", "not-applicable", "waived"):
                told += _closed(row, columns)
    return told


def _found(row: Result, columns: int, verbose: bool) -> list[Line]:
    """Return an item that fails or could not be looked at: evidence, and the one next step."""
    mark = "blocking" if row.blocks else label(row.severity)
    style, word = ("bad", "FAIL") if row.verdict == "fail" else ("mark", "UNKNOWN")
    about = ", ".join(filter(None, (label(row.owner), mark)))
    told = _wrapped(style, f"  {word} {_named(row)}{f' ({about})' if about else ''}", columns, "    ")
    shown = row.proofs if verbose else row.proofs[:_PROOFS]
    for proof in shown:
        told += _wrapped("", f"    {words.evidence(proof)}", columns, "      ")
    if len(row.proofs) > len(shown):
        told.append(("dim", cut(f"    and {len(row.proofs) - len(shown)} more", columns)))
    if row.waiver:
        told += _wrapped("mark", f"    {words.said_of_waiver(row)}", columns, "      ")
    if row.next_step and row.next_step not in {proof.what for proof in shown}:
        told += _wrapped("", f"    Next: {one_line(row.next_step)}", columns, "      ")
    return told


def _closed(row: Result, columns: int) -> list[Line]:
    told = _wrapped("", f"  {_named(row)}: {words.verdict(row)}", columns, "    ")
    for proof in row.proofs:
        told += _wrapped("dim", f"    {words.evidence(proof)}", columns, "      ")
    return told


def _waived(report: Report, columns: int) -> list[Line]:
    rows = [row for row in report.results if row.verdict == "waived"]
    told: list[Line] = [("title", cut(f"Waived: {len(rows)}", columns))] if rows else []
    for row in rows:
        text = words.waiver(row.waiver) if row.waiver else "by a waiver that cannot be shown"
        told += _wrapped("mark", f"  {_named(row)}: {text}", columns, "    ")
    return told


def _health(report: Report, columns: int, verbose: bool) -> list[Line]:
    if not report.health:
        return []
    if verbose:
        told = _wrapped("title", "Health, from git alone", columns)
        for metric in report.health:
            said = f"  {one_line(metric.name)}: {words.measured(metric)} ({one_line(metric.window)})"
            told += _wrapped("", said, columns, "    ")
            told += _wrapped("dim", f"    {one_line(metric.limits)}", columns, "    ") if metric.limits else []
        return told
    each = "; ".join(f"{one_line(metric.name)} {words.measured(metric)}" for metric in report.health)
    wrapped = wrap(f"Health: {each}", columns, "  ")
    if len(wrapped) > _HEALTH:
        wrapped = [*wrapped[: _HEALTH - 1], cut(f"{wrapped[_HEALTH - 1]} …", columns)]
    return [("dim", text) for text in wrapped]


def _split(rows: Iterable[Result]) -> list[tuple[str, tuple[Result, ...]]]:
    """Return what waits, by owner, and the settings of the forge after that."""
    rows = tuple(rows)
    people = words.owners([row for row in rows if row.needs != "setting"])
    settings = tuple(row for row in rows if row.needs == "setting")
    return [*people.items(), *([("settings at the forge", settings)] if settings else [])]


def _titles(rows: Sequence[Result], columns: int) -> list[Line]:
    told: list[Line] = []
    for owner, own in _split(rows):
        told.append(("mark", cut(f"  {owner} ({len(own)})", columns)))
        for row in own:
            whose = f" ({label(row.owner)})" if row.needs == "setting" and row.owner else ""
            told += _wrapped("", f"    {_named(row)}{whose}", columns, "      ")
    return told


def _steps(rows: Sequence[Result], columns: int) -> list[Line]:
    told: list[Line] = []
    for owner, own in _split(rows):
        told.append(("mark", cut(f"  {owner} ({len(own)})", columns)))
        for row in own:
            mark = "blocking" if row.blocks else label(row.severity)
            whose = f"{label(row.owner)}, " if row.needs == "setting" and row.owner else ""
            told += _wrapped("", f"    {_named(row)} ({whose}{mark})", columns, "      ")
            for proof in row.proofs:
                told += _wrapped("dim", f"      {words.evidence(proof)}", columns, "        ")
            if row.waiver:
                told += _wrapped("mark", f"      {words.said_of_waiver(row)}", columns, "        ")
            if row.next_step:
                told += _wrapped("", f"      Next: {one_line(row.next_step)}", columns, "        ")
    return told


def _ids(rows: Sequence[Result], columns: int) -> list[Line]:
    told: list[Line] = []
    for owner, own in _split(rows):
        blocking = " ".join(label(row.id) for row in own if row.blocks)
        others = " ".join(label(row.id) for row in own if not row.blocks)
        said = "; not blocking: ".join(filter(None, (blocking, others))) if blocking else f"not blocking: {others}"
        told += _wrapped("", f"  {owner} ({len(own)}): {said}", columns, "    ")
    return told


def _counts(rows: Sequence[Result], columns: int) -> list[Line]:
    each = ", ".join(f"{owner} {len(own)}" for owner, own in _split(rows))
    return _wrapped("", f"  {each}", columns, "    ") if each else []


def _named(row: Result) -> str:
    return f"{label(row.id)} {one_line(row.title)}"


def _wrapped(style: str, text: str, columns: int, indent: str = "") -> list[Line]:
    """Return `text` broken at words; its own leading spaces are kept."""
    stripped = text.lstrip(" ")
    lead = text[: len(text) - len(stripped)]
    room = max(20, columns)
    folded = wrap(stripped, room - len(lead), indent[len(lead) :])
    return [(style, lead + line) for line in folded]


_FORMS = (_Form(_titles), _Form(_ids), _Form(_ids, apart=False), _Form(_counts, apart=False))
_LONG = 1  # the form where no form fits, because something fails
