"""What becomes of each file of a template repository: carried over as it is, left to the base, or left aside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping

from ospo_init.core.house.proposing_engines import judged
from ospo_init.core.house.proposing_model import Base, Decided, Fate, Material, Said, Tables, Undecided, text_of
from ospo_init.core.trees import LINK, File, check_path
from ospo_init.errors import TemplateError

_REFUSED = '|":<>?*\\'  # characters that some file systems refuse; composing does too
_FORGES = (".gitlab/", ".gitlab-ci.yml", ".forgejo/", ".gitea/")
_LINKED = (
    "README.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "SUPPORT.md",
    "GOVERNANCE.md",
    "MAINTAINERS.md",
    "CHANGELOG.md",
)
_COMMENT = re.compile(r"^\s*#.*$", re.MULTILINE)
_OWNER = re.compile(r"@[\w.-]+(?:/[\w.-]+)?|[\w.+-]+@[\w-]+\.[\w.]+")
_STAND_IN = re.compile(r"@?(?:your|my|owner|org|octo|doctocat|global-owner|user)", re.IGNORECASE)


def files(material: Material, told: Mapping[str, Fate], base: Base, tables: Tables) -> Iterator[Said]:
    """Yield what becomes of each file of which nothing is `told` yet."""
    for path, why in material.unread.items():
        yield Fate(path, "aside", why)
        yield Undecided(
            "files", path, (path,), f"It was not read: {why}. Put what a project needs of it into overlay/."
        )
    folded: dict[str, str] = {}
    for path, file in material.files.items():
        if path in told:
            continue
        fate = _fate(path, file, material, base, tables)
        twin = folded.setdefault(_folded(fate.to), path) if fate.to else path
        if twin != path:
            fate = Fate(path, "aside", f"on many disks it is the same file as {twin}")
        yield fate
        if fate.what == "aside" and not _is_left(path, tables):
            yield Undecided("files", path, (path,), f"It was left aside: {fate.why}.")
        elif fate.to and text_of(file) is None and b"\0" not in file.data:
            yield Undecided("files", path, (path,), "It is not in UTF-8: it is carried over, and was not looked into.")


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()


def _fate(path: str, file: File, material: Material, base: Base, tables: Tables) -> Fate:
    text = text_of(file)
    why = _is_left(path, tables) or ("it is a link" if file.mode == LINK else "")
    if why:
        return Fate(path, "aside", why)
    if path.rpartition("/")[2] == "CODEOWNERS" and text is not None and not owners(text):
        return Fate(path, "base", "it names nobody yet; the base writes it of the maintainers")
    said = judged(path, text or "", material, base.keys)
    if isinstance(said, Fate):
        return said
    if why := _unfit(path):
        return Fate(path, "aside", why)
    how = "as the old tool writes it, without its marks for literal text" if path in material.rests else "as it is"
    return Fate(path, "overlay", how, f"overlay/{path}")


def _unfit(path: str) -> str:
    """Return why a path cannot be that of a file in a house, or ''."""
    if any(mark in path for mark in _REFUSED):
        return "its name holds a character that some file systems refuse"
    if path.endswith(".jinja"):
        return "its name ends as a template's, and it is none"
    try:
        path.encode("utf-8")
        check_path(path)
    except (TemplateError, UnicodeEncodeError):
        return "its name is one that no template may write"
    return ""


def _is_left(path: str, tables: Tables) -> str:
    """Return why no project needs the file, or ''."""
    return next((why for patterns, why in tables.leave if any(_matches(path, one) for one in patterns)), "")


def _matches(path: str, pattern: str) -> bool:
    """Whether a pattern names the path: a folder ends in /, and one without another / is looked for anywhere."""
    expression = re.escape(pattern.rstrip("/")).replace(r"\*", "[^/]*") + ("/.*" if pattern.endswith("/") else "")
    return bool(re.fullmatch(expression if "/" in pattern.rstrip("/") else f"(?:.*/)?{expression}", path))


def owners(text: str) -> list[str]:
    """Return the accounts and addresses that a list of code owners names, those left out that stand for none."""
    return [name for name in _OWNER.findall(_COMMENT.sub("", text)) if not _STAND_IN.match(name) and "<" not in name]


def excluded(material: Material, fates: Collection[Fate], base: Base) -> Iterator[Decided | Undecided]:
    """Yield the files of the base whose purpose one of the repository's own serves in another place."""
    kept = {fate.path for fate in fates if fate.to.startswith("overlay/")}
    made = {fate.to.removeprefix("overlay/").removesuffix(".jinja") for fate in fates if fate.to}
    here = tuple(mark for mark in _FORGES if any(path.startswith(mark) for path in material.files))
    for path, own in base.instead.items():
        elsewhere = path.startswith(_FORGES) and not path.startswith(here or ("\0",))
        if own in kept and path not in made and not elsewhere and own not in base.paths:
            yield Decided(("files", path), {"exclude": True}, f"{own} is there instead")
            if path in _LINKED:
                then = f"Other documents of the base link to {path}. Call yours so, or look where `house test` says."
                yield Undecided("files", own, (own,), then)


def besides(base: Base, fates: Collection[Fate], named: Collection[str]) -> list[Undecided]:
    """Return what the base may make besides, of which the repository has nothing."""
    made = {fate.to.removeprefix("overlay/").removesuffix(".jinja") for fate in fates if fate.to}
    made |= {fate.path for fate in fates if fate.what == "base"} | set(named) | set(base.instead)
    rest = tuple(path for path in base.paths if path not in made and not path.startswith((*_FORGES, ".ospo/")))
    then = "They are made too, as far as the answers call for them. One that you do not want: PATH: {exclude: true}"
    return [Undecided("files", f"{len(rest)} files of {base.extends} of which your repository has none", rest, then)]
