from os import PathLike

from hexodus.arrow import ArrowStream

class HexodusError(ValueError): ...

class Table:
    @property
    def num_rows(self) -> int: ...
    @property
    def column_names(self) -> list[str]: ...
    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object: ...

class Counter:
    def __init__(
        self,
        *,
        columns: dict[str, object],
        settings: dict[str, object],
        rule: str,
        hourly: bool,
        levels: list[tuple[str, ArrowStream | None]],
        radio_cells: ArrowStream | None,
        site_radius_m: float,
        days: tuple[int, int],
    ) -> None: ...

class Packer:
    def __init__(
        self,
        *,
        columns: dict[str, object],
        zone: str,
        day_start: str,
        key: bytes | None,
        parts: list[int],
        most: int,
    ) -> None: ...
    def pack(self, file: int, rows: ArrowStream) -> Table: ...
    def refuse(self, file: int) -> Table: ...
    def finish(self, file: int) -> Table: ...

class Receiver:
    def __init__(self, counter: Counter, events_at_once: int) -> None: ...
    def __len__(self) -> int: ...
    def read(self, rows: ArrowStream) -> None: ...
    def finish(self) -> None: ...
    def take(self, part: int, parts: int) -> Table: ...

class Sums:
    def __init__(self) -> None: ...
    def read(self, sums: ArrowStream) -> None: ...
    def take(self) -> Table: ...
    def account(self) -> dict[str, int]: ...
    def flows(self, counter: Counter, level: int) -> Table: ...
    def presence(self, counter: Counter, level: int, *, hourly: bool) -> Table: ...

def arm_panic() -> None: ...
def count_rows(
    counter: Counter,
    rows: ArrowStream,
    columns: dict[str, object],
    key: bytes | None,
    threads: int | None,
) -> tuple[Sums, Table]: ...
def check_events(
    table: ArrowStream,
    *,
    zone: str,
    day_start: str,
    columns: dict[str, object],
    radio_cells: ArrowStream | None,
    site_radius_m: float,
    key: bytes | None,
    threads: int | None,
) -> tuple[Table, Table, tuple[int, int, int, int, dict[str, int], dict[str, int]]]: ...
def daily_locations(
    events: ArrowStream,
    rule: str,
    settings: dict[str, object],
    threads: int | None,
) -> Table: ...
def presence(
    events: ArrowStream,
    level: str,
    areas: ArrowStream | None,
    hourly: bool,
    settings: dict[str, object],
    threads: int | None,
) -> Table: ...
def flows(
    daily_locations: ArrowStream,
    days: tuple[int, int],
    level: str,
    areas: ArrowStream | None,
    threads: int | None,
) -> Table: ...
def residence(
    daily_locations: ArrowStream,
    days: tuple[int, int],
    window_days: int,
    min_located_days: int,
    threads: int | None,
) -> Table: ...
def displacement(
    daily_locations: ArrowStream,
    event: int,
    day_to: int,
    baseline: tuple[int, int],
    confirm: tuple[int, int],
    threads: int | None,
) -> Table: ...
def merge(tallies: list[ArrowStream]) -> Table: ...
def release(
    tally: ArrowStream,
    universe: list[str] | None,
    policy: str,
    accept_lower_k: bool,
) -> tuple[Table, str, int, str]: ...
def read_areas(path: str | PathLike[str], level: int | None, id_col: str | None) -> Table: ...
