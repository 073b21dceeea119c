//! `Owned` and `Borrowed`.

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};

#[test]
fn new_ref_counts_one_until_dropped() {
    attached(|py| {
        let text = fresh_str(py, "new_ref");
        assert_eq!(delta_while_held(&text, || text.new_ref()), 1);
        assert_eq!(delta_after_drop(&text, || text.new_ref()), 0);
    });
}
