//! Membership inference on a released series of H3 cells (methods §8.3): can it be told whether one subscriber is in it?
//!
//! 50 targets, 400 worlds each, half of them with the target; ten seconds:
//! `cargo run --release -p hexodus-release --example membership [TARGETS]`

mod attack;
mod world;

use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let targets = std::env::args().nth(1).map_or(Ok(50), |targets| targets.parse())?;
    let mut out = std::io::stdout();
    writeln!(out, "mean AUC over {targets} targets, 400 worlds each, 95 % interval; target 0.55 under noise")?;
    for protection in world::Protection::ALL {
        let outcome = attack::attack(protection, targets, 400)?;
        let (learned, informed) = (attack::mean(&outcome.learned), attack::mean(&outcome.informed));
        writeln!(
            out,
            "{protection:?}: learned {:.3} ± {:.3}, informed {:.3} ± {:.3}",
            learned.0, learned.1, informed.0, informed.1
        )?;
    }
    Ok(())
}
