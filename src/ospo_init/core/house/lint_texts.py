"""Rules of `house lint` about texts: placeholders, templates, licence texts, and marks that somebody forgot."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from jinja2 import TemplateSyntaxError, meta

from ospo_init.core.expressions import environment
from ospo_init.core.house.filling import form_of, found_in, unquoted
from ospo_init.core.house.licensing import named
from ospo_init.core.house.looking import Look
from ospo_init.core.house.placing import SUFFIX, decoded
from ospo_init.core.house.problems import Problem, unknown
from ospo_init.core.inferring.repository import Repository
from ospo_init.core.licensing.identity import license_files
from ospo_init.core.scanning.placeholders import placeholders as left_over
from ospo_init.core.trees import File

Found = Iterator[Problem]
# The answer that says which text a document of the base is.
_ANSWERED = {"CODE_OF_CONDUCT.md": "code_of_conduct", "GOVERNANCE.md": "governance_model"}
_ALWAYS = {"layer", "_copier_conf", "_copier_answers", "_copier_operation", "_src_path", "_commit", "kept"}


def texts_of(look: Look) -> dict[str, File]:
    """Return the house's texts that reach a project, by their path in the house's folder."""
    source = look.source
    blocks = {path: file for path, file in source.texts.items() if path.startswith(("blocks/", "licenses/"))}
    return {**{f"overlay/{path}": file for path, file in source.overlay.items()}, **source.fragments, **blocks}


def placeholders(look: Look) -> Found:
    """Yield what is wrong with `placeholders`: no such answer, never used, or where an answer would become code."""
    known = look.source.house.placeholders
    used: set[str] = set()
    for mark, key in known.items():
        if key not in look.bank.asked:
            yield look.unknown(("placeholders", mark), key, "question", look.bank.asked)
    for path, file in texts_of(look).items():
        text = decoded(file.data)
        if text is None and (not path.startswith("overlay/") or any(mark.encode() in file.data for mark in known)):
            yield Problem(path, "it is not UTF-8 text, so nothing in it can be filled in", "Save it as UTF-8.")
        if text is None or path.endswith(SUFFIX):
            continue
        found = found_in(text, known)
        used |= {mark for _, mark in found}
        form = form_of(_form_path(look, path))
        for line, mark in found if form is None else []:
            what = f"{mark!r} stands in a file that may be run, where an answer is never put"
            yield Problem(f"{path}:{line}", what, "Make the file a template (.jinja) that quotes it, or reword it.")
        for line, mark in unquoted(text, known) if form and form.quoted else []:
            yield Problem(f"{path}:{line}", f"{mark!r} does not stand in double quotes", f'Write it as "{mark}".')
    for mark in known:
        if mark not in used:
            yield look.warning(("placeholders", mark), f"{mark!r} stands in no text", "Take it out, or correct it.")


def _form_path(look: Look, path: str) -> str:
    """Return the path that says which format a text has: of a block that is the file that it stands in."""
    for target, rule in look.source.house.files.items():
        if rule.block and rule.block.text == path:
            return target
    return path


def forgotten(look: Look) -> Found:
    """Yield what reads like a placeholder in a text that is shipped as it is."""
    known = look.source.house.placeholders
    for path, file in texts_of(look).items():
        text = decoded(file.data)
        if text is None or path.startswith("licenses/"):
            continue
        name = path.partition("/")[2].removesuffix(SUFFIX)
        for line, said in left_over(name, text):
            mark = said.partition(": ")[2].strip('"')
            if not any(one in mark or mark in one for one in known) and not (path.endswith(SUFFIX) and "{" in mark):
                what = f"{mark!r} reads like a placeholder that nobody fills in"
                yield Problem(f"{path}:{line}", what, "Name it under placeholders, or reword it.", warning=True)


def templates(look: Look) -> Found:
    """Yield where a .jinja file cannot be read, or names what is no answer."""
    files = {**look.parent.files}
    env = environment(files, {"trim_blocks": True, "lstrip_blocks": True}, str)
    for path, file in texts_of(look).items():
        if not path.endswith(SUFFIX):
            continue
        try:
            tree = env.parse(file.data.decode("utf-8"))
        except TemplateSyntaxError as error:
            yield Problem(f"{path}:{error.lineno}", f"this is not Jinja: {error.message}", "Correct that line.")
            continue
        except UnicodeDecodeError:
            yield Problem(path, "it is not UTF-8 text", "Save it as UTF-8, or take .jinja off its name.")
            continue
        for name in sorted(meta.find_undeclared_variables(tree) - _ALWAYS - set(look.bank.asked)):
            yield unknown(f"{path}:{_line_of(file, name)}", name, "answer", list(look.bank.asked))
        for wanted in sorted(one for one in meta.find_referenced_templates(tree) if one):
            if wanted not in files:
                yield unknown(f"{path}:{_line_of(file, wanted)}", wanted, "file of the template", list(files))


def _line_of(file: File, word: str) -> int:
    text = file.data.decode("utf-8", "replace")
    found = re.search(rf"\b{re.escape(word)}", text)
    return text.count("\n", 0, found.start()) + 1 if found else 1


def replaced(look: Look) -> Found:
    """Yield documents of the house's own beside a question that still offers, and records, another text."""
    own = {path.removesuffix(SUFFIX) for path in look.source.overlay}
    for path, key in _ANSWERED.items():
        answer = look.source.house.answers.get(key)
        if path in own and key in look.bank.asked and not (answer and (answer.add or answer.hide)):
            what = f"overlay/{path} is the house's own text, and projects still record one of those that {key} offers"
            then = f"Give it a value: answers.{key}: {{add: {{ours: Our own}}, lock: ours}}."
            yield Problem(f"overlay/{path}", what, then, warning=True)


def license_texts(look: Look) -> Found:
    """Yield where a licence file of the overlay is the text of a licence not allowed here, or one with changes."""
    names = {path.removesuffix(SUFFIX): file for path, file in look.source.overlay.items()}
    texts = {path: decoded(file.data) or "" for path, file in names.items() if is_license(path)}
    if not texts:
        return
    rows = look.source.house.licenses
    wanted = [one for one in named(rows) if one not in rows.forbid]
    repository = Repository(paths=tuple(texts), texts=texts, licenses={**look.world.texts(), **_own(look)})
    for row in license_files(repository):
        place = f"overlay/{row.path}"
        if row.how == "whole" and wanted and not set(row.ids) & set(wanted):
            what = f"it is the text of {row.name}, and house.yml names {', '.join(wanted[:5])}"
            yield Problem(place, what, "Allow that licence, or ship another text.")
        if row.how in ("changed", "inside"):
            what = (
                f"it is near to {row.name} and not its text"
                if row.how == "changed"
                else f"it holds {row.name} and more"
            )
            then = "Ship the text word for word, and put an addendum beside it: a block in NOTICE or README."
            yield Problem(place, what, then, warning=True)


def _own(look: Look) -> Mapping[str, str]:
    texts, own = look.source.texts, look.source.house.licenses.own.items()
    return {name: texts[row.text].data.decode("utf-8", "replace") for name, row in own if row.text in texts}


def is_license(path: str) -> bool:
    """Whether a file of the overlay is the place of a licence's text."""
    return bool(re.fullmatch(r"(LICENSE|LICENCE|COPYING|UNLICENSE)([.-][\w.-]+)?", path, re.IGNORECASE))


RULES = (placeholders, forgotten, templates, replaced, license_texts)
