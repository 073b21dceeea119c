//! Arithmetic, and conversions to numbers.

use pyptr::error::{PyIndexError, PyTypeError, PyValueError, PyZeroDivisionError};
use pyptr::types::{PyAny, PyDict, PyFloat, PyInt};
use pyptr::{Borrowed, Owned, PyResult, Python, Raised};

use crate::common::{attached, delta_after_drop, delta_while_held, fresh_str};
use crate::python::{eval, namespace};

type Binary = for<'a, 'py> fn(
    &'a Borrowed<'py, PyAny>,
    &'a Borrowed<'py, PyAny>,
) -> PyResult<'py, Owned<'py, PyAny>>;

type Unary = for<'a, 'py> fn(&'a Borrowed<'py, PyAny>) -> PyResult<'py, Owned<'py, PyAny>>;

const BINARY: [(Binary, &str); 25] = [
    (|a, b| a.add(b), "a+b"),
    (|a, b| a.sub(b), "a-b"),
    (|a, b| a.mul(b), "a*b"),
    (|a, b| a.matmul(b), "a@b"),
    (|a, b| a.true_div(b), "a/b"),
    (|a, b| a.floor_div(b), "a//b"),
    (|a, b| a.rem(b), "a%b"),
    (|a, b| a.divmod(b), "divmod(a,b)"),
    (|a, b| a.lshift(b), "a<<b"),
    (|a, b| a.rshift(b), "a>>b"),
    (|a, b| a.and(b), "a&b"),
    (|a, b| a.or(b), "a|b"),
    (|a, b| a.xor(b), "a^b"),
    (|a, b| a.in_place_add(b), "a+=b"),
    (|a, b| a.in_place_sub(b), "a-=b"),
    (|a, b| a.in_place_mul(b), "a*=b"),
    (|a, b| a.in_place_matmul(b), "a@=b"),
    (|a, b| a.in_place_true_div(b), "a/=b"),
    (|a, b| a.in_place_floor_div(b), "a//=b"),
    (|a, b| a.in_place_rem(b), "a%=b"),
    (|a, b| a.in_place_lshift(b), "a<<=b"),
    (|a, b| a.in_place_rshift(b), "a>>=b"),
    (|a, b| a.in_place_and(b), "a&=b"),
    (|a, b| a.in_place_or(b), "a|=b"),
    (|a, b| a.in_place_xor(b), "a^=b"),
];

const UNARY: [(Unary, &str); 4] = [
    (|a| a.neg(), "-a"),
    (|a| a.pos(), "+a"),
    (|a| a.abs(), "abs(a)"),
    (|a| a.invert(), "~a"),
];

/// A class whose operators say which of them was called; those of one operand with a fresh str.
const OPERATORS: &std::ffi::CStr = c"
class Operators:
    __neg__ = lambda a: ''.join(['-', 'a'])
    __pos__ = lambda a: ''.join(['+', 'a'])
    __abs__ = lambda a: ''.join(['abs', '(a)'])
    __invert__ = lambda a: ''.join(['~', 'a'])
    __divmod__ = lambda a, b: 'divmod(a,b)'
    def __pow__(a, b, c=None):
        return 'a**b' if c is None else 'a**b%c'
    __ipow__ = lambda a, b: 'a**=b'
for name, sign in dict(add='+', sub='-', mul='*', matmul='@', truediv='/', floordiv='//', mod='%',
                       lshift='<<', rshift='>>', and_='&', or_='|', xor='^').items():
    name = name.strip('_')
    setattr(Operators, f'__{name}__', lambda a, b, sign=sign: f'a{sign}b')
    setattr(Operators, f'__i{name}__', lambda a, b, sign=sign: f'a{sign}=b')
";

fn defining<'py>(py: Python<'py>, code: &std::ffi::CStr) -> Owned<'py, PyDict> {
    let globals = py.eval(c"{}", None, None).unwrap();
    let globals: Owned<'_, PyDict> = globals.cast_into().unwrap();
    py.run(code, Some(&globals), None).unwrap();
    globals
}

fn text(object: &Borrowed<'_, PyAny>) -> String {
    object.str().unwrap().to_rust_string().unwrap()
}

#[test]
fn every_operator_calls_its_own_method_and_counts_nothing() {
    attached(|py| {
        let globals = defining(py, OPERATORS);
        let a = py.eval(c"Operators()", Some(&globals), None).unwrap();
        let b = fresh_str(py, "other");
        for (operator, expected) in BINARY {
            assert_eq!(text(&operator(&a, &b).unwrap()), expected);
            assert_eq!(delta_after_drop(&a, || operator(&a, &b)), 0, "{expected}");
            assert_eq!(delta_after_drop(&b, || operator(&a, &b)), 0, "{expected}");
        }
        for (operator, expected) in UNARY {
            let result = operator(&a).unwrap();
            assert_eq!((text(&result), result.refcount()), (expected.to_owned(), 1));
            assert_eq!(delta_after_drop(&a, || operator(&a)), 0, "{expected}");
        }
        assert_eq!(text(&a.pow(&b, None).unwrap()), "a**b");
        assert_eq!(text(&a.pow(&b, Some(&b)).unwrap()), "a**b%c");
        assert_eq!(text(&a.in_place_pow(&b).unwrap()), "a**=b");
        assert_eq!((a.refcount(), b.refcount()), (1, 1));
    });
}

