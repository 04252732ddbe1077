"""What else than code and prose a repository holds, counted by the endings of its files."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

# Few files of data are examples; designs and weights are never there by the way.
_LEAST = {"data": 10, "model": 1, "hardware": 1, "font": 1}
_ENDINGS = {
    "data": "csv tsv parquet geojson nc h5 hdf5 arrow feather shp gpkg sqlite xlsx ods",
    "model": "safetensors gguf onnx tflite ckpt",
    "hardware": "kicad_pcb kicad_sch brd gbr gerber pcbdoc schdoc step stp fcstd sldprt",
    "font": "ttf otf woff woff2 ufo glyphs",
}
_BY_ENDING = {ending: material for material, endings in _ENDINGS.items() for ending in endings.split()}
_ASIDE = re.compile(  # what is there for tests and by others
    r"(?:^|/)(?:tests?|testing|testdata|fixtures?|spec|examples?|samples?|benchmarks?|vendor|third[-_]?party|node_modules"
    r"|external)/",
    re.I,
)


def materials(paths: Sequence[str]) -> Iterator[tuple[str, str, int]]:
    """Yield each material of which there is enough to need a licence of its own: its name, the first file, how many."""
    found: dict[str, list[str]] = {}
    for path in paths:
        material = _BY_ENDING.get(path.rpartition(".")[2].lower())
        if material and not _ASIDE.search(path):
            found.setdefault(material, []).append(path)
    for material, files in found.items():
        if len(files) >= _LEAST[material]:
            yield material, files[0], len(files)
