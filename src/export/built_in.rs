//! Names that no module of a library can have.

/// The names of modules that some builds of CPython have built in. The library exports `PyInit_name`, and where the linker
/// finds that first, the interpreter would have it in place of its own.
const BUILT_IN: &[&str] = &[
    "_abc",
    "_ast",
    "_bisect",
    "_blake2",
    "_codecs",
    "_collections",
    "_contextvars",
    "_csv",
    "_datetime",
    "_elementtree",
    "_functools",
    "_heapq",
    "_imp",
    "_io",
    "_locale",
    "_md5",
    "_opcode",
    "_operator",
    "_pickle",
    "_posixsubprocess",
    "_random",
    "_sha1",
    "_sha256",
    "_sha3",
    "_sha512",
    "_signal",
    "_socket",
    "_sre",
    "_stat",
    "_statistics",
    "_string",
    "_struct",
    "_suggestions",
    "_symtable",
    "_sysconfig",
    "_thread",
    "_tokenize",
    "_tracemalloc",
    "_types",
    "_typing",
    "_warnings",
    "_weakref",
    "array",
    "atexit",
    "binascii",
    "builtins",
    "cmath",
    "errno",
    "faulthandler",
    "fcntl",
    "gc",
    "grp",
    "itertools",
    "marshal",
    "math",
    "nt",
    "posix",
    "pwd",
    "pyexpat",
    "select",
    "spwd",
    "sys",
    "syslog",
    "time",
    "unicodedata",
    "winreg",
    "xxsubtype",
    "zlib",
];

/// Whether `name` is one of them.
pub(super) const fn is_built_in(name: &str) -> bool {
    let mut index = 0;
    while index < BUILT_IN.len() {
        if same(name, BUILT_IN[index]) {
            return true;
        }
        index += 1;
    }
    false
}

/// Whether two texts are equal.
pub(super) const fn same(a: &str, b: &str) -> bool {
    let (a, b, mut i) = (a.as_bytes(), b.as_bytes(), 0);
    if a.len() != b.len() {
        return false;
    }
    while i < a.len() {
        if a[i] != b[i] {
            return false;
        }
        i += 1;
    }
    true
}

#[cfg(test)]
mod tests {
    use super::is_built_in;

    #[test]
    fn names_of_built_in_modules() {
        for name in ["_abc", "_thread", "sys", "zlib"] {
            assert!(is_built_in(name), "{name}");
        }
        for name in ["_ab", "_abcd", "thread", "words", ""] {
            assert!(!is_built_in(name), "{name}");
        }
    }
}
