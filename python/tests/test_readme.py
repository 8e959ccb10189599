"""What README.md shows runs."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest


def test_examples_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    text = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 4
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    for block in blocks:
        exec(compile(block, "README.md", "exec"), names)  # noqa: S102 (that is the test)
    assert (tmp_path / "flows.csv").read_text().startswith('"definition"')
    told = re.search(r"Confidential\([\d,]+ rows: subscriber, day, h3", capsys.readouterr().out)
    assert told, "the example says what it prints"
    shown = re.search(r"# (Confidential\([\d,]+ rows)", text)
    assert shown
    assert shown.group(1) in repr(names["daily"])
