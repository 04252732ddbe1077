"""Answers to a foreign template's questions: what is different from ours in how Copier arrives at them.

Copier shows a question's expressions all that was given, and some variables of its own; it casts more strictly; it
reads a list given as text item by item; it checks what was given for a hidden question, and no default of a secret one.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any

from jinja2 import StrictUndefined, UndefinedError

from ospo_init.core.answers import Answer, Choice, Resolver
from ospo_init.core.bank import MISSING, Question
from ospo_init.edges import yamls

_SYSTEMS = {"linux": "linux", "darwin": "macos", "win32": "windows"}


class Unset(UndefinedError):
    """A default says that there is none, with Copier's variable UNSET."""


class CopierResolver(Resolver):
    """Walks the questions as Copier does."""

    def _at_first(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was given: all questions know it, as it was typed."""
        return dict(given)

    def _disabled(self, validator: str, value: Any, values: Mapping[str, Any]) -> str:
        """Return what the validator says, as it is written."""
        return str(self._text(validator, values))

    def _answer(
        self, question: Question, values: Mapping[str, Any], given: Mapping[str, Any], machine: Mapping[str, Any]
    ) -> Answer:
        row = super()._answer(question, values, given, machine)
        if not row.problem or not question.help:
            return row
        silent = super()._answer(replace(question, help=""), values, given, machine)
        return row if silent.problem else replace(silent, question=question)  # only its help cannot be worked out

    def _settle(self, row: Answer, raw: Any, values: Mapping[str, Any]) -> Answer:
        question = row.question
        if row.source == "computed" and question.key in values:
            settled = super()._settle(replace(row, source="given"), raw, values)
            return replace(settled, source="computed")
        if row.source == "default" and question.secret:
            return super()._settle(replace(row, question=replace(question, validator="")), raw, values)
        return super()._settle(row, raw, values)

    def _cast_all(self, question: Question, raw: Any, choices: tuple[Choice, ...]) -> Any:
        if question.multiselect and isinstance(raw, str):
            raw = list_items(raw)
        return super()._cast_all(question, raw, choices)

    def cast(self, type_name: str, raw: Any) -> Any:
        """Return `raw` in the question's type; raise ValueError with what is wrong."""
        if type_name == "json" and isinstance(raw, str):
            return json.loads(raw)
        if type_name == "bool" and raw is None:
            raise ValueError("must be yes or no, not nothing")
        return super().cast(type_name, raw)

    def _text(self, raw: Any, values: Mapping[str, Any]) -> Any:
        if isinstance(raw, list):
            return [self._text(item, values) for item in raw]
        if not isinstance(raw, str):
            return raw
        try:
            return self.env.from_string(raw).render(values)
        except Unset:
            return MISSING


def read_yaml(text: str) -> Any:
    """Return the YAML in an answer; raise ValueError where it is none."""
    try:
        return yamls.load(text)
    except yamls.YAMLError as error:
        raise ValueError(f"is not YAML: {getattr(error, 'problem', None) or error}") from None


def list_items(text: str) -> list[str]:
    """Return the items of a YAML list as the texts that stand there, without their quotes."""
    try:
        node = yamls.UniqueLoader(text).get_single_node()
    except yamls.YAMLError:
        node = None
    if node is None or node.id != "sequence":
        raise ValueError("is not a list")
    return [_item(text[item.start_mark.index : item.end_mark.index].strip(), item) for item in node.value]


def _item(text: str, node: Any) -> str:
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1] if quoted and node.tag.endswith(":str") else text


def variables(folder: str, answers_file: str, external: Mapping[str, Any]) -> dict[str, Any]:
    """Return what Copier puts before the expressions of questions, apart from the answers."""
    conf = {
        **{"src_path": PurePosixPath("template"), "dst_path": PurePosixPath(folder), "answers_file": answers_file},
        **{"os": _SYSTEMS.get(sys.platform), "sep": os.sep, "vcs_ref": None, "vcs_ref_hash": None, "data": {}},
        **{"defaults": True, "overwrite": False, "pretend": False, "quiet": True, "unsafe": False},
    }
    return {
        "_copier_conf": conf,
        "_copier_answers": {},
        "_copier_phase": "prompt",
        "_external_data": {name: {} for name in external},
        "_folder_name": folder,
        "UNSET": StrictUndefined("UNSET", exc=Unset),
        "make_secret": lambda: hashlib.sha512(os.urandom(48)).hexdigest(),
        "now": lambda: datetime.datetime.now(datetime.UTC),
        "pathjoin": lambda *parts, mode="posix": str(PurePosixPath(*parts)),
    }
