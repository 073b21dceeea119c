//! Instances, and the type objects of a module.

use pyptr::Python;

use super::{in_a_child, is_memory_error};
use crate::class::samples::{Num, Pair};
use crate::common::{REPEAT, fresh_str};
use crate::python::{eval, exec, holds, namespace};

#[test]
fn instances_are_not_made() {
    in_a_child("classes::instances_are_not_made", |py, without_memory| {
        let ns = namespace(py);
        exec(
            &ns,
            "import class_samples as m\nnum, fresh = m.Num(3), object()",
        );
        let num = eval(&ns, "num").cast_into::<Num>().unwrap();
        let pair = num.own_class().module().unwrap().class::<Pair>().unwrap();
        let object = fresh_str(py, "kept");
        let before = (object.refcount(), pair.refcount());
        let mut failed = false;
        without_memory(&mut || {
            let value = Pair::of(object.new_ref().into_any().into_shared());
            failed = is_memory_error(pair.instance(value));
        });
        assert!(failed);
        assert_eq!((object.refcount(), pair.refcount()), before);
        exec(&ns, "kind, wanted = m.Pair, fresh");
        let (kind, wanted) = (eval(&ns, "kind"), eval(&ns, "wanted"));
        let before = wanted.refcount();
        without_memory(&mut || failed = is_memory_error(kind.call1(&wanted)));
        assert!(failed && wanted.refcount() == before);
        ns.clear();
    });
}

/// Each allocation of the import fails once.
#[test]
fn classes_are_not_made() {
    // 3.13.0 crashes on its own, in `PyType_Ready`: a dict whose enlargement has failed is in disorder.
    if cfg!(all(Py_3_13, not(Py_3_14))) {
        return;
    }
    const CODE: &str = "
import _imp, _testcapi, gc, importlib.util
spec = importlib.util.find_spec('class_samples')
def fails(nth):
    module = importlib.util.module_from_spec(spec)
    _testcapi.set_nomemory(nth, nth + 1)
    try:
        _imp.exec_builtin(module)
    except (MemoryError, SystemError):   # some versions forget to set one
        return True
    finally:
        _testcapi.remove_mem_hooks()
    assert module.Num(3).number == 3
    return False
failed = [fails(nth) for nth in range(MOST)]
gc.collect()
count, ended = sum(failed), not any(failed[-5:])
";
    in_a_child("classes::classes_are_not_made", |py: Python<'_>, _| {
        let ns = namespace(py);
        // CPython keeps references where it cannot make a module or a type, also of modules of its own (`itertools`): nothing
        // for the test that counts all of them.
        let most = match std::env::var_os(REPEAT) {
            Some(_) => 0,
            None => 600,
        };
        exec(&ns, &CODE.replace("MOST", &most.to_string()));
        assert!(
            most == 0 || holds(&ns, "count > 100"),
            "{:?}",
            eval(&ns, "count").str()
        );
        ns.clear();
    });
}
