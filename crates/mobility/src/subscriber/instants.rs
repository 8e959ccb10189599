//! The instants of a subscriber's day.

use hexodus_model::Sighting;

/// The events of each instant, in order of time, with the one that stands for them. An instant with several places has none
/// (formats §3 rule 9: it has no place in a sequence).
pub fn instants(events: &[Sighting]) -> impl Iterator<Item = (&[Sighting], Option<Sighting>)> {
    events.chunk_by(|left, right| left.micros == right.micros).map(|instant| {
        let first = instant[0];
        (instant, instant.iter().all(|other| other.place == first.place).then_some(first))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use hexodus_model::PlaceKey;

    #[test]
    fn an_instant_with_several_places_has_none() {
        let at = |micros, place| Sighting::new(micros, PlaceKey(place));
        let events = [at(1, 5), at(1, 5), at(2, 5), at(2, 6), at(3, 6)];
        let told: Vec<_> = instants(&events).map(|(instant, visit)| (instant.len(), visit)).collect();
        assert_eq!(told, [(2, Some(at(1, 5))), (2, None), (1, Some(at(3, 6)))]);
    }
}
