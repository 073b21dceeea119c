//! `bool` of a `numpy.bool`, for which classes stand that look the same.

use pyptr::{FromPyObject, IntoPyObject};

use super::{error, run, wrong_type};
use crate::common::{attached, delta_after_drop};

fn look_alike(name: &str, module: &str, truth: &str) -> String {
    format!(
        "result = type('{name}', (), {{'__module__': '{module}', '__bool__': lambda s: {truth}}})()"
    )
}

#[test]
fn bools_of_numpy() {
    attached(|py| {
        for (name, truth) in [
            ("bool", "True"),
            ("bool", "False"),
            ("bool_", "True"),
            ("bool_", "False"),
        ] {
            let object = run(py, &look_alike(name, "numpy", truth));
            assert_eq!(object.extract::<bool>().unwrap(), truth == "True");
            assert_eq!(
                object.extract::<Option<bool>>().unwrap(),
                Some(truth == "True")
            );
            assert_eq!(delta_after_drop(&object, || object.extract::<bool>()), 0);
        }
        // In a list.
        let list = run(
            py,
            "result = [True, type('bool', (), {'__module__': 'numpy', '__bool__': lambda s: False})()]",
        );
        assert_eq!(list.extract::<Vec<bool>>().unwrap(), [true, false]);
        assert!(bool::from_py_object(&true.into_py_object(py).unwrap()).unwrap());
    });
}

#[test]
fn others_are_no_bools() {
    attached(|py| {
        for (name, module) in [
            ("bool", "numpy.core"),
            ("bool", "__main__"),
            ("boolean", "numpy"),
            ("int8", "numpy"),
        ] {
            let object = run(py, &look_alike(name, module, "True"));
            assert_eq!(wrong_type::<bool>(&object), "bool");
        }
        let hostile = "
class Meta(type):
    def __getattribute__(cls, name): raise KeyError(name)
result = Meta('bool', (), {'__module__': 'numpy'})()";
        assert_eq!(wrong_type::<bool>(&run(py, hostile)), "bool");
        let odd = "result = type('bool', (), {'__module__': 5})()";
        assert_eq!(wrong_type::<bool>(&run(py, odd)), "bool");
        // A class with the name may fail, or return anything.
        let raises = run(py, &look_alike("bool", "numpy", "1 / 0"));
        assert_eq!(
            error::<bool>(&raises),
            "ZeroDivisionError: division by zero"
        );
        let wrong = run(py, &look_alike("bool", "numpy", "5"));
        // 3.15 says "must" and the class.
        let expected = match cfg!(Py_3_15) {
            true => "TypeError: numpy.bool.__bool__() must return a bool, not int",
            false => "TypeError: __bool__ should return bool, returned int",
        };
        assert_eq!(error::<bool>(&wrong), expected);
    });
}
