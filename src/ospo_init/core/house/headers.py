"""Lines at the top of source files, in the comment form of each language."""

from __future__ import annotations

from collections.abc import Mapping

from ospo_init.core.house import jinja
from ospo_init.core.house.model import Header, House
from ospo_init.core.house.placing import SUFFIX, Sources, decoded, project_path
from ospo_init.core.licenses import jinja_safe
from ospo_init.core.licensing.globs import of_reuse_toml
from ospo_init.core.trees import File

# How a line is a comment: what stands before it, and after it.
COMMENTS: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("py", "sh", "rb", "toml", "yml", "yaml", "r", "jl", "tf"), ("# ", "")),
    **dict.fromkeys(("js", "ts", "go", "rs", "java", "c", "h", "cpp", "cs", "kt", "swift", "v", "scad"), ("// ", "")),
    **dict.fromkeys(("css",), ("/* ", " */")),
    **dict.fromkeys(("md", "html", "xml", "svg"), ("<!-- ", " -->")),
    **dict.fromkeys(("vhd", "vhdl", "sql", "lua", "hs"), ("-- ", "")),
}


def with_headers(sources: Sources, house: House) -> Sources:
    """Return the files with the header in those that carry one."""
    header = house.copyright.header
    if not header:
        return sources
    tree = dict(sources.tree)
    for path, makes in sources.by_path.items():
        if any(of_reuse_toml(pattern)(path) for pattern in header.files) and _suffix(path) in COMMENTS:
            for source in makes:
                file = tree.pop(source)
                text = decoded(file.data)
                if text is None:
                    tree[source] = file
                    continue
                body = text if source.endswith(SUFFIX) else jinja_safe(text)
                new = source if source.endswith(SUFFIX) else source + SUFFIX
                tree[new] = File(_with(body, header, project_path(source)).encode(), file.mode)
    return Sources.of(tree)


def _with(body: str, header: Header, path: str) -> str:
    """Return a template with the header's lines first, below a line that names its interpreter."""
    before, after = COMMENTS[_suffix(path)]
    lines = "".join(f"{before}{_line(text)}{after}\n" for text in header.text)
    first, end, rest = body.partition("\n") if body.startswith("#!") else ("", "", body)
    return f"{first}{end}{{% from 'macros.jinja' import line +%}}{lines}{rest}"


def _line(text: str) -> str:
    filled = str(jinja.text(text))
    return filled.replace("{{ ", "{{ line(").replace(" }}", ") }}") if jinja.keys_in(text) else filled


def _suffix(path: str) -> str:
    return path.rpartition(".")[2].lower()
