"""A released folder in the readers of analysts. Prints JSON; exits 77 where a reader is missing."""

import csv, datetime, glob, importlib.util, json, os, re, shutil, subprocess, sys

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
        if path.endswith("_geo.parquet"):
            continue  # shapes have no CSV: see `shapes`
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
        from frictionless import Package, validate
    except ImportError:
        sys.exit(77)
    import hashlib
    described = json.load(open(f"{folder}/datapackage.json"))
    package = Package.from_descriptor(f"{folder}/datapackage.json")
    errors = [str(error) for error in package.to_descriptor() and getattr(package, "metadata_errors", [])]
    tables = 0
    for own in described["resources"]:
        # Frictionless reads Parquet with a plugin only; the bytes of every file are compared here.
        content = open(f"{folder}/{own['path']}", "rb").read()
        if len(content) != own["bytes"] or "sha256:" + hashlib.sha256(content).hexdigest() != own["hash"]:
            errors.append(f"{own['path']}: other bytes")
        if own["format"] == "csv":
            tables += 1
            report = validate(package.get_resource(own["name"]))
            errors += [f"{own['path']}: {error[1]}" for error in report.flatten(["rowNumber", "message"])]
    return {"errors": errors, "csv": tables, "files": len(described["resources"])}


def plain(value):
    return value.isoformat() if isinstance(value, datetime.date) else value


def questions(page, folder, output):
    """Runs the blocks of the page in the folder; a block of Python or R leaves its answer in `answer`."""
    os.chdir(folder)
    answers = []
    for language, file, block in re.findall(r"```(sql|python|r|ogr) ?(\S*)\n(.*?)```", open(page).read(), re.S):
        rows = {"sql": by_sql, "python": by_python, "r": by_r, "ogr": by_ogr}[language](block, file or output)
        answers.append(rows and [[plain(value) for value in row] for row in rows])
    return {"answers": answers}


def by_sql(block, _):
    return duckdb.sql(block).fetchall()


def by_python(block, output):
    if "geopandas" in block and not has("geopandas"):
        return None
    names = {"OUTPUT": output}
    exec(block, names)
    answer = names["answer"]
    return answer.rows() if isinstance(answer, polars.DataFrame) else answer.values.tolist()


def by_r(block, _):
    """Through the R of this machine; none, no answer."""
    if not shutil.which("Rscript"):
        return None
    script = block + '\nwrite.csv(answer, row.names = FALSE, na = "")'
    run = subprocess.run(["Rscript", "--vanilla", "-e", script], capture_output=True, text=True)
    if run.returncode:
        sys.exit(run.stderr)
    return list(csv.reader(run.stdout.splitlines()))[1:]


def by_ogr(block, file):
    if not has("pyogrio"):
        return None
    import pyogrio
    return pyogrio.read_dataframe(file, sql=block, sql_dialect="SQLITE", read_geometry=False).values.tolist()


def has(module):
    return importlib.util.find_spec(module) is not None


