//! How subscribers are spread over cores. Nothing else in this crate starts a thread.

use hexodus_model::Tally;
use rayon::prelude::*;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Folds numbered buckets into one tally. Each thread takes the next bucket that is left and counts into a tally of
/// its own; tallies are merged at the end. As tallies are commutative sums of integers, the result depends neither on
/// the number of threads nor on which thread took which bucket.
///
/// One tally a thread, with the working memory it is counted with, instead of one a split as `rayon::fold` makes them:
/// a tally may be tens of megabytes.
pub fn fold_buckets<T: Tally, S>(
    buckets: usize,
    start: impl Fn() -> (T, S) + Sync,
    count: impl Fn(usize, &mut T, &mut S) + Sync,
) -> T {
    let next = AtomicUsize::new(0);
    let work = |_| {
        let (mut tally, mut scratch) = start();
        loop {
            let bucket = next.fetch_add(1, Ordering::Relaxed);
            if bucket >= buckets {
                return tally;
            }
            count(bucket, &mut tally, &mut scratch);
        }
    };
    let merge = |mut left: T, right: T| {
        left.merge(right);
        left
    };
    (0..rayon::current_num_threads()).into_par_iter().with_max_len(1).map(work).reduce_with(merge).unwrap_or_default()
}

/// Two results that have nothing to do with each other.
pub fn in_parallel<A: Send, B: Send>(first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B + Send) -> (A, B) {
    rayon::join(first, second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Sum(u64);
    impl Tally for Sum {
        fn merge(&mut self, other: Self) {
            self.0 += other.0;
        }
    }

    #[test]
    fn every_bucket_is_counted_once_on_any_number_of_threads() {
        for threads in [1, 2, 8] {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let sum =
                pool.install(|| fold_buckets(100, || (Sum::default(), ()), |bucket, sum, ()| sum.0 += bucket as u64));
            assert_eq!(sum.0, 4950, "{threads} threads");
        }
    }
}
