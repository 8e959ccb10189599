"""Daily locations, presence, flows, residence: against queries on the same rows, and over shards."""

from __future__ import annotations

import datetime as dt
import os
import select
import signal

import polars as pl
import pytest
from sql import ask

import hexodus

OFF = hexodus.Checks(reject_impossible=False)


def test_daily_locations_are_those_of_sql(country: hexodus.Demo, checked: hexodus.CheckedEvents) -> None:
    events = checked.events
    found = hexodus.daily_locations(events, zone=country.zone, checks=OFF).to_polars()
    # The last event; at one instant the cell with most events that day, then the smaller.
    expected = ask(
        f"""
        WITH rows AS (SELECT *, count(*) OVER (PARTITION BY subscriber, day, h3) AS at_h3 FROM events),
        ranked AS (SELECT *, row_number() OVER (PARTITION BY subscriber, day
                                                ORDER BY time DESC, at_h3 DESC, h3) AS place FROM rows)
        SELECT r.subscriber, r.day, max(h3) FILTER (place = 1) AS h3,
               count(DISTINCT date_trunc('hour', time AT TIME ZONE '{country.zone}'))::SMALLINT AS hours_observed,
               count(*)::INTEGER AS located_events
        FROM ranked r GROUP BY ALL ORDER BY r.day, r.subscriber
    """,
        events=events,
    )
    assert found.equals(expected)


def test_most_events_and_night(country: hexodus.Demo, checked: hexodus.CheckedEvents) -> None:
    events = checked.events
    most = hexodus.daily_locations(events, zone=country.zone, rule="most-events", checks=OFF).to_polars()
    expected = ask(
        """
        WITH places AS (SELECT subscriber, day, h3, count(*) AS n, max(time) AS latest FROM events GROUP BY ALL)
        SELECT subscriber, day, arg_max(h3, (n, latest, -h3)) AS h3 FROM places GROUP BY ALL ORDER BY day, subscriber
    """,
        events=events,
    )
    assert most.select("subscriber", "day", "h3").equals(expected)

    night = hexodus.daily_locations(events, zone=country.zone, rule="night", checks=OFF).to_polars()
    # An event before 07:00 is of the night that began the day before.
    expected = ask(
        f"""
        WITH local AS (SELECT *, time AT TIME ZONE '{country.zone}' AS clock FROM events),
        nights AS (SELECT subscriber, time, h3, (clock - INTERVAL 7 HOUR)::DATE AS day FROM local
                   WHERE hour(clock) >= 19 OR hour(clock) < 7)
        SELECT subscriber, day, max(time) AS time FROM nights GROUP BY ALL ORDER BY day, subscriber
    """,
        events=events,
    )
    assert night.select("subscriber", "day").equals(expected.select("subscriber", "day"))
    # The place is that of an event at that instant.
    at = ask(
        "SELECT l.day, e.subscriber, e.h3 FROM latest l JOIN events e USING (subscriber, time)",
        latest=expected,
        events=events,
    )
    assert night.join(at, ["subscriber", "day", "h3"], how="semi").height == night.height


@pytest.mark.parametrize("level", ["h3", "adm1"])
def test_presence_and_flows_are_those_of_sql(
    country: hexodus.Demo, checked: hexodus.CheckedEvents, daily: hexodus.Confidential, level: str
) -> None:
    events, areas = checked.events, country.areas
    unit = "printf('%x', h3)" if level == "h3" else "coalesce(adm1, '_UNKNOWN')"
    found = hexodus.presence(events, zone=country.zone, level=level, areas=areas, checks=OFF).to_polars()
    expected = ask(
        f"""
        SELECT day AS date, {unit} AS unit_id, count(DISTINCT subscriber) AS subscribers
        FROM events LEFT JOIN areas USING (h3) GROUP BY ALL ORDER BY date, unit_id
    """,
        events=events,
        areas=areas,
    )
    assert found.select("date", "unit_id", "subscribers").equals(expected)
    assert found["level"].unique().to_list() == [level]
    assert found["hour"].null_count() == found.height

    flows = hexodus.flows(daily, country.days[0], country.days[-1], level=level, areas=areas).to_polars()
    expected = ask(
        f"""
        WITH days AS (SELECT subscriber, day, {unit} AS unit FROM daily LEFT JOIN areas USING (h3)),
        pairs AS (
            SELECT coalesce(f.day, t.day - 1)::DATE AS first_day, coalesce(f.unit, '_NOT_SEEN_BEFORE') AS origin_id,
                   coalesce(t.unit, '_NOT_SEEN_AFTER') AS dest_id
            FROM days f FULL JOIN days t ON f.subscriber = t.subscriber AND t.day = f.day + 1)
        SELECT first_day AS reference_period_start, origin_id, dest_id, count(*) AS subscribers FROM pairs
        WHERE first_day BETWEEN '{country.days[0]}' AND '{country.days[-2]}' GROUP BY ALL ORDER BY ALL
    """,
        daily=daily,
        areas=areas,
    )
    assert flows.select(expected.columns).equals(expected)
    assert (flows["reference_period_end"] - flows["reference_period_start"]).unique().to_list() == [
        dt.timedelta(days=1)
    ]


