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


question, *arguments = sys.argv[1:]
json.dump({"gowalla": gowalla, "bandicoot": bandicoot, "bandicoot_numbers": bandicoot_numbers, "nomad": nomad,
           "synth": synth, "multimno": multimno, "engines": engines}[question](*arguments), sys.stdout)
