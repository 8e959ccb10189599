"""An attacker with the folders that left, and scipy's HiGHS; shares no code with the product and sees no truth.

usage: release_attacker.py [options] FOLDER...     folders of `hexodus release`, all of one operation
  --days-tied          all days are one program, see below
  --asked FILE         only these numbers, one a line, to save programs; of them only the names are told
  --internal DAY,DAY   FOLDER holds tables of a run, which are not protected: to see that the attack bites
  --pages              only compares each report.html with the tables beside it, and prints how many values it holds

Where a folder has a report.html, what its blocks tell is learnt, too, and a row of them that is not in the tables ends the attack.

Every number is an unknown. Of one that is told x, a multiple of the base b, the truth is from x - b/2 (rounded up) to
below x + b/2, and k or more (so many times k as one subscriber may be counted in a period); of one that is withheld, 0
or more. Relations: who is displaced in or from an area is so in one of its H3 cells, pairs sum to homes and hosts, areas to areas above and to the country, who lives in an area is the
sum of the states, the residents of an area are its population and the difference of who is displaced in and from it, who comes to or leaves an area is no more than who comes to or leaves its parts. `--days-tied` adds
what a reader of the methods knows besides: the panel of an area is the same on all days, who is displaced or back was newly displaced once since the event, and came to a host. Then
all days are one program, else each is its own.

Asks for the least and greatest value of every withheld number, many at a time where that is enough. Prints CSV:
number, the least and greatest value found (no more is asked once a number may be k or more and 5 wide), programs.
"""

import argparse, base64, csv, gzip, json, re, sys
from collections import Counter
from pathlib import Path

try:
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import coo_array, vstack
except ImportError:
    sys.exit(77)

WITHIN = 5
ENOUGH = 1e-5
HOSTS = {"arrived", "departed", "stock"}
# Figures of H3 cells, and of which figure of their area they are parts.
CELLS = {"displaced_in": "stock", "displaced_from": "from"}
OF_PERIOD = {"arrived", "departed", "new"}
STATES = ["from", "returned", "unobserved", "stayed"]


def rows(path):
    with open(path, newline="") as file:
        yield from csv.DictReader(file)


BLOCK = re.compile(r'<script type="application/octet-stream" data-block="([^"]*)">([^<]*)</script>')


def page_blocks(folder):
    """The data of report.html by block, decoded as the page does it; none where there is no page."""
    path = folder / "report.html"
    text = path.read_text() if path.exists() else ""
    blocks = {name: json.loads(gzip.decompress(base64.b64decode(data))) for name, data in BLOCK.findall(text)}
    if text and len(blocks) != text.count("data-block=\""):
        sys.exit("report.html: a block that is not read")
    return blocks