def test_the_crisis_of_the_demo_shows(country: hexodus.Demo, daily: hexodus.Confidential) -> None:
    before, after = country.days[2], country.days[3]
    flows = hexodus.flows(daily, before, after, level="adm1", areas=country.areas).to_polars()
    out = flows.filter((pl.col("origin_id") == "XX01") & ~pl.col("dest_id").is_in(["XX01", "_NOT_SEEN_AFTER"]))
    assert out["subscribers"].sum() > 50
    quiet = hexodus.flows(daily, country.days[0], country.days[1], level="adm1", areas=country.areas).to_polars()
    assert quiet.filter(pl.col("origin_id") != pl.col("dest_id"))["subscribers"].sum() == 0


def test_hours_are_those_of_sql(country: hexodus.Demo, checked: hexodus.CheckedEvents) -> None:
    events = checked.events
    found = hexodus.presence(events, zone=country.zone, hourly=True, checks=OFF).to_polars()
    expected = ask(
        f"""
        SELECT day AS date, hour(time AT TIME ZONE '{country.zone}')::SMALLINT AS hour, printf('%x', h3) AS unit_id,
               count(DISTINCT subscriber) AS subscribers FROM events GROUP BY ALL ORDER BY date, hour, unit_id
    """,
        events=events,
    )
    assert found.select(expected.columns).equals(expected)


def test_residence_is_that_of_a_map(country: hexodus.Demo, daily: hexodus.Confidential) -> None:
    first, last = country.days[1], country.days[-1]
    found = hexodus.residence(daily, first, last, window_days=4, min_located_days=3).to_polars()
    seen: dict[int, dict[dt.date, int]] = {}
    for subscriber, day, h3 in daily.to_polars().select("subscriber", "day", "h3").rows():
        seen.setdefault(subscriber, {})[day] = h3
    expected = []
    for subscriber in sorted(seen):
        for day in country.days[1:]:
            window = {own: h3 for own, h3 in seen[subscriber].items() if 0 <= (day - own).days < 4}
            if len(window) >= 3:
                cells = list(window.values())
                latest = {h3: own for own, h3 in sorted(window.items())}
                expected.append((subscriber, day, max(latest, key=lambda h3: (cells.count(h3), latest[h3]))))
    assert found.rows() == expected


@pytest.mark.parametrize("shards", [1, 2, 7])
def test_shards_of_subscribers_add_up(
    country: hexodus.Demo, checked: hexodus.CheckedEvents, daily: hexodus.Confidential, shards: int
) -> None:
    events = checked.events.to_polars()
    days = (country.days[0], country.days[-1])
    for level in ("h3", "adm1"):
        presence, flows = [], []
        for shard in range(shards):
            own = events.filter(pl.col("subscriber") % shards == shard).sample(fraction=1.0, shuffle=True, seed=shard)
            located = hexodus.daily_locations(own, zone=country.zone, threads=1)
            presence.append(hexodus.presence(own, zone=country.zone, level=level, areas=country.areas, threads=1))
            flows.append(hexodus.flows(located, *days, level=level, areas=country.areas, threads=1))
        whole = hexodus.presence(checked.events, zone=country.zone, level=level, areas=country.areas)
        assert hexodus.merge(presence).to_polars().equals(whole.to_polars())
        whole = hexodus.flows(daily, *days, level=level, areas=country.areas)
        assert hexodus.merge(flows).to_polars().equals(whole.to_polars())


