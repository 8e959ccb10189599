"""An attacker with the files of a release and scipy's HiGHS; shares no code and no idea with the suppression.

usage: lp_attacker.py FOLDER        (one folder a world: released.csv, structure.csv; truth.csv for the judge only)

The attacker writes down every sum that ties the numbers, takes every number that is not released as unknown (nobody,
too), and asks for the least and greatest value of each. To save programs one of them asks for many numbers at a time: a
world in which several are large shows each to be large. The judge then opens the truth: a count of 1 to k - 1 is
recovered if it is known to be below k, or within 5. Prints one line of JSON; exit code 1 if one was recovered.
"""

import csv, json, sys, time
from pathlib import Path

try:
    import numpy as np
    from scipy.optimize import linprog
    from scipy.sparse import coo_array
except ImportError:
    sys.exit(77)

WITHIN = 5
TOLERANCE = 1e-5


def rows(path):
    with open(path, newline="") as file:
        yield from csv.DictReader(file)


class World:
    """Numbers by name, and what is known of them: equations and bounds."""

    def __init__(self, folder):
        self.levels, self.k, self.units, self.figures, self.identities = [], {}, {}, {}, []
        self.values, self.names, self.equal, self.less = {}, {}, [], []
        self.parts, self.told_by_parts = {}, set()
        self.read(folder)
        self.tie()

    def read(self, folder):
        for row in rows(folder / "structure.csv"):
            if row["what"] == "level":
                self.levels.append(row["level"])
                self.k[row["level"]] = int(row["name"])
                self.units[row["level"]] = {}
            elif row["what"] == "unit":
                self.units[row["level"]][row["name"]] = (row["parent"], row["kind"])
            elif row["what"] == "part":
                self.parts[row["name"]] = row["parent"]
            elif row["what"] == "figure":
                self.figures[row["name"]] = (row["kind"], row["additive"] == "true")
            else:
                self.identities.append((row["name"], row["parts"].split()))
        for row in rows(folder / "released.csv"):
            if row["level"] == "parts":
                self.told_by_parts.add(row["figure"])
                self.at(name(row))
            if row["value"]:
                self.values[name(row)] = int(row["value"])

    def at(self, number):
        return self.names.setdefault(number, len(self.names))

    def pairs(self, level):
        return [("pair", level, a, b) for a, (_, kind) in self.units[level].items() if kind == "both"
                for b in self.units[level]]

    def tie(self):
        for depth, level in enumerate(self.levels):
            pairs = self.pairs(level)
            for number in pairs:
                self.at(number)
            for figure, (kind, additive) in self.figures.items():
                for unit in self.units[level]:
                    self.at(("figure", level, unit, figure))
                end = {"row": 2, "column": 3}.get(kind)
                if end:
                    self.add_up({("figure", level, unit, figure): [] for unit in self.units[level]},
                                [(("figure", level, p[end], figure), p) for p in pairs])
                if depth:
                    parent = lambda unit: self.units[level][unit][0]
                    above = self.levels[depth - 1]
                    wholes = {("figure", above, unit, figure): [] for unit in self.units[above]}
                    parts = [(("figure", above, parent(unit), figure), ("figure", level, unit, figure))
                             for unit in self.units[level]]
                    self.add_up(wholes, parts, additive)
                else:
                    self.add_up({("total", figure): []},
                                [(("total", figure), ("figure", level, unit, figure)) for unit in self.units[level]])
            if depth:
                self.add_up({p: [] for p in self.pairs(self.levels[depth - 1])},
                            [(("pair", above, parent(p[2]), parent(p[3])), p) for p in pairs])
            for whole, parts in self.identities:
                for unit in self.units[level]:
                    number = lambda figure: ("figure", level, unit, figure)
                    self.add_up({number(whole): []}, [(number(whole), number(part)) for part in parts])
        # Who is in an area is in one of its parts. What is withheld of a part may not be known to be below k of the area.
        self.k["parts"] = self.k[self.levels[-1]]
        for figure in self.told_by_parts:
            links = [(("figure", self.levels[-1], unit, figure), ("figure", "parts", part, figure))
                     for part, unit in self.parts.items()]
            self.add_up({whole: [] for whole, _ in links}, links)
        # Everybody displaced is displaced from somewhere and to somewhere.
        margins = [("total", figure) for figure, (kind, _) in self.figures.items() if kind != "own"]
        for other in margins[1:]:
            self.add_up({margins[0]: []}, [(margins[0], other)])

    def add_up(self, wholes, parts, exactly=True):
        for whole, part in parts:
            wholes[whole].append(part)
        for whole, parts in wholes.items():
            relation = {self.at(whole): 1.0, **{self.at(part): -1.0 for part in parts}}
            (self.equal if exactly else self.less).append(relation)

    def threshold(self, number):
        return self.k[self.levels[0] if number[0] == "total" else number[1]]


def name(row):
    if row["kind"] == "pair":
        return ("pair", row["level"], row["origin"], row["dest"])
    return ("total", row["figure"]) if row["kind"] == "total" else ("figure", row["level"], row["unit"], row["figure"])


def system(relations, known, column):
    """Left side over the unknown numbers, right side from the known ones; repeats and empty relations left out."""
    i, j, c, right, seen = [], [], [], [], set()
    for relation in relations:
        terms = tuple(sorted((column[n], f) for n, f in relation.items() if n in column))
        value = -sum(f * known[n] for n, f in relation.items() if n not in column)
        if terms and (terms, value) not in seen:
            seen.add((terms, value))
            for at, factor in terms:
                i.append(len(right)); j.append(at); c.append(factor)
            right.append(value)
    return coo_array((c, (i, j)), shape=(len(right), len(column))), np.array(right, dtype=float)


