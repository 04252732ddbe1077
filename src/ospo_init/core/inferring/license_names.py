"""Licences as manifests and headers name them: SPDX ids, old ids, classifiers, R's short forms."""

from __future__ import annotations

import re
from collections.abc import Collection

# In two pieces, so that no tool takes the pattern for this file's own header.
_HEADER = re.compile(
    r"SPDX-License-Identifier"
    r":[ \t]{0,8}([\w.+()-]{1,80}(?:[ \t](?:OR|AND|WITH|[\w.+()-]{1,80})){0,8})"
)
_OPERATOR = re.compile(r"[\s(](?:or|and|with)[\s)]|[/,;|]", re.I)

# What people write, in lower case and without "license", "version" and brackets, and what it means.
_KNOWN = (
    (r"(the )?mit(/x11)?|expat", "MIT"),
    (r"(the )?apache( software)?[ -]?v?2(\.0)?|asl ?2(\.0)?", "Apache-2.0"),
    (r"isc( isc)?|isc(l)?", "ISC"),
    (r"bsd[ -]?2[ -]clause|simplified bsd|freebsd", "BSD-2-Clause"),
    (r"bsd[ -]?3[ -]clause|(new|modified|revised) bsd", "BSD-3-Clause"),
    (r"(mozilla public|mpl)[ -]?v?2(\.0)?( mpl 2\.0)?", "MPL-2.0"),
    (r"(european union public|eupl)[ -]?v?1\.2( eupl 1\.2)?", "EUPL-1.2"),
    (r"the unlicense( unlicense)?|unlicense", "Unlicense"),
    (r"zlib(/libpng)?", "Zlib"),
    (r"cc0( 1\.0)?( universal)?", "CC0-1.0"),
    (r"odc-pddl-1\.0", "PDDL-1.0"),  # as the Open Definition and data packages write it
    (r"odc-odbl-1\.0", "ODbL-1.0"),
)
_GNU = re.compile(
    r"\b(a|l)?gpl[ -]?(?:\(?(?:>=|v|==)? ?)?(\d)(?:\.(\d))?"
    r"|gnu (affero |lesser |library or lesser )?general public[^\d]{0,12}(\d)(?:\.(\d))?",
    re.I,
)
_LATER = re.compile(r">=|or[ -](any )?(later|newer)|\d\+|lgplv?\d(\.\d)?\+", re.I)
_ONLY = re.compile(r"\bonly\b|==", re.I)


def spdx_ids(written: str, offered: Collection[str]) -> tuple[str, ...]:
    """Return the ids that somebody's words for a licence mean, none where they mean no licence of the list.

    Several ids say that the words leave it open, or name more than one licence.
    """
    words = " ".join(written.split())
    exact = {spdx_id.lower(): spdx_id for spdx_id in offered}
    if words.lower() in exact:
        return (exact[words.lower()],)
    if words.startswith("License :: "):
        words = words.rsplit(" :: ", 1)[-1]
    words = re.sub(r"\s*[+|]\s*file licen[cs]e", "", words, flags=re.I)
    if words.startswith(("http://", "https://")):
        words = re.sub(r"(\.(html|txt|php))$", "", words.rstrip("/")).rsplit("/", 1)[-1]
        if words.lower() in exact:
            return (exact[words.lower()],)
    if found := _GNU.search(words):
        return _gnu(words, found, offered)
    if (named := _named(words)) or not _OPERATOR.search(words):
        return named if set(named) <= set(offered) else ()
    parts = [spdx_ids(part, offered) for part in _OPERATOR.split(words) if part.strip("() ")]
    return tuple(dict.fromkeys(spdx_id for part in parts for spdx_id in part))


def header_ids(text: str, offered: Collection[str]) -> tuple[str, ...]:
    """Return the ids of the SPDX headers in the first lines of a file."""
    found = _HEADER.findall(text[:4000])
    return tuple(dict.fromkeys(spdx_id for words in found for spdx_id in spdx_ids(words, offered)))


def _named(words: str) -> tuple[str, ...]:
    bare = re.sub(r"[()\"',]|\b(licen[cs]e|version|the)\b", " ", words.lower())
    bare = " ".join(bare.split())
    return tuple(spdx_id for pattern, spdx_id in _KNOWN if re.fullmatch(pattern, bare))


def _gnu(words: str, found: re.Match[str], offered: Collection[str]) -> tuple[str, ...]:
    """Return the GNU licence: -or-later and -only where the words say so, else both."""
    kind = (found[1] or (found[4] or " ")[0].strip()).upper()
    minor = found[3] or found[6] or "0"
    number = f"{kind}GPL-{found[2] or found[5]}.{minor}"
    endings = ["-or-later"] if _LATER.search(words) else ["-only"] if _ONLY.search(words) else ["-only", "-or-later"]
    return tuple(number + ending for ending in endings if number + ending in offered)
