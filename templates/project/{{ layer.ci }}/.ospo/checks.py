"""Checks of this repository that need only git and Python 3.9 or later.

    python3 .ospo/checks.py                           conflict markers, and placeholders that nobody filled in
    python3 .ospo/checks.py dco BASE..HEAD [BRANCH]   commits without a sign-off (Developer Certificate of Origin)

A finding is one line, `path:line: message`. Exit status: 0 nothing found, 1 findings, 2 the check could not run.

Placeholders are looked for in governance and metadata files alone, outside code. What somebody gave as an answer
(.copier-answers.yml) or escaped with a backslash is text. A file that has to show conflict markers can be given
another `conflict-marker-size` in .gitattributes.

A commit is signed off by a line `Signed-off-by: Name <address>` with the address of its author or committer; merges
need none. With BRANCH the range is a push to that branch: then any address counts, for a forge that squashes or
rebases may have changed the author's, and if BASE is no commit (new branch, forced push), the range is what no
other branch has.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

PLACES = r"(?:\.(?:github|gitlab|forgejo)/)?"
DOCUMENTS = re.compile(
    PLACES + r"(?:readme|contributing|code_of_conduct|security|support|governance|maintainers|changelog|citation|notice"
    r"|security-insights|codeowners|trademarks|charter|steering-committee|roadmap)(?:\.\w+)?",
    re.IGNORECASE,
)
# People fill these in each time, so only what a template engine left behind is wrong in them.
FORMS = re.compile(PLACES + r"(?:issue|pull_request|merge_request)_templates?\b.*", re.IGNORECASE)

LEFT_BEHIND = [r"(?<![\\$])\{\{[-~ ]*\w[^{}]*\}\}", r"(?<!\\)\{%.+?%\}", r"(?i:populated by an initial template)"]
WHO = r"project|repo(?:sitory)?|organi[sz]ation|company|maintainer|author|owner|contact|security|e-?mail"
WHAT = r"name|title|slug|url|handle|method|contact|e-?mail|address"
BLANK = (  # between brackets, in any case: insert contact method, your-name, project title, name of copyright owner
    rf"(?i:(?:insert|your|replace|fill[ _-]in)[ _-][^][<>{{}}()@:/=\"]{{1,60}}"
    rf"|(?:todo|tbd|fixme|xxx)(?:: *[^][<>{{}}]*)?|(?:{WHO})[ _-]?(?:{WHAT})|name of [\w ]+|fullname|yyyy)"
)
NOTE = r"(?:TODO|TBD|FIXME|XXX)"
UNFILLED = [
    rf"(?<![\\\w])<{BLANK}>",
    rf"(?<![\\\w])\[{BLANK}\](?![(\[:])",  # not a link
    rf"(?<![\\\w$/{{])\{{{BLANK}\}}(?!\}})",  # not part of a path
    r"(?<![\\\w])\*(?i:insert (?:your|the|an?|name|text|link|here))\b[^*]*\*",
    r"(?<![\\\w])_(?i:project|your)[ _-]?(?i:name)_(?!\w)",
    r"(?<!\w)__(?:PROJECT|YOUR|INSERT|REPLACE)\w*__(?!\w)",
    r"(?<![\w-])(?:INSERT|YOUR)_[A-Z][A-Z_]*\b",
    r"(?<!\w)@your[-_]?(?:org|team|user|name)\w*",
    r"\b20[xX]{2}\b",
    r"(?i:copyright\b.*?\byyyy\b|\b(?:x\.y\.z|\d+\.\d+\.\d+)\W{1,5}yyyy-mm-dd\b)",
    rf"^[\w-]+: *[\"']?(?:{NOTE}|(?i:yyyy-mm-dd))[\"']?$",
    rf"^[\s>*+-]*(?:<!-- *)?{NOTE}\b(?:\(\w+\))?(?::|\s*(?:-->|$))",
]
FENCE = re.compile(r"[ >*+\d.)-]*(`{3,}(?!.*`)|~{3,})(.*)")
CODE = re.compile(r"(?<![\\`])(`+)(?!`).*?(?<!`)\1(?!`)")

# Dependabot signs off with another address than it commits under. Other bots have to sign off as people do.
SIGNS_AS = {"49699333+dependabot[bot]@users.noreply.github.com": "support@github.com"}


class Problem(Exception):
    """The check cannot run; the text says why."""


def git(*arguments):
    """Return what git prints."""
    done = subprocess.run(["git", *arguments], capture_output=True, check=False)
    if done.returncode:
        raise Problem(os.fsdecode(done.stderr).strip() or f"git {arguments[0]} failed")
    return os.fsdecode(done.stdout)


def conflicts(path, lines):
    """Yield where a conflict begins that also ends."""
    size = git("check-attr", "-z", "conflict-marker-size", "--", path).split("\0")[2]
    size = int(size) if size.isdigit() else 7
    start = 0
    for number, line in enumerate(lines, 1):
        if line.startswith("<" * size + " "):
            start = number
        elif start and line.startswith(">" * size + " "):
            yield start, "conflict marker; resolve the conflict"
            start = 0


def outside_code(lines):
    """Yield the lines of Markdown, those of code empty."""
    fence = ""
    for line in lines:
        match = FENCE.match(line)
        mark, info = match.groups() if match else ("", "")
        if fence:
            fence = "" if mark.startswith(fence) and not info.strip() else fence
            yield ""
        elif mark or line.startswith(("    ", "\t")):
            fence = mark
            yield ""
        else:
            yield CODE.sub("", line)


def squeezed(text):
    """Return the text without what quoting and folding in YAML add."""
    return re.sub(r"\\[nrt]|[\s'\"\\]", "", text)


def placeholders(path, lines, answers):
    """Yield each placeholder that is neither code nor a link nor somebody's answer."""
    pattern = re.compile("|".join(LEFT_BEHIND + ([] if FORMS.fullmatch(path) else UNFILLED)))
    targets = {target.lower() for line in lines for target in re.findall(r"^ {0,3}\[([^]]+)\]:", line)}
    for number, line in enumerate(outside_code(lines) if path.lower().endswith(".md") else lines, 1):
        for match in pattern.finditer(line):
            found = match.group().lstrip(" \t>*+-")
            if found.strip("[]").lower() not in targets and squeezed(found) not in answers:
                yield number, f"placeholder that nobody filled in: {found}"


