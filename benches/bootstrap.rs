//! What a subscriber costs in the bootstrap whatever is counted: its 200 weights, and one sum by replicate. One thread.
#![allow(missing_docs, reason = "criterion_group! writes a public function")]

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use hexodus_mobility::fill_poisson_weights;

/// The default.
const REPLICATES: usize = 200;
const SUBSCRIBERS: u64 = 20_000;

fn bootstrap(criterion: &mut Criterion) {
    let (mut weights, mut sums) = (vec![0_u8; REPLICATES], vec![0_u32; REPLICATES]);
    let mut group = criterion.benchmark_group("bootstrap");
    group.throughput(Throughput::Elements(SUBSCRIBERS));
    group.bench_function(BenchmarkId::new("weights", REPLICATES), |bencher| {
        bencher.iter(|| (0..SUBSCRIBERS).for_each(|subscriber| fill_poisson_weights(1, subscriber, &mut weights)));
    });
    group.bench_function(BenchmarkId::new("weights_and_sums", REPLICATES), |bencher| {
        bencher.iter(|| {
            for subscriber in 0..SUBSCRIBERS {
                fill_poisson_weights(1, subscriber, &mut weights);
                sums.iter_mut().zip(&weights).for_each(|(sum, &weight)| *sum = sum.wrapping_add(u32::from(weight)));
            }
        });
    });
    group.finish();
}

criterion_group!(benches, bootstrap);
criterion_main!(benches);
