use crate::rt::histogram;
use crate::rt::histogram::{BUCKETS, bucket_of, start_of};

#[test]
fn buckets_tile_the_range() {
    assert_eq!((start_of(0), start_of(BUCKETS)), (0, 1 << 30));
    for bucket in 0..BUCKETS {
        let (start, end) = (start_of(bucket), start_of(bucket + 1));
        assert!(start < end);
        assert_eq!((bucket_of(start), bucket_of(end - 1)), (bucket, bucket));
        assert!(end - start <= 1 + start / 64);
    }
}

#[test]
fn quantiles_are_right_to_one_percent() {
    let (mut writer, reader) = histogram();
    for i in 1..=10_000u64 {
        writer.record(i * 100);
    }
    let snapshot = reader.snapshot();
    assert_eq!((snapshot.count(), snapshot.max()), (10_000, 1_000_000));
    for q in [0.001, 0.01, 0.1, 0.5, 0.9, 0.99, 0.999] {
        let (got, want) = (snapshot.quantile(q) as f64, q * 1e6);
        assert!((got - want).abs() <= want * 0.01, "quantile {q}: {got}, not {want}");
    }
    assert_eq!(snapshot.quantile(1.0), 1_000_000);
}

#[test]
fn values_beyond_the_range_keep_their_maximum() {
    let (mut writer, reader) = histogram();
    writer.record(0);
    writer.record(u64::MAX);
    let snapshot = reader.snapshot();
    assert_eq!((snapshot.count(), snapshot.max(), snapshot.quantile(0.5)), (2, u64::MAX, 0));
    assert_eq!(snapshot.buckets().map(|bucket| bucket.count).collect::<Vec<_>>(), [1, 1]);
}

#[test]
fn empty_histogram_is_all_zero() {
    let snapshot = histogram().1.snapshot();
    assert_eq!((snapshot.count(), snapshot.max(), snapshot.quantile(0.99)), (0, 0, 0));
    assert_eq!(snapshot.buckets().count(), 0);
}

#[test]
fn a_window_holds_what_came_after_the_earlier_snapshot() {
    let (mut writer, reader) = histogram();
    writer.record(500_000);
    let earlier = reader.snapshot();
    writer.record(1_000);
    let window = reader.snapshot().since(&earlier);
    assert_eq!(window.count(), 1);
    assert!((1_000..1_016).contains(&window.max()));
    writer.record(700_000);
    assert_eq!(reader.snapshot().since(&earlier).max(), 700_000);
    assert_eq!(reader.snapshot().since(&reader.snapshot()).max(), 0);
}