def as_csv(value):
    """As a CSV writes it; whole numbers without a fraction, on both sides."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value).removesuffix(".0")


def page_rows(table):
    """Rows of a block: text is places in a list of words, -1 where there is none."""
    columns = {}
    for name, own in table["columns"].items():
        values = [own["words"][at] if at >= 0 else None for at in own["at"]] if "at" in own else own["values"]
        columns[name] = [as_csv(value) for value in values]
    if any(len(own) != table["rows"] for own in columns.values()):
        sys.exit(f"{table['table']}: columns of different length")
    return [dict(zip(columns, row)) for row in zip(*columns.values())]


def check_page(folder):
    """Everything that a page tells is told by the tables beside it, row by row; returns its tables, and how many values."""
    tables, values = {}, 0
    for name, block in page_blocks(folder).items():
        if name == "head":
            if block["method"] != json.loads((folder / "method.json").read_text()):
                sys.exit("report.html: another method than method.json")
            if set(block) != {"format", "method", "absent", "left_out"}:
                sys.exit(f"report.html: unknown in head: {sorted(block)}")
        elif name in ("boundaries", "hexagons"):
            of, key = ("areas_admin", "area_id") if name == "boundaries" else ("cells_h3", "h3")
            ids = {own["area_id"] for own in block["areas"]} if name == "boundaries" else set(block["ids"])
            if not ids <= {row[key] for row in rows(folder / f"{of}.csv")}:
                sys.exit(f"report.html: {name} of what is not in {of}")
        else:
            own = page_rows(block)
            names = list(own[0]) if own else []
            of_row = lambda row: tuple(row[column] for column in names)
            known = Counter(tuple(as_csv(cell) for cell in of_row(row)) for row in rows(folder / f"{name}.csv"))
            more = Counter(map(of_row, own)) - known
            if more:
                sys.exit(f"report.html tells what {name} does not: {dict(zip(names, next(iter(more))))}")
            tables[name] = own
            values += sum(cell != "" for row in own for cell in row.values())
    return tables, values


class Knowledge:
    """What the files say: per day and number the bounds of a told one, `None` of a withheld one; areas and their parents."""

    def __init__(self):
        self.told, self.parents, self.k, self.times, self.base, self.conflicts = {}, {1: {}, 2: {}}, 0, 1, 1, []
        self.cells, self.k_h3 = {}, 0
        # Bounds of `stock` less `from`, by day, level and area.
        self.gained = {}

    def learn(self, day, number, text):
        """Told once is told: the same day of several releases is the same truth."""
        known = self.told.setdefault(day, {})
        if not text:
            known.setdefault(number, None)
            return
        value = int(text)
        least = self.k_h3 if number[0] in CELLS else self.k * (self.times if number[0] in OF_PERIOD else 1)
        # Half up: from x - floor(b / 2) to x + ceil(b / 2) - 1.
        bounds = (max(value - self.base // 2, least), value + (self.base + 1) // 2 - 1)
        if known.get(number) not in (None, bounds):
            self.conflicts.append((day, number))
        known[number] = bounds

    def place(self, level, row, end):
        unit = row[f"{end}_id"]
        self.parents[level][unit] = row[f"{end}_adm1_pcode"] or unit

    def flows(self, folder, days=None):
        for level in (1, 2):
            path = folder / f"flows_adm{level}__stock_displaced.csv"
            self.pairs(level, rows(path) if path.exists() else (), days)

    def pairs(self, level, table, days=None):
        for row in table:
            day = row["reference_period_start"]
            if row["dest_id"] == "_UNOBSERVED" or (days and day not in days):
                continue
            # The page has no column of the areas above.
            for end in ("origin", "dest") if "origin_adm1_pcode" in row else ():
                self.place(level, row, end)
            self.learn(day, ("pair", level, row["origin_id"], row["dest_id"]), row["subscribers_published"])

    def release(self, folder):
        method = json.loads((folder / "method.json").read_text())
        rule = method["crisis"]["displacement"]
        confirmed = max(1, min(rule["confirm_days"], rule["return_days"], rule["move_days"]))
        self.k, self.base = method["privacy"]["k_admin"], method["privacy"]["round_to"]
        self.times = 1 + (method["privacy"]["every_days"] - 1) // (2 * confirmed)
        self.flows(folder)
        self.k_h3 = method["privacy"]["k_h3"]
        people = {(row["adm_level"], row["area_id"]): row["population_ref"] for row in rows(folder / "areas_admin.csv")}
        grid = list(rows(folder / "cells_h3.csv")) if self.k_h3 else []
        self.cells.update((row["h3"], row["adm2_pcode"]) for row in grid)
        self.figures(rows(folder / "indicators_admin.csv"), people)
        self.grid(grid)
        for name, table in check_page(folder)[0].items():
            if name == "indicators_admin":
                self.figures(table, people)
            elif name == "cells_h3":
                self.grid(table)
            elif name.startswith("flows_"):
                self.pairs(int(name.removeprefix("flows_adm").split("_")[0]), table)

    def figures(self, table, people):
        for row in table:
            if row["indicator"].startswith("residents."):
                self.living(row, people[row["adm_level"], row["area_id"]])
                continue
            figure, level = row["indicator"].removeprefix("displacement."), int(row["adm_level"])
            self.learn(row["reference_period_end"], (figure, level, row["area_id"] if level else ""), row["value"])

    def grid(self, table):
        for row in table:
            for cell in CELLS:
                self.learn(row["date"], (cell, "h3", row["h3"]), row[cell])

    def living(self, row, population):
        """Two roundings apart: the base less one to either side. Who lives there is that and the population."""
        if not row["value"]:
            return
        value = int(row["value"])
        if row["indicator"] == "residents.residents":
            if value == 0:
                return
            value -= int(float(population))
        place = (row["reference_period_end"], int(row["adm_level"]), row["area_id"])
        low, high = self.gained.get(place, (-np.inf, np.inf))
        self.gained[place] = (max(low, value - self.base + 1), min(high, value + self.base - 1))

    def internal(self, folder, days):
        """Numbers of a run: not rounded, and 0 < k is the only rule."""
        self.k = json.loads((folder.parent / "method.json").read_text())["privacy"]["min_subscribers"]
        self.flows(folder, days)
        columns = {"panel": "residents", "displaced": "from", "returned": "returned", "unobserved": "unobserved"}
        for level in (1, 2):
            for row in rows(folder / f"displacement_adm{level}.csv"):
                for column, figure in columns.items() if row["date"] in days else ():
                    self.learn(row["date"], (figure, level, row["area_id"]), row[column])


class World:
    """Unknowns with bounds, and what ties them; of one day or of several."""

    def __init__(self, knowledge, days):
        self.at, self.bounds, self.equal, self.less = {}, [], [], []
        self.k = []
        for day in days:
            for number, told in knowledge.told[day].items():
                self.add(knowledge, (day, *number), told)
        self.asked = [number for number in self.at if knowledge.told[number[0]].get(number[1:], 0) is None]
        self.figures = {number[1] for number in self.at} - {"pair"} - set(CELLS)
        for day in days:
            self.tie(knowledge, day)

    def add(self, knowledge, number, told=None):
        if number not in self.at:
            self.at[number] = len(self.bounds)
            self.bounds.append(told or (0, None))
            self.k.append(knowledge.k * (knowledge.times if number[1] in OF_PERIOD else 1))
        return self.at[number]

    def sums(self, knowledge, links, exactly=True):
        wholes = {}
        for whole, part in links:
            wholes.setdefault(whole, []).append(part)
        for whole, parts in wholes.items():
            relation = [(self.add(knowledge, whole), 1.0)] + [(self.add(knowledge, part), -1.0) for part in parts]
            (self.equal if exactly else self.less).append(relation)

    def tie(self, knowledge, day):
        units = knowledge.parents
        pairs = {level: [n for n in list(self.at) if n[:3] == (day, "pair", level)] for level in units}
        for level in units:
            self.sums(knowledge, [((day, "from", level, p[3]), p) for p in pairs[level]])
            self.sums(knowledge, [((day, "stock", level, p[4]), p) for p in pairs[level]])
            for unit in units[level] if "residents" in self.figures else ():
                if "stayed" in self.figures:
                    self.sums(knowledge, [((day, "residents", level, unit), (day, f, level, unit)) for f in STATES])
                else:
                    parts = [(self.add(knowledge, (day, f, level, unit)), 1.0) for f in STATES[:3]]
                    self.less.append(parts + [(self.add(knowledge, (day, "residents", level, unit)), -1.0)])
        for figure in sorted(self.figures | {"from", "stock"}):
            exactly = figure not in ("arrived", "departed")
            above = [((day, figure, 1, parent), (day, figure, 2, unit)) for unit, parent in units[2].items()]
            self.sums(knowledge, above, exactly)
            if exactly:
                self.sums(knowledge, [((day, figure, 0, ""), (day, figure, 1, unit)) for unit in units[1]])
        for (on, level, area), bounds in knowledge.gained.items():
            if on == day:
                gained = self.add(knowledge, (day, "gained", level, area), bounds)
                of = lambda figure: self.add(knowledge, (day, figure, level, area))
                self.equal.append([(of("stock"), 1.0), (of("from"), -1.0), (gained, -1.0)])
        parent = units[2]
        self.sums(knowledge, [((day, "pair", 1, parent[p[3]], parent[p[4]]), p) for p in pairs[2]])
        self.sums(knowledge, [((day, "from", 0, ""), (day, "stock", 0, ""))])
        for cell, whole in CELLS.items():
            self.sums(knowledge, [((day, whole, 2, area), (day, cell, "h3", h3)) for h3, area in knowledge.cells.items()])

    def tie_days(self, days):
        """The panel stays; whoever is displaced or back was new once."""
        areas = {number[2:] for number in self.at if len(number) == 4 and number[1] not in CELLS}
        at = lambda day, figure, area: self.at.get((day, figure, *area))
        for area in areas:
            panel = [at(day, "residents", area) for day in days]
            self.equal += [[(a, 1.0), (b, -1.0)] for a, b in zip(panel, panel[1:]) if None not in (a, b)]
            for last in range(len(days)):
                before = days[: last + 1]
                new = [at(day, "new", area) for day in before]
                now = [at(days[last], figure, area) for figure in ("from", "returned")]
                if None not in new + now:
                    self.less.append([(t, 1.0) for t in now] + [(t, -1.0) for t in new])
        # Whoever is displaced or back came to some host once, in every level's hosts.
        for level in (1, 2):
            hosts = [area for area in areas if area[0] == level]
            for last in range(len(days)):
                came = [at(day, "arrived", host) for day in days[: last + 1] for host in hosts]
                now = [at(days[last], figure, (0, "")) for figure in ("from", "returned")]
                if None not in now:
                    self.less.append([(t, 1.0) for t in now] + [(t, -1.0) for t in came if t is not None])


def matrix(relations, n):
    i = [row for row, relation in enumerate(relations) for _ in relation]
    terms = [term for relation in relations for term in relation]
    return coo_array(([f for _, f in terms], (i, [t for t, _ in terms])), shape=(len(relations), n)).tocsr()


def wider(own, m):
    return coo_array((own.tocoo().data, own.tocoo().coords), shape=(own.shape[0], own.shape[1] + m)).tocsr()


class Attack:
    def __init__(self, world, wanted=None):
        self.n, self.world, self.programs = len(world.bounds), world, 0
        self.k = np.array(world.k, dtype=float)
        self.low, self.high = np.full(self.n, np.inf), np.full(self.n, -np.inf)
        self.asked = [number for number in world.asked if wanted is None or "|".join(map(str, number)) in wanted]
        self.targets = [world.at[number] for number in self.asked]
        self.equal, self.less = matrix(world.equal, self.n), matrix(world.less, self.n)
        self.bounds = np.array([(low, np.inf if high is None else high) for low, high in world.bounds], dtype=float)

    def solve(self, cost, caps=()):
        """A world of least cost; with `caps`, numbers have a second self: no more than they are, nor than the cap."""
        self.programs += 1
        own, m = self.world, len(caps)
        equal, less = self.equal, self.less
        if m:
            links = matrix([[(self.n + at, 1.0), (t, -1.0)] for at, (t, _) in enumerate(caps)], self.n + m)
            equal, less = wider(equal, m), vstack([wider(less, m), links]).tocsr()
        bounds = np.vstack([self.bounds, [(0.0, cap) for _, cap in caps]]) if m else self.bounds
        some = less.shape[0] > 0
        found = linprog(cost, A_ub=less if some else None, b_ub=np.zeros(less.shape[0]) if some else None, A_eq=equal,
                        b_eq=np.zeros(equal.shape[0]), bounds=bounds, method="highs")
        if found.status == 3:
            return None
        if found.status != 0:
            sys.exit(f"no world fits the files: {found.message}")
        values = found.x[: self.n]
        self.low, self.high = np.minimum(self.low, values), np.maximum(self.high, values)
        return found.fun

    def open(self):
        """Targets not yet seen to be k or more, and in an interval of 5 or more."""
        return [t for t in self.targets if self.high[t] < self.k[t] - ENOUGH or self.high[t] - self.low[t] < WITHIN - ENOUGH]

    def run(self):
        self.solve(np.zeros(self.n))
        before = None
        while (left := self.open()) and len(left) != before:
            before = len(left)
            self.solve(np.r_[np.zeros(self.n), -np.ones(before)], [(t, self.k[t] + WITHIN) for t in left])
            least = np.zeros(self.n)
            least[left] = 1.0
            self.solve(least)
        for target in self.open():
            self.alone(target)

    def alone(self, target):
        cost = np.zeros(self.n)
        cost[target] = -1.0
        bound = self.bounds[target, 1]
        self.bounds[target, 1] = min(bound, self.k[target] + WITHIN)
        self.solve(cost)
        self.bounds[target, 1] = bound
        if self.high[target] >= self.k[target] - ENOUGH:
            self.solve(-cost)


def options():
    parser = argparse.ArgumentParser()
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--days-tied", action="store_true")
    parser.add_argument("--asked", type=Path)
    parser.add_argument("--internal")
    parser.add_argument("--pages", action="store_true")
    return parser.parse_args()


def main():
    asked, knowledge = options(), Knowledge()
    if asked.pages:
        print(json.dumps([check_page(folder)[1] for folder in asked.folders]))
        return
    if asked.internal:
        knowledge.internal(asked.folders[0], asked.internal.split(","))
    else:
        for folder in asked.folders:
            knowledge.release(folder)
    if knowledge.conflicts:
        sys.exit(f"told twice, and differently: {knowledge.conflicts[:5]}")
    wanted = set(asked.asked.read_text().split("\n")) if asked.asked else None
    days = sorted(knowledge.told)
    out = csv.writer(sys.stdout, lineterminator="\n")
    out.writerow(["number", "low", "high", "programs"])
    for group in [days] if asked.days_tied else [[day] for day in days]:
        world = World(knowledge, group)
        if asked.days_tied:
            world.tie_days(group)
        attack = Attack(world, wanted)
        attack.run()
        for number in attack.asked:
            t = world.at[number]
            low, high = round(float(attack.low[t]), 4), round(float(attack.high[t]), 4)
            out.writerow(["|".join(map(str, number)), low, high, attack.programs])


if __name__ == "__main__":
    main()
