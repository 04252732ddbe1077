"""Which relative links of a Markdown file lead nowhere."""

from __future__ import annotations

import pytest

from ospo_init.core.references import dead


@pytest.mark.parametrize(
    "path, text, found",
    [
        ("README.md", "[a](LICENSE) [b](docs/x.md#part) ![c](logo.png)", ["logo.png"]),
        ("docs/a.md", "[up](../LICENSE) [beside](./x.md) [gone](y.md)", ["docs/y.md"]),
        ("README.md", "[web](https://example.org/x) [mail](mailto:a@example.org) [here](#top) [root](/x)", []),
        ("README.md", "[outside](../../issues) [folder](docs/)", ["docs"]),
        ("README.md", "[twice](gone.md) [again](gone.md?raw=1)", ["gone.md"]),
    ],
)
def test_dead_links(path: str, text: str, found: list[str]) -> None:
    assert dead(path, text, {"LICENSE", "docs/x.md", "README.md"}) == found
