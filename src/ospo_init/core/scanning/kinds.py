"""What a file is by its first bytes and its name: text, a compiled program, or something else that is no text.

The programs are those that the OpenSSF Scorecard's check Binary-Artifacts names, by magic number or by extension.
"""

from __future__ import annotations

HEAD = 8000  # bytes that are looked at, as git does
TEXT, BINARY, EMPTY = "text", "binary", "empty"
_MAGIC = (
    (b"\x7fELF", "an ELF program"),
    (b"\xfe\xed\xfa\xce", "a Mach-O program"),
    (b"\xfe\xed\xfa\xcf", "a Mach-O program"),
    (b"\xce\xfa\xed\xfe", "a Mach-O program"),
    (b"\xcf\xfa\xed\xfe", "a Mach-O program"),
    (b"\xca\xfe\xba\xbe", "a Java class or Mach-O program"),
    (b"\0asm", "a WebAssembly module"),
    (b"dex\n03", "an Android program"),
    (b"dey\n03", "an Android program"),
    (b"!<arch>\n", "a library or Debian package"),
    (b"\xed\xab\xee\xdb", "an RPM package"),
    (b"Cr24", "a browser extension"),
)
_COMPILED = (
    "crx deb dex dey elf o a so macho iso class jar bundle dylib lib msi dll drv efi exe ocx pyc pyo par rpm wasm whl"
)
_EXTENSIONS = frozenset(_COMPILED.split())


def kind(head: bytes) -> str:
    """Return what the first bytes of a file say: `text`, `binary`, `empty`, or in words which compiled program."""
    if not head:
        return EMPTY
    if found := next((what for magic, what in _MAGIC if head.startswith(magic)), ""):
        return found
    if head.startswith(b"MZ") and b"\0" in head:
        return "a Windows program"
    return BINARY if b"\0" in head[:HEAD] else TEXT


def program(path: str, kind_: str, executable: bool) -> str:
    """Return in words which compiled program a file is, or '' where it is none."""
    if kind_ in (TEXT, EMPTY):
        return ""
    if kind_ != BINARY:
        return kind_
    extension = path.rpartition("/")[2].rpartition(".")[2].lower()
    if extension in _EXTENSIONS and "." in path.rpartition("/")[2]:
        return f"a compiled file (.{extension})"
    return "an executable file that is no text" if executable else ""
