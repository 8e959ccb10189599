"""Which area each H3 cell belongs to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hexodus import _native

if TYPE_CHECKING:
    from os import PathLike


def read_areas(path: str | PathLike[str], *, level: int | None = None, id_col: str | None = None) -> _native.Table:
    """Read a boundary file (GeoJSON, degrees) and give every H3 cell (resolution 8) its one area.

    P-codes are found in the columns of a COD-AB layout, or in `id_col`; `level` is that of the file's areas where its
    columns do not say. Columns: `h3` (int64), and `adm1` … down to the level of the file: the P-codes.
    """
    return _native.read_areas(path, level, id_col)