def test_a_forked_process_counts_with_threads_of_its_own(
    country: hexodus.Demo, checked: hexodus.CheckedEvents, daily: hexodus.Confidential
) -> None:
    assert len(daily) > 0, "the threads of this process were used"
    events = checked.events.to_pyarrow()
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            found = hexodus.daily_locations(events, zone=country.zone, threads=2)
            os.write(writer, str(len(found)).encode())
        finally:
            os._exit(0)  # whatever happened: there must be no second pytest
    os.close(writer)
    ready, _, _ = select.select([reader], [], [], 60)
    if not ready:
        os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    assert ready, "the child waited for threads that it does not have"
    assert os.read(reader, 100) == str(len(daily)).encode()


def test_of_nobody_there_are_no_rows(country: hexodus.Demo) -> None:
    nobody = hexodus.check_events(country.events.clear(), zone=country.zone, radio_cells=country.radio_cells)
    assert nobody.counts == hexodus.RowCounts(0, 0, 0, 0)
    daily = hexodus.daily_locations(nobody.events, zone=country.zone)
    days = (country.days[0], country.days[-1])
    flows = hexodus.flows(daily, *days)
    tallies = [hexodus.presence(nobody.events, zone=country.zone), flows, hexodus.merge([flows])]
    assert [len(own) for own in (daily, hexodus.residence(daily, *days), *tallies)] == [0] * 5


def test_a_missing_day_is_missing(country: hexodus.Demo, daily: hexodus.Confidential) -> None:
    rows = daily.to_polars().filter(pl.col("day") != country.days[2])
    flows = hexodus.flows(rows, country.days[0], country.days[-1]).to_polars()
    starts = sorted(flows["reference_period_start"].unique())
    assert starts == [country.days[0], country.days[3], country.days[4]]
    with pytest.raises(hexodus.HexodusError, match="day_to: expected 2031-04-08 or later, found 2031-04-07"):
        hexodus.flows(rows, country.days[1], country.days[0])


def test_impossible_events_are_left_out_unless_flagged() -> None:
    noon = dt.datetime(2031, 4, 7, 12, tzinfo=dt.timezone.utc)
    times = [noon + dt.timedelta(minutes=minute) for minute in (0, 1, 2)]
    rows = pl.DataFrame({"subscriber": [1] * 3, "time": times, "lat": [27.0, 29.0, 27.0], "lon": [85.0] * 3})
    events = hexodus.check_events(rows, zone="UTC", point=("lat", "lon")).events
    assert len(hexodus.presence(events, zone="UTC")) == 1
    assert len(hexodus.presence(events, zone="UTC", checks=OFF)) == 2
    assert hexodus.daily_locations(events, zone="UTC").to_polars()["located_events"].to_list() == [2]


def test_what_does_not_fit_is_said(
    country: hexodus.Demo, checked: hexodus.CheckedEvents, daily: hexodus.Confidential
) -> None:
    with pytest.raises(hexodus.HexodusError, match="expected the local day of the time, in this zone"):
        hexodus.daily_locations(checked.events, zone="UTC")
    with pytest.raises(hexodus.HexodusError, match='rule: expected one of last, most-events, night, found "first"'):
        hexodus.daily_locations(checked.events, zone=country.zone, rule="first")  # type: ignore[arg-type]
    with pytest.raises(hexodus.HexodusError, match='level: expected h3, or adm1, adm2 …, found "admin"'):
        hexodus.presence(checked.events, zone=country.zone, level="admin")
    with pytest.raises(hexodus.HexodusError, match="areas: expected a table of h3"):
        hexodus.flows(daily, *country.days[:2], level="adm1")
    twice = pl.concat([daily.to_polars()] * 2)
    with pytest.raises(hexodus.HexodusError, match="one row for each subscriber and day, found two on 2031-04-07"):
        hexodus.flows(twice, *country.days[:2])
    holed = checked.events.to_polars().with_columns(subscriber=pl.when(pl.col("location") > 0).then("subscriber"))
    with pytest.raises(hexodus.HexodusError, match=r'column "subscriber", row \d+: expected a value, found null'):
        hexodus.daily_locations(holed, zone=country.zone)
