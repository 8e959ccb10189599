"""A released folder in the readers of analysts. Prints JSON; exits 77 where a reader is missing."""

import datetime, glob, json, os, re, sys

try:
    import duckdb, pandas, polars, pyarrow, pyarrow.csv, pyarrow.parquet
except ImportError:
    sys.exit(77)

KINDS = [("bool", "bool"), ("date", "date"), ("int", "int"), ("double", "float"), ("float", "float"), ("varchar", "text"),
         ("str", "text")]


def kind(name):
    name = str(name).lower()
    return next((kind for part, kind in KINDS if part in name), name)


def by_duckdb(path, _):
    table = duckdb.sql(f"select * from '{path}'")
    one = lambda what: duckdb.sql(f"select {what} from '{path}'").fetchall()[0][0]
    return {name: (kind(t), one(f'count(*) - count("{name}")'),
                   one(f'sum("{name}"::double)') if kind(t) in ("int", "float") else None)
            for name, t in zip(table.columns, table.types)}, one("count(*)")


def by_polars(path, schema):
    frame = polars.read_parquet(path) if path.endswith("parquet") else polars.read_csv(path, infer_schema_length=None)
    numbers = lambda c: float(c.sum()) if c.dtype.is_numeric() and c.null_count() < len(c) else None
    return {c.name: (kind(c.dtype), c.null_count(), numbers(c)) for c in frame}, len(frame)


def by_pyarrow(path, _):
    options = pyarrow.csv.ConvertOptions(strings_can_be_null=True)
    table = pyarrow.parquet.read_table(path) if path.endswith("parquet") else pyarrow.csv.read_csv(path, convert_options=options)
    def numbers(c):
        known = [value for value in c.to_pylist() if value is not None]
        return float(sum(known)) if known and not isinstance(known[0], (str, bool, datetime.date)) else None
    kinds = lambda t: "text" if pyarrow.types.is_null(t) else kind(t)
    return {f.name: (kinds(f.type), c.null_count, numbers(c)) for f, c in zip(table.schema, table.columns)}, len(table)


def agree(folder):
    differences, tables, columns, sums = [], 0, 0, 0
    readers = {"duckdb": by_duckdb, "polars": by_polars, "pyarrow": by_pyarrow}
    for path in sorted(glob.glob(f"{folder}/*.parquet")):
        tables += 1
        name = os.path.basename(path)[:-8]
        seen = {f"{reader} {form}": read(f"{path[:-7]}{form}", None) for reader, read in readers.items()
                for form in ("parquet", "csv")}
        truth, rows = seen["pyarrow parquet"]
        for who, (found, count) in seen.items():
            shape = name == "idps_admin" and who.endswith("csv")
            expected = rows - truth["numPresentIdpInd"][1] if shape else rows
            if count != expected:
                differences.append(f"{name}: {who}: {count} rows, not {expected}")
            if shape and len(found) != 21:
                differences.append(f"{name}: {who}: {len(found)} columns")
            for column, (type_, nulls, total) in truth.items():
                if shape and column not in found:
                    continue
                columns += who == "pyarrow parquet"
                own_type, own_nulls, own_total = found[column]
                if who.endswith("parquet") and own_type != type_:
                    differences.append(f"{name}.{column}: {who}: {own_type}, not {type_}")
                if not shape and own_nulls != nulls:
                    differences.append(f"{name}.{column}: {who}: {own_nulls} nulls, not {nulls}")
                # An all-empty column of a CSV has no type; years and levels of rows that a shape omits are not in it.
                is_told = not shape or column == "numPresentIdpInd"
                if total is not None and is_told:
                    sums += who == "pyarrow parquet"
                    if own_total is None or abs(own_total - total) > 1e-6 * max(1, abs(total)):
                        differences.append(f"{name}.{column}: {who}: sum {own_total}, not {total}")
    return {"differences": differences, "tables": tables, "columns": columns, "sums": sums}


def frictionless(folder):
    try:
        from frictionless import Package, Resource, validate
    except ImportError:
        sys.exit(77)
    import hashlib
    described = json.load(open(f"{folder}/datapackage.json"))
    package = Package.from_descriptor(f"{folder}/datapackage.json")
    errors = [str(error) for error in package.to_descriptor() and getattr(package, "metadata_errors", [])]
    csv = 0
    for own in described["resources"]:
        # Frictionless reads Parquet with a plugin only; the bytes of every file are compared here.
        content = open(f"{folder}/{own['path']}", "rb").read()
        if len(content) != own["bytes"] or "sha256:" + hashlib.sha256(content).hexdigest() != own["hash"]:
            errors.append(f"{own['path']}: other bytes")
        if own["format"] == "csv":
            csv += 1
            report = validate(Resource.from_descriptor(own, basepath=folder))
            errors += [f"{own['path']}: {error[1]}" for error in report.flatten(["rowNumber", "message"])]
    return {"errors": errors, "csv": csv, "files": len(described["resources"])}


def plain(value):
    return value.isoformat() if isinstance(value, datetime.date) else value


def questions(page, folder):
    """Runs the blocks of the page in the folder; a Python block leaves its answer in `answer`."""
    os.chdir(folder)
    answers = []
    for language, block in re.findall(r"```(sql|python)\n(.*?)```", open(page).read(), re.S):
        if language == "sql":
            rows = duckdb.sql(block).fetchall()
        else:
            names = {}
            exec(block, names)
            answer = names["answer"]
            rows = answer.rows() if isinstance(answer, polars.DataFrame) else answer.values.tolist()
        answers.append([[plain(value) for value in row] for row in rows])
    return {"answers": answers}


print(json.dumps({"agree": agree, "frictionless": frictionless, "questions": questions}[sys.argv[1]](*sys.argv[2:])))
