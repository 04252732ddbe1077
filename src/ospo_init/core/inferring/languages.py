"""Source files by their endings, and the languages that they are written in."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

LANGUAGES = {
    "Python": "py pyx",
    "JavaScript": "js mjs cjs jsx ts tsx mts cts vue svelte",
    "Go": "go",
    "Rust": "rs",
    "Java": "java",
    "C": "c h",
    "C++": "cc cpp cxx hpp hh hxx",
    "C#": "cs",
    "Clojure": "clj cljs",
    "Dart": "dart",
    "Elixir": "ex exs",
    "Emacs Lisp": "el",
    "Erlang": "erl",
    "Fortran": "f f90 f95",
    "Haskell": "hs",
    "Julia": "jl",
    "Kotlin": "kt kts",
    "Lua": "lua",
    "Nim": "nim",
    "Nix": "nix",
    "Objective-C": "m mm",
    "OCaml": "ml mli",
    "Perl": "pl pm t",
    "PHP": "php",
    "PowerShell": "ps1",
    "R": "r",
    "Ruby": "rb",
    "Scala": "scala",
    "Shell": "sh bash zsh",
    "Solidity": "sol",
    "SQL": "sql",
    "Swift": "swift",
    "Terraform": "tf",
    "Verilog and VHDL": "v sv vhd vhdl",
    "Vim script": "vim",
    "Zig": "zig",
}
OFFERED = {"Python": "python", "JavaScript": "node", "Go": "go", "Rust": "rust", "Java": "java"}

_BY_ENDING = {ending: name for name, endings in LANGUAGES.items() for ending in endings.split()}
_OTHERS = "vendor|vendors|node_modules|third[_-]?party|3rdparty|external|deps|dist|\\.yarn|bower_components"
_FOREIGN = re.compile(rf"(^|/)({_OTHERS})/|\.min\.")
_ASIDE = re.compile(r"(^|/)(docs?|examples?|\.[^/]+|testdata|fixtures|po|locale)/")


def is_own(path: str) -> bool:
    """Whether `path` is not a copy of somebody else's work, by the folder that it lies in."""
    return not _FOREIGN.search(path)


def is_code(path: str) -> bool:
    """Whether `path` is source code of the project's own."""
    return path.rpartition(".")[2].lower() in _BY_ENDING and "." in path and is_own(path)


def languages(paths: Sequence[str]) -> Counter[str]:
    """Return how many source files there are of each language; documentation and examples only if there is no other."""
    code = [path for path in paths if is_code(path)]
    core = [path for path in code if not _ASIDE.search(path)] or code
    return Counter(_BY_ENDING[path.rpartition(".")[2].lower()] for path in core)
