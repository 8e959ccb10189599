//! The reduced days of all subscribers as buckets gave them. One list of them would be made by copying, and for a while take twice the
//! memory: 1.5 GB more for 24 million subscribers.

use hexodus_model::SubscriberDay;

/// One row a subscriber, ascending by subscriber, in parts. Equal where the rows are, however they are split.
#[derive(Clone, Debug, Default)]
pub struct SubscriberDays(Vec<Vec<SubscriberDay>>);

impl SubscriberDays {
    /// Of parts that ascend from one to the next.
    pub fn of_parts(parts: Vec<Vec<SubscriberDay>>) -> Self {
        Self(parts)
    }

    /// The parts.
    pub fn parts(&self) -> &[Vec<SubscriberDay>] {
        &self.0
    }

    /// All rows in order.
    pub fn iter(&self) -> impl Iterator<Item = &SubscriberDay> {
        self.0.iter().flatten()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.0.iter().map(Vec::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(Vec::is_empty)
    }

    /// The rows in one list: a copy, for days that are not large.
    pub fn to_vec(&self) -> Vec<SubscriberDay> {
        self.0.concat()
    }
}

impl PartialEq for SubscriberDays {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for SubscriberDays {}
