//! Released days under differential privacy: charged, entered in the ledger, then drawn (methods §15).

use super::super::Run;
use super::noised_people::{NoisedLevelPeople, country_people, level_people};
use crate::config::release::NoiseConfig;
use crate::crisis::Crisis;
use crate::failure::Failure;
use hexodus_ingest::PseudonymKey;
use hexodus_model::{Level, UnitKey};
use hexodus_release::noise::{BudgetExceeded, Charge, NoiseKey, Rho, accountant};
use hexodus_release::outgoing::{
    BudgetReport, Candidate, Codes, DayNoise, DayVerdict, FigureUnit, NoisedDay, OutgoingDay, ToldDay, day_mechanism,
};
use std::collections::BTreeMap;

/// Days that were drawn, and what is left of the budget.
pub(super) type Drawn = (Vec<ToldDay>, BudgetReport);

impl Run<'_> {
    /// Noises the days: refused whole where the budget does not hold them, and entered before anything is drawn.
    pub(super) fn noised(
        &mut self,
        crisis: &Crisis,
        (leaving, unit): (&[(OutgoingDay, Candidate, DayVerdict)], FigureUnit),
        (config, folder): (&NoiseConfig, &str),
    ) -> Result<Drawn, Failure> {
        let key = self.noise_key(config)?;
        let depth = leaving.first().map_or(0, |own| own.0.levels.len());
        let mechanism = day_mechanism(depth, Rho::of(config.rho_per_day))
            .map_err(|error| Failure::usage(format!("[release.noise] rho_per_day: {error}")))?;
        let codes: Vec<Codes> = leaving.iter().map(|own| self.codes(&own.0)).collect();
        let noise = leaving.iter().zip(&codes).map(|((day, own, _), codes)| {
            DayNoise::of(day, codes, (&key, &own.content, mechanism)).map_err(Failure::identity)
        });
        let noise: Vec<DayNoise<'_>> = noise.collect::<Result<_, _>>()?;

        let budget = config.budget();
        let already: Vec<Charge> = self.ledger()?.into_iter().flat_map(|own| own.charges).collect();
        let asked: Vec<Charge> = noise.iter().flat_map(DayNoise::charges).collect();
        let due = budget.charge(&already, &asked).map_err(|error| over_budget(config, &error, leaving.len()))?;
        let mut entries: Vec<(Candidate, Vec<Charge>)> = Vec::new();
        for ((_, own, verdict), noise) in leaving.iter().zip(&noise) {
            let new: Vec<Charge> = noise.charges().into_iter().filter(|charge| due.contains(charge)).collect();
            if *verdict == DayVerdict::New || !new.is_empty() {
                entries.push((own.clone(), new));
            }
        }
        self.enter(crisis, &entries, folder)?;
        let ledger: Vec<Charge> = already.into_iter().chain(due).collect();
        let drawn: Vec<NoisedDay> =
            noise.iter().map(|own| own.draw(&ledger).map_err(Failure::identity)).collect::<Result<_, _>>()?;

        let mut told = Vec::with_capacity(drawn.len());
        for (noised, (of, ..)) in drawn.iter().zip(leaving) {
            told.push(self.told(noised, of, unit)?);
        }
        let spent = accountant::spent(&ledger);
        let sigma = mechanism.noise_variance().sqrt();
        Ok((told, BudgetReport { budget, spent, sigma }))
    }

    /// A noised day in people, where a population is known: of noised counts and public figures only.
    fn told(&self, noised: &NoisedDay, of: &OutgoingDay, unit: FigureUnit) -> Result<ToldDay, Failure> {
        let known = self.network.population.as_ref().filter(|_| unit == FigureUnit::People);
        let Some(known) = known else { return Ok(noised.told(of, (None, 1.0))) };
        let mut of = of.clone();
        let (mut by_level, mut country, mut largest) = (Vec::new(), BTreeMap::new(), 1.0_f64);
        let deepest = noised.levels.last().map(|own| own.level);
        for (level, of) in noised.levels.iter().zip(&mut of.levels) {
            let NoisedLevelPeople { people, stands_for, largest_weight } =
                level_people(level, (known, &self.network.areas), noised.variance)?;
            of.missing = stands_for.without_figure();
            largest = largest.max(largest_weight);
            by_level.push(people);
            if Some(level.level) == deepest {
                country = country_people(level, (known, &stands_for), noised.variance)?;
            }
        }
        Ok(noised.told(&of, (Some((by_level, country)), largest)))
    }

    /// P-codes, and the codes of reserved values: noise must not depend on the order of areas in a file.
    fn codes(&self, day: &OutgoingDay) -> Codes {
        let areas = &self.network.areas;
        let code = |level: Level, unit: UnitKey| {
            let Level::Adm(level) = level else { return None };
            areas.code(level, unit).map(str::to_owned)
        };
        let of_level = |own: &hexodus_release::outgoing::OutgoingLevel| {
            own.units.iter().filter_map(|&(unit, _)| Some((unit, code(own.level, unit)?))).collect()
        };
        day.levels.iter().map(of_level).collect()
    }

    /// The secret of the noise, made when it is first needed.
    fn noise_key(&self, config: &NoiseConfig) -> Result<NoiseKey, Failure> {
        let path = self.setup.path(&config.key_file);
        let key = if path.exists() { PseudonymKey::read(&path)? } else { PseudonymKey::create(&path)? };
        NoiseKey::for_release(*key.bytes()).map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
    }
}

fn over_budget(config: &NoiseConfig, error: &BudgetExceeded, days: usize) -> Failure {
    let rho = |pico: u128| pico as f64 / Rho::ONE.pico() as f64;
    Failure::usage(format!(
        "the privacy budget does not hold {days} days: ρ {:.6} would be spent of {:.6} ([release.noise] rho_total). \
             Nothing was released. Release fewer days (every_days), at a lower rho_per_day (now {}), or have the \
             privacy officer raise the budget",
        rho(error.spent),
        rho(u128::from(error.total)),
        config.rho_per_day
    ))
}
