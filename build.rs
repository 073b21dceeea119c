//! Passes the interpreter's cfgs on, lets binaries find libpython at run time, and refuses what
//! the crate cannot serve with one sentence that says what to set.

use pyo3_build_config::{PythonAbiKind, PythonImplementation, PythonVersion};

const OLDEST: PythonVersion = PythonVersion {
    major: 3,
    minor: 10,
};

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    // `cargo run` and `cargo test` load libpython from wherever `python3` keeps it.
    pyo3_build_config::add_libpython_rpath_link_args();

    let config = pyo3_build_config::get();
    let executable = config.executable().unwrap_or("python3");
    // What the Python-side tests run: the interpreter that this build is for.
    println!("cargo:rustc-env=PYPTR_PYTHON={executable}");
    // What an extension module may be imported by.
    println!("cargo:rustc-env=PYPTR_PYTHON_VERSION={}", config.version());

    let abi = config.target_abi();
    if abi.implementation() != PythonImplementation::CPython {
        refuse(&format!(
            "pyptr needs CPython, and {executable} is {}",
            abi.implementation()
        ));
    }
    if config.version() < OLDEST {
        refuse(&format!(
            "pyptr needs CPython {OLDEST} or newer, and {executable} is {}",
            config.version()
        ));
    }
    if matches!(abi.kind(), PythonAbiKind::Stable(_)) {
        refuse("pyptr uses the full C API, and a dependency asks pyo3-ffi for the limited one");
    }
}

/// Stops the build with one sentence.
fn refuse(why: &str) -> ! {
    eprintln!(
        "error: {why}: set PYO3_PYTHON to a CPython {OLDEST} or newer, such as PYO3_PYTHON=/usr/bin/python3.13"
    );
    std::process::exit(1)
}
