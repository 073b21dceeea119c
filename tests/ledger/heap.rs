//! The counting allocator.

use std::hint::black_box;

use pyptr::ledger::{heap, track_allocations, tracked_allocations};

use crate::{attached, bytes};

/// Other tests allocate meanwhile: this one looks for sizes that nobody else has.
#[test]
fn allocations_are_tracked_with_the_call_before() {
    attached(|py| {
        let tracking = track_allocations();
        drop(bytes(py));
        let line = line!() - 1;
        let kept = black_box(vec![0_u8; 76_543]);
        let mut grown = black_box(Vec::<u8>::with_capacity(10));
        grown.reserve_exact(65_432);
        let tracked = tracked_allocations();
        let of = |size| {
            tracked
                .iter()
                .filter(move |allocation| allocation.size == size)
        };
        assert_eq!(of(76_543).count(), 1);
        assert_eq!(of(65_432).count(), 1);
        let near = of(76_543).next().unwrap().near.unwrap();
        assert_eq!((near.file, near.line), (file!(), line));
        drop(kept);
        assert!(
            tracked_allocations()
                .iter()
                .all(|allocation| allocation.size != 76_543)
        );
        assert!(heap().allocations > 0);
        drop(tracking);
    });
}
