"""Which files speak for a project, by their path, and what they are written in."""

from __future__ import annotations

import re

MARKDOWN, RST, ASCIIDOC, TEXT, LICENSE, OWNERS, DATA, MANIFEST = (
    *("markdown", "rst", "asciidoc", "text"),
    *("license", "owners", "data", "manifest"),
)
_SPEAKING = (
    r"readme|contribut(?:e|ing|ors?)|security|support|code[_-]of[_-]conduct|governance|maintainers?|authors?|notice"
    r"|changelog|changes|history|news|roadmap|charter|trademarks?|citation|releas(?:e|ing|es)|install|faq|about|cla|dco"
)
_NAMED = re.compile(rf"(?:{_SPEAKING})(?:[._-][\w-]{{1,20}})?(?:\.\w{{1,10}})?", re.IGNORECASE)
_LICENSE = re.compile(r"(?:un)?licen[sc]e(?:[._-][\w.-]{1,40})?|copying(?:[._-][\w.-]{1,40})?", re.IGNORECASE)
_FORGE = re.compile(r"(?:\.github|\.gitlab|\.forgejo|\.gitea|docs?)/([^/]+)", re.IGNORECASE)
# Forms, which are there to be filled in by others.
_FORMS = re.compile(r"(?:^|/)(?:[\w-]*template[\w-]*|funding)(?:\.\w+)?(?:/|$)", re.IGNORECASE)
_DATA = {"citation.cff", "codemeta.json", "publiccode.yml", "code.json", ".zenodo.json", "security-insights.yml"}
_MANIFESTS = {"pyproject.toml", "package.json", "cargo.toml", "setup.cfg", "composer.json", "setup.py", "pubspec.yaml"}
_FORMS_OF = {"md": MARKDOWN, "markdown": MARKDOWN, "rst": RST, "adoc": ASCIIDOC, "asciidoc": ASCIIDOC, "txt": TEXT}


def form(path: str) -> str:
    """Return what a document of the project is written in, or '' where the file is none that speaks for it.

    Those are what lies at the top and is Markdown or named like such a document, what is so named in the folders for
    forges and documentation, metadata, code owners, and manifests.
    """
    at_top = "/" not in path
    match = _FORGE.fullmatch(path)
    if _FORMS.search(path) or not (at_top or match):
        return ""
    name = path.rpartition("/")[2].lower()
    if name == "codeowners":
        return OWNERS
    if name in _DATA:
        return DATA
    if at_top and name in _MANIFESTS:
        return MANIFEST
    if at_top and _LICENSE.fullmatch(name):
        return LICENSE
    found = language(path)
    named = bool(_NAMED.fullmatch(name))
    return found if named or (at_top and found in (MARKDOWN, RST, ASCIIDOC)) else ""


def language(path: str) -> str:
    """Return the markup of a file by its name; a README without an extension is Markdown; '' for what is no text."""
    name = path.rpartition("/")[2].lower()
    if "." not in name:
        return MARKDOWN if _NAMED.fullmatch(name) else ""
    return _FORMS_OF.get(name.rpartition(".")[2], "")


def is_markdown(path: str) -> bool:
    """Whether a file is Markdown by its extension."""
    return path.lower().endswith((".md", ".markdown"))


def is_document(path: str) -> bool:
    """Whether a file is prose by its name, wherever it lies."""
    return bool(language(path)) or bool(_LICENSE.fullmatch(path.rpartition("/")[2]))
