# Shortcuts for plain cargo commands; nothing here is needed to build, test or run hexodus.

# List the recipes
default:
    @just --list --unsorted

# A synthetic crisis end to end: estimate beside truth, then the paths written
demo *arguments:
    cargo run --release -- demo {{arguments}}

# Type-check everything, benches and tests included
check:
    cargo check --release --workspace --all-targets

# All tests
test:
    cargo test --release --workspace

# Formatting, clippy with warnings as errors, licences and sources
lint:
    cargo fmt --all --check
    cargo clippy --release --workspace --all-targets -- -D warnings
    cargo clippy --release --test accuracy -- -D warnings
    cargo deny check licenses bans sources

# Estimate against hidden truth, all scenarios: writes docs/accuracy.md in about an hour
accuracy *arguments:
    cargo test --release --test accuracy -- --write docs/accuracy.md {{arguments}}

# Only the section on people, to the terminal, or with `--write FILE` to a file; `--people-seeds 1001-1008` for trials,
# `--people-keep FOLDER` to go on where a run was interrupted
accuracy-people *arguments:
    cargo test --release --test accuracy -- --people-only {{arguments}}

# Criterion benches; `just bench reduce_day` for one of them
bench name="*":
    cargo bench --bench '{{name}}'

# Instructions of each hot stage against benches/instructions/baseline.json; `just instructions --bless` renews it
instructions *arguments:
    cargo bench --bench instructions -- {{arguments}}

# A linear-program attacker on the suppressed numbers of random worlds; needs Python with scipy (HEXODUS_PYTHON)
attack seeds="1-1000":
    #!/usr/bin/env bash
    set -euo pipefail
    folder="$(mktemp -d)"
    trap 'rm -rf "$folder"' EXIT
    cargo run --release -p hexodus-release --example worlds -- --seeds '{{seeds}}' --to "$folder"
    "${HEXODUS_PYTHON:-python3}" tests/attack/lp_attacker.py "$folder"

# The attackers on releases of synthetic countries, days tied as well; needs Python with scipy (HEXODUS_PYTHON)
attack-release seeds="1-12":
    HEXODUS_ATTACK_SEEDS='{{seeds}}' cargo test --release --test tests attack_release -- --nocapture --test-threads 1

# The script of report.html, after a change in web/src; needs Node
web:
    cd web && npm ci && npm run check && npm run build

# The page in a real browser; needs Node, Chromium and what `cargo build --release` makes
web-test:
    cargo build --release
    cargo build --release -p hexodus-publish --example made_up_release
    web/test/run

# Accept new golden files, then show what changed
bless:
    HEXODUS_BLESS=1 cargo test --release --test tests golden
    git diff --stat -- data/golden

# Fuzz one of csv, parquet, plan, areas, config, with the versions of Cargo.lock; see CONTRIBUTING.md
fuzz target seconds="1200":
    cp Cargo.lock fuzz/Cargo.lock
    cd fuzz && RUSTC_BOOTSTRAP=1 cargo fuzz run --release '{{target}}' -- -dict='dict/{{target}}.dict' \
        -max_total_time='{{seconds}}' -rss_limit_mb=2048 -timeout=10 -max_len=65536 -print_final_stats=1

# The Python wheel into the active virtual environment, tested; needs `pip install maturin` and python/pyproject.toml's extra `test`
wheel:
    cargo build --release
    cd python && maturin develop --release --extras test
    cd python && ruff check . && ruff format --check . && mypy hexodus tests
    cd python && HEXODUS_BINARY=../target/release/hexodus pytest

# The driver for Spark on clusters of separate processes, some of which are killed; needs Java, and the extras `test` and `spark`
spark *arguments:
    cd python && maturin develop --release --extras test,spark
    cd python && pytest tests/spark -m 'cluster or not cluster' {{arguments}}

# Dumps and releases in object stores, on `file://` and servers of S3 (Python with boto3 and moto[server]: HEXODUS_PYTHON) and Azure (azure-storage-blob; HEXODUS_AZURITE)
object-stores:
    cargo test --release --features object-stores --test tests object_stores

# API documentation with warnings as errors
docs:
    RUSTDOCFLAGS="-D warnings" cargo doc --release --workspace --no-deps

# Everything that CI runs, then assert that the tree is clean
ci: lint docs test
    cargo run --release -- demo --folder "$(mktemp -d)/demo"
    git diff --exit-code
    test -z "$(git status --porcelain)"
