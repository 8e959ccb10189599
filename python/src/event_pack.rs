//! Events being packed: those of one part of the subscribers, put in order, as values of bytes.

use crate::packed::{Kind, head, push_number};

/// An accepted row. Ordered as packed events are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PackedEvent {
    /// The bits of the pseudonym.
    pub subscriber: u64,
    /// Microseconds since 1970, UTC.
    pub at: i64,
    /// The position of its location among all of the task.
    pub location: u32,
}

/// Events of a part.
#[derive(Default)]
pub struct EventPack(Vec<PackedEvent>);

/// For each location of the task, its position in the value that is being written, + 1; 0 = none yet.
type Positions = Vec<u32>;

impl EventPack {
    /// Appends an event.
    #[inline]
    pub fn push(&mut self, event: PackedEvent) {
        self.0.push(event);
    }

    /// Hands out all events in values of so many, and forgets them. `names` are those of the locations; `positions` is memory,
    /// zeros before and after.
    pub fn take(&mut self, names: &[u64], positions: &mut Positions, most: usize, mut value: impl FnMut(Vec<u8>)) {
        let mut events = std::mem::take(&mut self.0);
        events.sort_unstable();
        positions.resize(names.len(), 0);
        for own in events.chunks(most) {
            value(pack(own, names, positions));
            for event in own {
                positions[event.location as usize] = 0;
            }
        }
    }
}

fn pack(events: &[PackedEvent], names: &[u64], positions: &mut Positions) -> Vec<u8> {
    // First, the locations, as they come.
    let mut own_names = Vec::new();
    for event in events {
        let position = &mut positions[event.location as usize];
        if *position == 0 {
            own_names.push(names[event.location as usize]);
            *position = own_names.len() as u32;
        }
    }
    let start = events.iter().map(|event| event.at).min().unwrap_or_default();
    let mut packed = Vec::with_capacity(32 + own_names.len() * 8 + events.len() * 10);
    packed.extend_from_slice(&head(Kind::Events, events.len()));
    packed.extend_from_slice(&start.to_le_bytes());
    packed.extend_from_slice(&(own_names.len() as u64).to_le_bytes());
    for name in &own_names {
        packed.extend_from_slice(&name.to_le_bytes());
    }

    // Last, the events of each subscriber.
    for own in events.chunk_by(|left, right| left.subscriber == right.subscriber) {
        packed.extend_from_slice(&own[0].subscriber.to_le_bytes());
        push_number(&mut packed, own.len() as u64);
        let (mut before, mut location) = (start, u32::MAX);
        for event in own {
            push_number(&mut packed, event.at.wrapping_sub(before).cast_unsigned());
            let same = event.location == location;
            push_number(&mut packed, if same { 0 } else { u64::from(positions[event.location as usize]) });
            (before, location) = (event.at, event.location);
        }
    }
    packed
}
