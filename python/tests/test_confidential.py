"""What must not leave does not: confidential rows show no value and write no file; release tests every number."""

from __future__ import annotations

import copy
import pickle
from pathlib import Path

import polars as pl
import pyarrow as pa
import pytest

import hexodus


def test_confidential_rows_tell_their_shape_only(checked: hexodus.CheckedEvents, daily: hexodus.Confidential) -> None:
    assert repr(daily) == f"Confidential({len(daily):,} rows: subscriber, day, h3, hours_observed, located_events)"
    assert str(daily) == repr(daily)
    text = repr(checked)
    first = daily.to_polars()
    for value in (first["h3"][0], f"{first['h3'][0]:x}"):
        assert str(value) not in text


@pytest.mark.parametrize(
    "writer",
    ["to_csv", "write_csv", "to_parquet", "write_parquet", "write_ipc", "to_pickle", "to_json", "sink_parquet"],
)
def test_confidential_rows_are_not_written(daily: hexodus.Confidential, tmp_path: Path, writer: str) -> None:
    with pytest.raises(
        hexodus.HexodusError, match=rf"{writer}: these rows are confidential .* hexodus.release\(tally\)"
    ):
        getattr(daily, writer)(tmp_path / "rows")
    assert list(tmp_path.iterdir()) == []


def test_confidential_rows_are_not_pickled(daily: hexodus.Confidential) -> None:
    with pytest.raises(hexodus.HexodusError, match="confidential"):
        pickle.dumps(daily)
    with pytest.raises(hexodus.HexodusError, match="confidential"):
        copy.copy(daily)
    with pytest.raises(AttributeError):
        daily.sum  # noqa: B018


def test_confidential_rows_are_handed_on(daily: hexodus.Confidential) -> None:
    frame = daily.to_polars()
    assert pa.table(daily).num_rows == len(daily) == frame.height == len(daily.to_pandas())
    assert isinstance(daily, hexodus.ArrowStream)


def test_numbers_below_k_are_null_with_a_reason(country: hexodus.Demo, daily: hexodus.Confidential) -> None:
    tally = hexodus.flows(daily, country.days[2], country.days[3], level="adm1", areas=country.areas)
    codes = country.areas["adm1"].unique().to_list()
    released = hexodus.release(tally, universe=codes)
    assert (released.dissemination_class, released.threshold, released.row_policy) == ("internal", 16, "full")
    rows = released.to_polars()
    known = {(o, d): n for o, d, n in tally.to_polars().select("origin_id", "dest_id", "subscribers").rows()}
    # Every pair of districts and reserved values, but the one nobody can be in.
    assert rows.height == 6 * 6 - 1
    for origin, dest, published, suppressed, reason in rows.select(
        "origin_id", "dest_id", "subscribers_published", "suppressed", "suppression_reason"
    ).rows():
        count = known.get((origin, dest), 0)
        expected = (count, False, None) if count >= 16 else (None, True, "below_k")
        assert (published, suppressed, reason) == expected
    assert rows["suppressed"].any()
    assert not rows["suppressed"].all()


def test_without_a_universe_published_rows_are_listed() -> None:
    country = hexodus.demo(subscribers=2500)
    checked = hexodus.check_events(country.events, zone=country.zone, radio_cells=country.radio_cells)
    daily = hexodus.daily_locations(checked.events, zone=country.zone)
    tally = hexodus.flows(daily, *country.days[:2]).to_polars()
    released = hexodus.release(tally)
    assert (released.threshold, released.row_policy) == (21, "sparse")
    rows = released.to_polars()
    shown = rows.filter(pl.col("origin_id") != "_OTHER")
    assert shown["subscribers_published"].min() >= 21  # type: ignore[operator]
    assert shown.height == tally.filter(pl.col("subscribers") >= 21).height
    assert rows.height == shown.height + 1


def test_presence_is_released_by_day_and_hour(country: hexodus.Demo, checked: hexodus.CheckedEvents) -> None:
    for hourly in (False, True):
        tally = hexodus.presence(checked.events, zone=country.zone, hourly=hourly)
        rows = hexodus.release(tally, min_subscribers_h3=30).to_polars()
        expected = tally.to_polars().filter(pl.col("subscribers") >= 30)
        assert rows["subscribers_published"].to_list() == expected["subscribers"].to_list()
    with pytest.raises(hexodus.HexodusError, match="universe: expected none for presence by hour"):
        hexodus.release(tally, universe=[tally.to_polars()["unit_id"][0]])


