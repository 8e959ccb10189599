//! Grouped events by bucket of subscribers.

use crate::grouped::{GroupedEvents, Groups};

/// Grouped events, and where those of each of so many buckets of subscribers begin: asked for bucket by bucket, they need
/// not be searched each time.
#[derive(Clone, Debug)]
pub struct BucketedEvents {
    events: GroupedEvents,
    /// Subscribers before each bucket; last, all.
    starts: Vec<u32>,
}

impl BucketedEvents {
    /// Finds the beginnings of `buckets` equal ranges of subscribers.
    pub fn new(events: GroupedEvents, buckets: usize) -> Self {
        let mut starts = vec![0; buckets + 1];
        for (subscriber, _) in &events {
            starts[subscriber.bucket(buckets) + 1] += 1;
        }
        for bucket in 0..buckets {
            starts[bucket + 1] += starts[bucket];
        }
        Self { events, starts }
    }

    /// The events of all buckets.
    pub const fn all(&self) -> &GroupedEvents {
        &self.events
    }

    /// The subscribers of a bucket with their moments.
    pub fn bucket(&self, bucket: usize) -> Groups<'_> {
        self.events.between(self.starts[bucket] as usize..self.starts[bucket + 1] as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{EventRow, LocationKey, Moment};
    use crate::subscriber::SubscriberId;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn buckets_share_the_events_out_in_order(
            set in prop::collection::btree_set((0u64..9, 0i64..9), 0..40),
            buckets in 1usize..6,
        ) {
            let row = |&(who, second): &(u64, i64)| EventRow {
                subscriber: SubscriberId::from_pseudonym(who << 60),
                moment: Moment::of_day(second, LocationKey(1)),
            };
            let grouped: GroupedEvents = set.iter().map(row).collect();
            let bucketed = BucketedEvents::new(grouped.clone(), buckets);
            let mut shared_out = GroupedEvents::default();
            for bucket in 0..buckets {
                let before = shared_out.len();
                for (subscriber, moments) in bucketed.bucket(bucket) {
                    prop_assert_eq!(subscriber.bucket(buckets), bucket);
                    shared_out.push_group(subscriber, moments.iter().copied());
                }
                prop_assert_eq!(bucketed.bucket(bucket).events(), shared_out.len() - before);
            }
            prop_assert_eq!(shared_out, grouped);
        }
    }
}
