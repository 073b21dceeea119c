//! Paths and other strings of the operating system.

use std::borrow::Cow;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use pyptr::IntoPyObject;
use pyptr::types::PyType;

use super::{error, eval, repr, run, wrong_type};
use crate::common::{attached, delta_after_drop, fresh_str};

#[test]
fn paths_of_all_kinds() {
    attached(|py| {
        for code in [
            "'/tmp/naïve'",
            "'/tmp/naïve'.encode()",
            "__import__('pathlib').Path('/tmp/naïve')",
            "__import__('pathlib').PurePosixPath('/tmp/naïve')",
            "type('P', (), {'__fspath__': lambda s: '/tmp/naïve'})()",
            "type('P', (), {'__fspath__': lambda s: '/tmp/naïve'.encode()})()",
            "type('S', (str,), {})('/tmp/naïve')",
        ] {
            let object = eval(py, code);
            let path: PathBuf = object.extract().unwrap();
            assert_eq!(path, Path::new("/tmp/naïve"), "{code}");
            assert_eq!(object.extract::<Cow<'_, Path>>().unwrap(), path, "{code}");
        }
        let text = fresh_str(py, "plain");
        assert!(matches!(
            text.extract::<Cow<'_, Path>>().unwrap(),
            Cow::Borrowed(_)
        ));
        assert_eq!(text.extract::<&Path>().unwrap(), Path::new("plain"));
        assert_eq!(delta_after_drop(&text, || text.extract::<PathBuf>()), 0);
        assert_eq!(
            eval(py, "'naïve'").extract::<&Path>().unwrap(),
            Path::new("naïve")
        );
        assert_eq!(eval(py, "'naïve'").extract::<OsString>().unwrap(), "naïve");
        assert_eq!(eval(py, "''").extract::<PathBuf>().unwrap(), Path::new(""));
    });
}

/// As `open` and `os.fsencode` do it.
#[cfg(unix)]
#[test]
fn bytes_without_a_character() {
    use std::os::unix::ffi::{OsStrExt, OsStringExt};

    attached(|py| {
        let escaped = eval(py, "'a' + chr(0xdcff)");
        let path: PathBuf = escaped.extract().unwrap();
        assert_eq!(path.as_os_str().as_bytes(), b"a\xff");
        assert!(matches!(
            escaped.extract::<Cow<'_, Path>>().unwrap(),
            Cow::Owned(_)
        ));
        assert_eq!(escaped.extract::<OsString>().unwrap().as_bytes(), b"a\xff");
        assert_eq!(
            error::<&Path>(&escaped),
            "ValueError: the path is not UTF-8 in the file system's encoding"
        );
        let back = OsString::from_vec(b"a\xff".to_vec())
            .into_py_object(py)
            .unwrap();
        assert!(back.eq(&escaped).unwrap());
        let back = path.into_py_object(py).unwrap();
        assert!(back.str().unwrap().eq(&escaped).unwrap());
        // No surrogate that stands for a byte.
        let lone = eval(py, "'b' + chr(0xd800)");
        for text in [
            error::<PathBuf>(&lone),
            error::<OsString>(&lone),
            error::<Cow<'_, Path>>(&lone),
        ] {
            assert!(
                text.starts_with("UnicodeEncodeError: 'utf-8' codec can't encode character"),
                "{text}"
            );
        }
        let list = error::<Vec<PathBuf>>(&eval(py, "['a', 'b' + chr(0xd800)]"));
        assert!(list.ends_with("surrogates not allowed in item 1"), "{list}");
    });
}

#[test]
fn paths_that_are_none() {
    attached(|py| {
        let expected = "str, bytes or os.PathLike object";
        for other in ["1", "None", "[]", "bytearray(b'a')"] {
            assert_eq!(wrong_type::<PathBuf>(&eval(py, other)), expected);
            assert_eq!(wrong_type::<Cow<'_, Path>>(&eval(py, other)), expected);
        }
        for other in ["b'a'", "__import__('pathlib').Path('a')", "1"] {
            assert_eq!(wrong_type::<&Path>(&eval(py, other)), "str");
            assert_eq!(wrong_type::<OsString>(&eval(py, other)), "str");
        }
        for code in [
            "'a\\0b'",
            "b'a\\0b'",
            "type('P', (), {'__fspath__': lambda s: 'a\\0b'})()",
        ] {
            let object = eval(py, code);
            assert_eq!(
                error::<PathBuf>(&object),
                "ValueError: embedded null character"
            );
            assert_eq!(
                error::<Cow<'_, Path>>(&object),
                "ValueError: embedded null character"
            );
        }
        assert_eq!(
            error::<&Path>(&eval(py, "'a\\0b'")),
            "ValueError: embedded null character"
        );
        assert_eq!(
            error::<Vec<PathBuf>>(&eval(py, "['a', 'a\\0']")),
            "ValueError: item 1: embedded null character"
        );
        let raises = eval(py, "type('P', (), {'__fspath__': lambda s: 1 / 0})()");
        assert_eq!(
            error::<PathBuf>(&raises),
            "ZeroDivisionError: division by zero"
        );
        let wrong = eval(py, "type('P', (), {'__fspath__': lambda s: 5})()");
        assert!(error::<PathBuf>(&wrong).starts_with("TypeError: "));
        // Of the instance alone, which is no protocol.
        let own = run(
            py,
            "class P: pass\nresult = P()\nresult.__fspath__ = lambda: 'a'",
        );
        assert_eq!(wrong_type::<PathBuf>(&own), expected);
    });
}

#[test]
fn paths_to_python() {
    attached(|py| {
        let class = eval(py, "__import__('pathlib').Path");
        let path = Path::new("/tmp/naïve");
        for object in [
            path.into_py_object(py),
            path.to_path_buf().into_py_object(py),
            (&path.to_path_buf()).into_py_object(py),
            Cow::Borrowed(path).into_py_object(py),
        ] {
            let object = object.unwrap();
            assert!(object.is_instance(&class).unwrap());
            let shown = if cfg!(windows) {
                r"\tmp\naïve"
            } else {
                "/tmp/naïve"
            };
            assert_eq!(object.str().unwrap(), shown);
            assert_eq!(object.extract::<PathBuf>().unwrap(), path);
        }
        assert!(class.cast::<PyType>().is_ok());
        assert_eq!(repr(py, OsStr::new("naïve")), "'naïve'");
        assert_eq!(repr(py, OsString::from("naïve")), "'naïve'");
        let owned = OsString::from("naïve");
        assert_eq!((repr(py, &owned), owned.len()), ("'naïve'".to_owned(), 6));
    });
}
