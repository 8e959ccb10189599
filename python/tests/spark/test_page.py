"""What docs/spark.md shows runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from on_spark import session

import hexodus

pytestmark = pytest.mark.spark


def test_the_example_runs(country: hexodus.Demo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).parents[3] / "docs" / "spark.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (tmp_path / "events").mkdir()
    country.events.cast({"subscriber": str}).write_parquet(tmp_path / "events" / "2031-04-07.parquet")
    country.radio_cells.write_parquet(tmp_path / "radio_cells.parquet")
    country.areas.write_parquet(tmp_path / "areas.parquet")
    (tmp_path / "hexodus.key").write_text("ab" * 32)
    monkeypatch.chdir(tmp_path)
    # Java stays in the folder it was started in.
    assert '"events"' in example
    example = example.replace('"events"', repr(str(tmp_path / "events")))
    names: dict[str, Any] = {}
    with session("local[2]"):
        exec(compile(example, "spark.md", "exec"), names)  # noqa: S102 (that is the test)
    assert names["counted"].account.read == country.events.height
    assert (tmp_path / "flows_adm1.parquet").exists()