class Attack:
    def __init__(self, world):
        known = {world.names[number]: value for number, value in world.values.items()}
        self.unknown = [number for number, at in world.names.items() if at not in known]
        column = {world.names[number]: at for at, number in enumerate(self.unknown)}
        self.n = len(self.unknown)
        (self.A, self.b), (self.C, self.d) = (system(r, known, column) for r in (world.equal, world.less))
        self.k = np.array([world.threshold(number) for number in self.unknown], dtype=float)
        self.low, self.high = np.full(self.n, np.inf), np.full(self.n, -np.inf)
        self.programs = 0

    def solve(self, cost, caps=()):
        """A world of least cost; with `caps`, numbers have a second self that is no more than they are, nor than a cap."""
        self.programs += 1
        m = len(caps)
        A, C, d = self.A, self.C, self.d
        if m:
            pad = lambda matrix: coo_array((matrix.data, matrix.coords), shape=(matrix.shape[0], self.n + m))
            A = pad(A)
            at = [t for t, _ in caps]
            i = np.arange(m)
            link = coo_array((np.r_[np.ones(m), -np.ones(m)], (np.r_[i, i], np.r_[self.n + i, at])), shape=(m, self.n + m))
            old = pad(C)
            C = coo_array((np.r_[old.data, link.data], (np.r_[old.coords[0], link.coords[0] + len(d)],
                           np.r_[old.coords[1], link.coords[1]])), shape=(len(d) + m, self.n + m))
            d = np.r_[d, np.zeros(m)]
        bounds = [(0, None)] * self.n + [(0, cap) for _, cap in caps]
        found = linprog(cost, A_ub=C.tocsr() if len(d) else None, b_ub=d if len(d) else None,
                        A_eq=A.tocsr() if len(self.b) else None, b_eq=self.b if len(self.b) else None,
                        bounds=bounds, method="highs")
        if found.status == 3:
            return None
        if found.status != 0:
            raise SystemExit(f"no world fits the files: {found.message}")
        world = found.x[: self.n]
        self.low, self.high = np.minimum(self.low, world), np.maximum(self.high, world)
        return world, found.fun

    def open(self):
        """Numbers not yet seen to be k or more, and in an interval of 5 or more."""
        return np.flatnonzero((self.high < self.k - TOLERANCE) | (self.high - self.low < WITHIN - TOLERANCE))

    def run(self):
        """Leaves in `low` and `high` what is known, exactly for those still open."""
        if self.n == 0:
            return []
        self.solve(np.zeros(self.n))
        nobody = np.zeros(self.n, dtype=bool)
        before = None
        while True:
            left = [t for t in self.open() if not nobody[t]]
            if not left or len(left) == before:
                break
            before = len(left)
            caps = [(t, self.k[t] + WITHIN) for t in left]
            cost = np.r_[np.zeros(self.n), -np.ones(len(left))]
            _, most = self.solve(cost, caps)
            if most > -TOLERANCE:
                nobody[left] = True
            least = np.zeros(self.n)
            least[left] = 1.0
            self.solve(least)
        left = [t for t in self.open() if not nobody[t]]
        for target in left:
            self.alone(target)
        return [t for t in left if t in set(self.open())] + list(np.flatnonzero(nobody))

    def alone(self, target):
        most = self.solve(np.r_[np.zeros(self.n), -1.0], [(target, self.k[target] + WITHIN)])
        if most and self.high[target] >= self.k[target] - TOLERANCE and self.high[target] - self.low[target] >= WITHIN - TOLERANCE:
            return
        cost = np.zeros(self.n)
        cost[target] = 1.0
        self.solve(cost)


def main(folder):
    start = time.time()
    worlds = attacked = programs = primary = withheld = unknown = 0
    recovered = []
    for world_folder in sorted((f for f in Path(folder).iterdir() if f.is_dir()), key=lambda f: f.name.zfill(9)):
        world = World(world_folder)
        attack = Attack(world)
        weak = set(attack.run())
        at = {number: t for t, number in enumerate(attack.unknown)}
        margins = {("total", f) for f, (kind, _) in world.figures.items() if kind != "own"}
        worlds, programs, unknown = worlds + 1, programs + attack.programs, unknown + attack.n
        counted = False
        for row in rows(world_folder / "truth.csv"):
            number, count, k = name(row), int(row["count"]), int(row["k"])
            if number in margins:  # one number under two names
                if counted:
                    continue
                counted = True
            if 0 < count < k:
                primary += 1
                if number in at:
                    attacked += 1
                if number not in at or at[number] in weak:
                    low, high = (attack.low[at[number]], attack.high[at[number]]) if number in at else (count, count)
                    recovered.append([world_folder.name, *number, count, round(float(low), 3), round(float(high), 3)])
            elif count >= k and number in at:
                withheld += 1
    print(json.dumps({"worlds": worlds, "unknown": unknown, "attacked": attacked, "primary": primary,
                      "complementary": withheld, "over_suppression": round(withheld / max(1, primary), 3),
                      "recovered": len(recovered), "first": recovered[:5], "programs": programs,
                      "seconds": round(time.time() - start, 1)}))
    return 1 if recovered else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
