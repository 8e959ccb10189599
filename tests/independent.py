"""The same counts by other means: a few lines over csv and gzip, or DuckDB. Prints JSON; exits 77 without DuckDB."""

import csv, glob, gzip, json, sys
from datetime import datetime


def duckdb():
    try:
        import duckdb as engine
    except ImportError:
        sys.exit(77)
    return engine.connect()


def gowalla(path):
    rows = list(csv.reader(open(path), delimiter="\t"))
    days = {utc[:10] for _, utc, *_ in rows}
    return {"rows": len(rows), "people": len({row[0] for row in rows}), "days": sorted(days),
            "repeated": len(rows) - len({(user, utc) for user, utc, *_ in rows})}


def bandicoot(folder):
    """Calls and texts of two people, one file each; a row is a place at a time."""
    known = {row["antenna_id"] for row in csv.DictReader(open(f"{folder}/antennas.csv"))}
    rows = [(name, row["datetime"], row["antenna_id"]) for name in ("ego", "A")
            for row in csv.DictReader(open(f"{folder}/{name}.csv"))]
    placed = {row for row in rows if row[2]}
    return {"read": len(rows), "no_place": sum(not row[2] for row in rows),
            "located": sum(row[2] in known for row in placed), "unlocated": sum(row[2] not in known for row in placed)}


def bandicoot_numbers(path):
    rows = [row for row in csv.reader(open(path), delimiter=";") if row]
    zero = sum(float(row[6]) == 0 and float(row[7]) == 0 for row in rows)
    return {"read": len(rows), "people": len({row[2] for row in rows}), "moments": len({(row[2], row[4]) for row in rows}),
            "zero": zero}


def nomad(folder):
    rows = [row for path in sorted(glob.glob(f"{folder}/2024-*.csv")) for row in csv.DictReader(open(path))]
    instants = [(row["user_id"], datetime.fromisoformat(row["local_datetime"])) for row in rows]
    days = {at.date().isoformat() for _, at in instants}
    return {"read": len(rows), "people": len({user for user, _ in instants}), "moments": len(set(instants)),
            "days": sorted(days)}


def synth(folder):
    """Rows of the default synthetic layout, with its declared time format."""
    read, unparsable, accepted = 0, 0, set()
    for path in sorted(glob.glob(f"{folder}/dumps/*/*.csv.gz")):
        with gzip.open(path, "rt", newline="") as text:
            for row in csv.DictReader(text):
                read += 1
                try:
                    if len(row["when"]) != 19:
                        raise ValueError(row["when"])
                    datetime.strptime(row["when"], "%Y-%m-%d %H:%M:%S")
                    accepted.add((row["sim"], row["when"], row["tower"]))
                except ValueError:
                    unparsable += 1
    return {"read": read, "unparsable": unparsable, "accepted": len(accepted)}


def multimno(folder):
    query = f"""
        with rows as (select *, user_id is null or timestamp is null as no_value,
                             not coalesce(mcc between 100 and 999, true) as no_network
                      from read_parquet('{folder}/mno_events/*/*/*/*.parquet', hive_partitioning = false)),
             good as (select * from rows where not no_value and not no_network)
        select (select count(*) from rows), (select count(*) from rows where no_value),
               (select count(*) from rows where no_network and not no_value), (select count(*) from good),
               (select count(*) from (select distinct user_id, timestamp, cell_id from good))"""
    return dict(zip(["read", "null_value", "out_of_range", "good", "accepted"], duckdb().sql(query).fetchall()[0]))


def engines(folder, k):
    """Flows between daily locations (most events, then latest, then smaller H3) and hourly presence, rows with n >= k."""
    connection = duckdb()
    connection.execute(f"""
        create table events as select distinct sim, make_timestamp(at_us) as made, tower
            from read_csv('{folder}/rows.csv', types = {{'sim': 'varchar', 'tower': 'varchar', 'at_us': 'bigint'}});
        create table located as select sim, made, h3 from events
            join read_csv('{folder}/h3.csv', types = {{'tower': 'varchar', 'h3': 'varchar'}}) using (tower);
        create table daily as select sim, day, h3 from (
            select sim, cast(made as date) as day, h3, row_number() over
                (partition by sim, cast(made as date) order by count(*) desc, max(made) desc, h3) as place
            from located group by sim, cast(made as date), h3) where place = 1""")
    flows = connection.sql(f"""select cast(a.day as varchar), a.h3, b.h3, count(*) from daily a join daily b
        on a.sim = b.sim and b.day = a.day + 1 group by all having count(*) >= {int(k)}""")
    presence = connection.sql(f"""select strftime(date_trunc('hour', made), '%Y-%m-%dT%H:%M:%SZ'), h3, count(distinct sim)
        from located group by all having count(distinct sim) >= {int(k)}""")
    return {"flows": flows.fetchall(), "presence": presence.fetchall()}


def covid19(folder, level, first, event, last):
    """Homes, home -> home of the ISO week, home -> place of most dates of seven days, as Flowminder's COVID-19 queries have
    them: place of the last event of a date; most dates, then the latest date, then the smaller unit."""
    connection = duckdb()
    connection.execute(f"""
        create table events as select sim, date '{first}' + cast(at_s // 86400 as integer) as day, at_s, {level} as unit
            from read_csv('{folder}/rows.csv', types = {{'sim': 'varchar', 'at_s': 'bigint', 'tower': 'varchar'}})
            join read_csv('{folder}/units.csv', all_varchar = true) using (tower);
        create table daily as select sim, day, unit from events
            qualify row_number() over (partition by sim, day order by at_s desc) = 1;
        create table home as select sim, unit from daily
            where day >= date '{event}' - 28 and day < date '{event}' group by sim, unit
            qualify row_number() over (partition by sim order by count(*) desc, max(day) desc, unit) = 1;
        create table weekly as select sim, date_trunc('week', day) as week, unit from daily
            where date_trunc('week', day) >= date_trunc('week', date '{event}')
                and date_trunc('week', day) + interval 6 days <= date '{last}'
            group by sim, week, unit
            qualify row_number() over (partition by sim, week order by count(*) desc, max(day) desc, unit) = 1;
        create table days as select cast(unnest(generate_series(date '{event}', date '{last}', interval 1 day)) as date) as on_day;
        create table present as select sim, on_day, unit from daily join days on day between on_day - 6 and on_day
            group by sim, on_day, unit
            qualify row_number() over (partition by sim, on_day order by count(*) desc, max(day) desc, unit) = 1""")
    week = connection.sql("""select strftime(week, '%Y-%m-%d'), coalesce(home.unit, '_NOT_SEEN_BEFORE'), weekly.unit,
        count(*) from home right join weekly using (sim) group by all""").fetchall()
    present = connection.sql("""select strftime(on_day, '%Y-%m-%d'), coalesce(home, '_UNKNOWN'), coalesce(place, '_UNOBSERVED'),
        count(*) from (select coalesce(h.on_day, p.on_day) as on_day, h.unit as home, p.unit as place
            from (select * from home cross join days) h full join present p on h.sim = p.sim and h.on_day = p.on_day)
        group by all""").fetchall()
    homes = dict(connection.sql("select unit, count(*) from home group by unit").fetchall())
    return {"home_to_week": week, "home_to_present": present, "homes": homes}


question, *arguments = sys.argv[1:]
json.dump({"gowalla": gowalla, "bandicoot": bandicoot, "bandicoot_numbers": bandicoot_numbers, "nomad": nomad,
           "synth": synth, "multimno": multimno, "engines": engines, "covid19": covid19}[question](*arguments), sys.stdout)
