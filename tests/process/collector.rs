//! The garbage collector, which is the whole process's to enable.

use pyptr::Python;

use crate::common::attached;
use crate::python::{exec, holds, namespace};

/// Nothing is collected while it is disabled, as documented.
pub fn disabled() {
    attached(|py: Python<'_>| {
        let ns = namespace(py);
        exec(
            &ns,
            "import gc, weakref\nclass Cycle: pass\ncycle = Cycle()\ncycle.itself = cycle\nfound = weakref.ref(cycle)\n\
             gc.collect()\ngc.disable()\ndel cycle",
        );
        assert_eq!(py.collect_garbage(), 0);
        assert!(holds(&ns, "found() is not None"));
        exec(&ns, "gc.enable()");
        assert!(py.collect_garbage() > 0);
        assert!(holds(&ns, "found() is None"));
    });
}
