"""Reading plain YAML without a YAML library: what comes out is what YAML says, or nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, strategies

from ospo_init.core import plain
from ospo_init.edges import yamls

PLAIN = {
    "a: b\n": True,
    "# x\na:\n- b\n- c\n": True,
    "a:\n  b:\n    c: 'x: y'\n  d: []\n": True,
    "a: 1\nb: true\nc: '1'\nd: ''\n": True,
    ".ospo/x.yml: .ospo\n": True,
    f"a: {'1' * 39}a\n": True,
    f"a: {'1' * 38}e1\n": False,
    f"a: {'1' * 40}\n": True,
    "a: yes\n": False,
    "a: Null\n": False,
    "a: 010\n": False,
    "a: 1.5\n": False,
    "a: .inf\n": False,
    "a: 2020-01-01\n": False,
    "a: 'b\n\n  c'\n": False,
    "a: b\n  c\n": False,
    "a: |\n  b\n": False,
    "a: b # c\n": False,
    "a: b: c\n": False,
    "a: 'it''s'\n": False,
    "a: {b: c}\n": False,
    "a: &x b\n": False,
    "a: !!str b\n": False,
    "a: b\na: c\n": False,
    "a:\nb: c\n": False,
    "a:\n   b: c\n  d: e\n": False,
    "a:\n- b: c\n": False,
    "- a\n": False,
    "---\na: b\n": False,
    "a:\tb\n": False,
    "a: b\r\n": False,
    "? a\n: b\n": False,
}


@pytest.mark.parametrize("yaml, known", PLAIN.items(), ids=[ascii(yaml) for yaml in PLAIN])
def test_yaml_is_read_plainly_where_it_is_plain(yaml: str, known: bool) -> None:
    found = plain.read(yaml.encode())
    assert (found is not None) is known
    assert found is None or found == yamls.load(yaml)


_SCALARS = strategies.one_of(strategies.text(max_size=12), strategies.integers(), strategies.booleans())
_SCALARS |= strategies.text("0123456789abcdefx._:-", min_size=1, max_size=42)
_VALUES = strategies.recursive(
    _SCALARS,
    lambda below: (
        strategies.lists(_SCALARS, max_size=3) | strategies.dictionaries(strategies.text(), below, max_size=4)
    ),
)


@given(strategies.dictionaries(strategies.text(), _VALUES, max_size=5))
def test_what_is_read_plainly_is_what_yaml_says(value: dict[str, Any]) -> None:
    text = yamls.dump(value)
    assert plain.read(text.encode()) in (None, yamls.load(text))


@given(strategies.text("ab:- '#\n.1[]&!", max_size=30))
def test_no_text_is_read_otherwise_than_yaml_reads_it(text: str) -> None:
    found = plain.read(text.encode())
    assert found is None or found == yamls.load_strict(text, "x")