def shapes(folder):
    """The shapes of a release by GeoParquet (pyarrow) and by GeoJSON (GDAL): the same areas, figures and lines."""
    if not (has("geopandas") and has("pyogrio")):
        sys.exit(77)
    import geopandas, pyogrio
    differences = []
    same = lambda what, a, b: differences.append(f"{what}: {a} and {b}") if a != b else None
    areas = geopandas.read_parquet(f"{folder}/areas_admin_geo.parquet")
    plain_areas = polars.read_csv(f"{folder}/areas_admin.csv", infer_schema_length=None)
    same("areas", list(areas.area_id), plain_areas["area_id"].to_list())
    same("crs", areas.crs.to_string(), "OGC:CRS84")
    same("valid", int(areas.geometry.is_valid.sum()), len(areas))
    boxes = pyarrow.parquet.read_table(f"{folder}/areas_admin_geo.parquet")["bbox"].to_pylist()
    same("boxes", areas.geometry.bounds.values.tolist(), [[box[side] for side in ("xmin", "ymin", "xmax", "ymax")] for box in boxes])
    within = geopandas.GeoSeries(geopandas.points_from_xy(areas.center_lon, areas.center_lat), crs=areas.crs).within(areas.geometry)
    same("points inside", int(within.sum()), len(areas))
    # The parts of a country make it up, to the precision of its borders: those that cross a border are drawn once.
    whole = [float(areas[areas.adm_level == level].geometry.area.sum()) for level in sorted(set(areas.adm_level))]
    same("levels cover the same", [round(own / whole[0], 4) for own in whole], [1.0] * len(whole))
    figures = polars.read_parquet(f"{folder}/indicators_admin.parquet").filter(polars.col("category") == "displacement")
    flows = sums = 0
    for level in sorted(set(areas.adm_level))[1:]:
        layer = pyogrio.read_dataframe(f"{folder}/map/areas_adm{level}.geojson")
        own = areas[areas.adm_level == level]
        same(f"adm{level}", list(layer.area_id), list(own.area_id))
        same(f"shapes of adm{level}", int(layer.geometry.geom_equals(own.geometry.reset_index(drop=True)).sum()), len(own))
        last = figures.filter(polars.col("reference_period_end") == polars.col("reporting_date"), polars.col("adm_level") == level)
        for row in last.iter_rows(named=True):
            if row["area_id"].startswith("_"):
                continue
            name = row["indicator"].removeprefix("displacement.")
            feature = layer[layer.area_id == row["area_id"]].iloc[0]
            number = lambda column: None if pandas.isna(feature[column]) else int(feature[column])
            same(f"{row['area_id']} {name}", [number(name), number(f"{name}_low"), number(f"{name}_high"), bool(feature[f"{name}_suppressed"])],
                 [row["value"], row["value_low"], row["value_high"], row["suppressed"]])
            sums += 1
        pairs = polars.read_parquet(f"{folder}/flows_adm{level}__stock_displaced.parquet").filter(
            polars.col("reference_period_start") == polars.col("reporting_date"), polars.col("persons_est") > 0,
            polars.col("origin_id") != polars.col("dest_id"), ~polars.col("origin_id").str.starts_with("_"), ~polars.col("dest_id").str.starts_with("_"))
        lines = pyogrio.read_dataframe(f"{folder}/map/flows_adm{level}.geojson")
        columns = ["origin_id", "dest_id", "displaced", "displaced_low", "displaced_high"]
        # GDAL knows no columns of a layer without features.
        same(f"lines of adm{level}", [tuple(own) for own in lines[columns].values] if len(lines) else [],
             [tuple(own) for own in pairs.select("origin_id", "dest_id", "persons_est", "persons_low", "persons_high").rows()])
        flows += len(lines)
    return {"differences": differences, "areas": len(areas), "figures": sums, "lines": flows, "h3_cells": h3_cells(folder, same)}


def h3_cells(folder, same):
    """The hexagons by GeoParquet and by GeoJSON, against the table without shapes and the corners that the library of H3 tells."""
    import geopandas, pyogrio
    if not os.path.exists(f"{folder}/cells_h3.parquet"):
        return 0
    table = pandas.read_parquet(f"{folder}/cells_h3.parquet")
    shapes = geopandas.read_parquet(f"{folder}/cells_h3_geo.parquet")
    same("rows of H3 cells", table.equals(pandas.DataFrame(shapes.drop(columns="geometry"))[table.columns]), True)
    if has("h3"):
        import h3
        corners = lambda cell: sorted((round(lon, 6), round(lat, 6)) for lat, lon in h3.cell_to_boundary(cell))
        drawn = lambda shape: sorted((round(x, 6), round(y, 6)) for x, y in shape.exterior.coords[:-1])
        same("corners", sum(corners(cell) == drawn(shape) for cell, shape in zip(shapes.h3, shapes.geometry)), len(shapes))
    layer = pyogrio.read_dataframe(f"{folder}/map/cells_h3.geojson")
    last = table[table.date == table.date.max()]
    same("H3 cells of the map", list(layer.h3), list(last.h3))
    for name in ("displaced_in", "displaced_in_low", "displaced_in_high", "displaced_from"):
        same(name, [None if pandas.isna(own) else int(own) for own in layer[name]],
             [None if pandas.isna(own) else int(own) for own in last[name]])
    kepler = pandas.read_csv(f"{folder}/cells_kepler.csv")
    told = table[table.displaced_in.notna() | table.displaced_from.notna()]
    same("kepler", [list(kepler.hex_id), kepler.displaced_in.sum(), kepler.displaced_from.sum()],
         [list(told.h3), told.displaced_in.sum(), told.displaced_from.sum()])
    return len(table)


print(json.dumps({"agree": agree, "frictionless": frictionless, "questions": questions, "shapes": shapes}[sys.argv[1]](*sys.argv[2:])))