@pytest.mark.parametrize("library", ["polars", "pyarrow"])
def test_hours_of_whole_days_need_no_type(country: hexodus.Demo, checked: hexodus.CheckedEvents, library: str) -> None:
    there = hexodus.presence(checked.events, zone=country.zone, level="adm1", areas=country.areas)
    untyped = there.to_polars().with_columns(hour=None)
    assert untyped.schema["hour"] == pl.Null
    given = untyped if library == "polars" else untyped.to_arrow()
    assert hexodus.release(given).to_polars().equals(hexodus.release(there).to_polars())
    nobody = untyped.with_columns(subscribers=None)
    with pytest.raises(hexodus.HexodusError, match='column "subscribers", row 0: expected a value, found null'):
        hexodus.release(nobody if library == "polars" else nobody.to_arrow())


def test_a_lower_k_must_be_accepted(country: hexodus.Demo, daily: hexodus.Confidential) -> None:
    tally = hexodus.flows(daily, *country.days[:2])
    # The sentence of the command line.
    message = r"policy.min_subscribers_h3 = 2 is below 21; lowering it must be accepted explicitly \(--accept-lower-k\)"
    with pytest.raises(hexodus.HexodusError, match=message):
        hexodus.release(tally, min_subscribers_h3=2)
    assert hexodus.release(tally, min_subscribers_h3=2, accept_lower_k=True).threshold == 2
    assert hexodus.release(tally, preset="statistics-office").threshold == 35
    with pytest.raises(hexodus.HexodusError, match="policy: unknown variant `public`"):
        hexodus.release(tally, preset="public")


def test_a_tally_is_one(country: hexodus.Demo, daily: hexodus.Confidential) -> None:
    tally = hexodus.flows(daily, *country.days[:2]).to_polars()
    with pytest.raises(
        hexodus.HexodusError, match=r"row \d+: expected one row for each unit or pair .*, found a second one"
    ):
        hexodus.release(pl.concat([tally, tally]))
    with pytest.raises(hexodus.HexodusError, match="expected the columns of flows or of presence, found sub"):
        hexodus.release(daily)
    with pytest.raises(hexodus.HexodusError, match="expected rows, found none"):
        hexodus.release(tally.clear())
    with pytest.raises(hexodus.HexodusError, match='"_OTHER" is no reserved value of a tally'):
        hexodus.release(tally.with_columns(origin_id=pl.lit("_OTHER")).unique(["origin_id", "dest_id"]))
    areas = hexodus.flows(daily, *country.days[:2], level="adm1", areas=country.areas)
    with pytest.raises(hexodus.HexodusError, match="one level at a time"):
        hexodus.release(hexodus.merge([tally, areas]))
    assert hexodus.merge([tally, tally]).to_polars()["subscribers"].sum() == 2 * tally["subscribers"].sum()


def test_what_was_released_is_saved_and_opened(
    country: hexodus.Demo, daily: hexodus.Confidential, tmp_path: Path
) -> None:
    released = hexodus.release(hexodus.flows(daily, *country.days[:2], level="adm1", areas=country.areas))
    assert repr(released).startswith("Released(")
    released.write_csv(tmp_path / "flows.csv")
    released.write_parquet(tmp_path / "flows_again.parquet")
    tables = hexodus.open_release(tmp_path)
    assert sorted(tables) == ["flows", "flows_again"]
    assert pl.DataFrame(tables["flows_again"]).equals(released.to_polars())
    assert tables["flows"].num_rows == len(released)
    assert set(map(str, tables["flows"].schema.types)) == {"string"}, "a P-code is text"
    empty = tmp_path / "empty"
    empty.mkdir()
    with pytest.raises(hexodus.HexodusError, match="expected a folder with tables"):
        hexodus.open_release(empty)


def test_a_release_of_the_command_line_is_opened() -> None:
    tables = hexodus.open_release(Path(__file__).parents[2] / "data" / "golden" / "release")
    assert {"idps_admin", "flowmap/flows", "flows_adm1__stock_displaced"} <= set(tables)
    assert {str(kind) for kind in tables["idps_admin"].schema.types} == {"string"}
    assert tables["flowmap/locations"].num_rows > 0


def test_areas_say_what_is_wrong_with_them(tmp_path: Path) -> None:
    path = tmp_path / "areas.geojson"
    with pytest.raises(hexodus.HexodusError, match="cannot be read"):
        hexodus.read_areas(path)
    path.write_text("no json")
    with pytest.raises(hexodus.HexodusError, match="expected a GeoJSON FeatureCollection"):
        hexodus.read_areas(path)