def leftovers():
    """Yield what must not be in a tracked file."""
    os.chdir(git("rev-parse", "--show-toplevel").rstrip("\n"))
    record = Path(".copier-answers.yml")
    answers = squeezed(record.read_text("utf-8", "replace")) if record.is_file() else ""
    for path in sorted(set(git("ls-files", "-z").split("\0")) - {""}):
        if Path(path).is_symlink() or not Path(path).is_file():
            continue
        data = Path(path).read_bytes()
        conflicting, document = b"<<<<<<< " in data, DOCUMENTS.fullmatch(path) or FORMS.fullmatch(path)
        if b"\0" in data[:8000] or not (conflicting or document):
            continue
        lines = [line.rstrip("\r") for line in data.decode("utf-8", "replace").split("\n")]
        found = list(conflicts(path, lines)) if conflicting else []
        found += placeholders(path, lines, answers) if document else []
        yield from (f"{path}:{number}: {message}" for number, message in sorted(found))


def unsigned(span, branch=""):
    """Yield the commits of the range that nobody signed off."""
    if git("rev-parse", "--is-shallow-repository").strip() != "false":
        raise Problem("this clone is shallow; fetch the whole history first (git fetch --unshallow)")
    base, _, head = span.partition("..")
    exists = ["git", "cat-file", "-e", f"{base}^{{commit}}"]
    if subprocess.run(exists, stderr=subprocess.DEVNULL, check=False).returncode == 0:
        known = [base]
    elif branch:
        known = [f"--exclude=origin/{branch}", "--exclude=origin/HEAD", "--remotes=origin"]
    elif not base.strip("0"):
        known = []
    else:
        raise Problem(f"there is no commit {base} in this clone; fetch it first")
    options = ["-z", "--no-merges", "--encoding=UTF-8", "--format=%h%x00%ae%x00%ce%x00%s%x00%B"]
    fields = iter(git("log", *options, head or "HEAD", "--not", *known, "--").split("\0"))
    for commit, author, committer, subject, message in zip(fields, fields, fields, fields, fields):
        signed = {mail.lower() for mail in re.findall(r"(?mi)^Signed-off-by: *\S.*<([^<>\s]+)>\s*$", message)}
        people = {mail.lower() for mail in (author, committer, SIGNS_AS.get(author, author))}
        if not signed or not (branch or signed & people):
            yield f"{commit}: no line “Signed-off-by: Name <{author}>” in: {subject}"


def main(arguments):
    """Print the findings; return the exit status."""
    sys.stdout.reconfigure(errors="backslashreplace")
    if arguments and not (arguments[0] == "dco" and len(arguments) in (2, 3) and ".." in arguments[1]):
        print(__doc__, file=sys.stderr)
        return 2
    status = 0
    try:
        for finding in unsigned(*arguments[1:]) if arguments else leftovers():
            print("".join(character if character.isprintable() else "?" for character in finding))
            status = 1
    except (Problem, OSError) as problem:
        print(f"checks: {problem}", file=sys.stderr)
        return 2
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
