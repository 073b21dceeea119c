//! Upcasts of slices and options.

use pyptr::types::PyString;
use pyptr::{Borrowed, Owned};

use crate::common::{attached, fresh_str};

#[test]
fn slices_are_upcast_in_place() {
    attached(|py| {
        let owned = [fresh_str(py, "first"), fresh_str(py, "second")];
        let any = Owned::slice_as_any(&owned);
        assert!(any[1].is(&owned[1]) && any.len() == 2);
        assert_eq!(owned[0].refcount(), 1);
        let borrowed: [&Borrowed<'_, PyString>; 2] = [&owned[0], &owned[1]];
        assert!(Borrowed::slice_as_any(&borrowed)[0].is(&owned[0]));
        assert!(Borrowed::slice_as_base(&borrowed)[1].is(&owned[1]));
        assert!(
            Borrowed::opt_as_any(Some(borrowed[0]))
                .unwrap()
                .is(&owned[0])
        );
        assert!(Borrowed::<PyString>::opt_as_any(None).is_none());
    });
}