#[test]
fn operators_that_do_not_exist_are_type_errors_and_count_nothing() {
    attached(|py| {
        let (a, b) = (
            py.eval(c"object()", None, None).unwrap(),
            fresh_str(py, "other"),
        );
        for (operator, name) in BINARY {
            let result = operator(&a, &b);
            assert!(
                result.is_err_and(|raised| raised.is::<PyTypeError>()),
                "{name}"
            );
        }
        for (operator, name) in UNARY {
            let result = operator(&a);
            assert!(
                result.is_err_and(|raised| raised.is::<PyTypeError>()),
                "{name}"
            );
        }
        let none = |result: PyResult<'_, _>| result.is_err_and(|raised| raised.is::<PyTypeError>());
        assert!(none(a.pow(&b, None)));
        assert!(none(a.pow(&b, Some(&b))));
        assert!(none(a.in_place_pow(&b)));
        assert!(a.index().is_err_and(|raised| raised.is::<PyTypeError>()));
        assert!(a.to_int().is_err_and(|raised| raised.is::<PyTypeError>()));
        assert!(a.to_float().is_err_and(|raised| raised.is::<PyTypeError>()));
        assert!(
            a.to_base(10)
                .is_err_and(|raised| raised.is::<PyTypeError>())
        );
        assert_eq!((a.refcount(), b.refcount()), (1, 1));
        assert!(Raised::occurred(py).is_none());
    });
}

#[test]
fn in_place_operators_give_a_mutable_object_itself() {
    attached(|py| {
        let list = py.eval(c"[1, 2]", None, None).unwrap();
        let more = py.eval(c"[3]", None, None).unwrap();
        let same = list.in_place_add(&more).unwrap();
        assert!(same.is(&list));
        assert_eq!(list.refcount(), 2);
        drop(same);
        assert_eq!((list.refcount(), more.refcount()), (1, 1));
        assert_eq!(text(&list), "[1, 2, 3]");
        let int = PyInt::new(py, 1_i64 << 40).unwrap();
        let sum = int.in_place_add(&int).unwrap();
        assert_eq!(
            (text(&sum), text(&int)),
            ("2199023255552".into(), "1099511627776".into())
        );
        assert_eq!(int.refcount(), 1);
    });
}

#[test]
fn arithmetic_errors_count_nothing() {
    attached(|py| {
        let (int, zero) = (
            PyInt::new(py, 1_i64 << 40).unwrap(),
            PyInt::new(py, 0).unwrap(),
        );
        for operator in [BINARY[4], BINARY[5], BINARY[6], BINARY[7], BINARY[17]] {
            let result = operator.0(&int, &zero);
            assert!(result.is_err_and(|raised| raised.is::<PyZeroDivisionError>()));
        }
        assert_eq!(int.refcount(), 1);
    });
}

#[test]
fn conversions_to_numbers() {
    attached(|py| {
        let float = PyFloat::new(py, -2.75).unwrap();
        let int = float.to_int().unwrap();
        assert_eq!(int.to_i64().unwrap(), -2);
        assert!(
            float
                .index()
                .is_err_and(|raised| raised.is::<PyTypeError>())
        );
        assert_eq!(fresh_str(py, " 2.5 ").to_float().unwrap().value(), 2.5);
        assert_eq!(
            fresh_str(py, "123").to_int().unwrap().to_i64().unwrap(),
            123
        );
        let words = fresh_str(py, "words");
        assert!(
            words
                .to_int()
                .is_err_and(|raised| raised.is::<PyValueError>())
        );
        assert!(
            words
                .to_float()
                .is_err_and(|raised| raised.is::<PyValueError>())
        );
        assert_eq!((float.refcount(), words.refcount()), (1, 1));
        // Already what is asked for: the same object, one reference more.
        assert_eq!(delta_while_held(&float, || float.to_float()), 1);
        let large = PyInt::new(py, 1_i64 << 40).unwrap();
        assert_eq!(delta_while_held(&large, || large.to_int()), 1);
        assert_eq!(delta_while_held(&large, || large.index()), 1);
        for (base, expected) in [(2, "0b11111111"), (8, "0o377"), (10, "255"), (16, "0xff")] {
            let int = PyInt::new(py, 255).unwrap();
            assert!(int.to_base(base).unwrap().eq_str(expected));
        }
        assert!(large.to_base(3).is_err() && large.to_base(u32::MAX).is_err());
        assert_eq!(large.refcount(), 1);
    });
}

#[test]
fn a_conversion_that_returns_the_wrong_type_is_refused() {
    attached(|py| {
        let code = c"type('L', (), {m: lambda self: 'x' for m in ('__int__', '__index__', '__float__')})()";
        let liar = py.eval(code, None, None).unwrap();
        assert!(
            liar.to_int()
                .is_err_and(|raised| raised.is::<PyTypeError>())
        );
        assert!(liar.index().is_err_and(|raised| raised.is::<PyTypeError>()));
        assert!(
            liar.to_float()
                .is_err_and(|raised| raised.is::<PyTypeError>())
        );
        assert_eq!(liar.refcount(), 1);
    });
}

#[test]
fn numbers_as_isize() {
    attached(|py| {
        let ns = namespace(py);
        assert_eq!(eval(&ns, "-1").to_isize().unwrap(), -1);
        assert_eq!(eval(&ns, "-1").to_isize_clipped().unwrap(), -1);
        let big = eval(&ns, "-(1 << 80)");
        let fail = || assert!(big.to_isize().unwrap_err().is::<PyIndexError>());
        assert_eq!(
            (
                delta_after_drop(&big, fail),
                big.to_isize_clipped().unwrap()
            ),
            (0, isize::MIN)
        );
        let text = fresh_str(py, "text");
        assert!(text.to_isize().unwrap_err().is::<PyTypeError>());
        assert!(text.to_isize_clipped().unwrap_err().is::<PyTypeError>());
        assert_eq!(text.refcount(), 1);
    });
}
