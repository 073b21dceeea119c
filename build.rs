//! Passes the interpreter's cfgs on, lets binaries find libpython at run time, and refuses what
//! the crate cannot serve with one sentence that says what to set.

use std::{env, fs, path::Path};

use pyo3_build_config::{InterpreterConfig, PythonAbiKind, PythonImplementation, PythonVersion};

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
    // What tests that build something build it for, and where cargo puts it.
    println!("cargo:rustc-env=PYPTR_HOST={}", from_cargo("HOST"));
    println!("cargo:rustc-env=PYPTR_TARGET={}", from_cargo("TARGET"));
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
    write_link_attribute(config);
}

/// Writes the macro with which `src/ffi` declares functions that `pyo3_ffi` lacks: the attribute that says in which DLL
/// they are, which exists on Windows alone and needs a literal there.
fn write_link_attribute(config: &InterpreterConfig) {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=PYO3_USE_RAW_DYLIB");
    let mut link = String::new();
    let mut name_of_private = "";
    if from_cargo("CARGO_CFG_TARGET_OS") == "windows" {
        let name = config.lib_name().expect("pyo3-ffi needs it, too");
        // As pyo3-ffi does: without an import library, unless one is asked for.
        let raw = env::var("PYO3_USE_RAW_DYLIB").map_or(true, |value| value == "1");
        let is_x86 = from_cargo("CARGO_CFG_TARGET_ARCH") == "x86";
        let kind = match (raw, is_x86) {
            (false, _) => "",
            (true, false) => ", kind = \"raw-dylib\"",
            // The DLL's names have no underscore before them. One is taken off, also off names that begin with one.
            (true, true) => ", kind = \"raw-dylib\", import_name_type = \"undecorated\"",
        };
        link = format!("#[link(name = \"{name}\"{kind})]");
        if raw && is_x86 {
            name_of_private = "#[link_name = concat!(\"_\", stringify!($name))]";
        }
    }
    let macros = format!(
        "/// Declares functions and statics of libpython.
        #[allow(unused_macros)]
        macro_rules! libpython {{
            ($($item:tt)*) => {{ {link} unsafe extern \"C\" {{ $($item)* }} }};
        }}
        /// Declares functions of libpython whose names begin with an underscore.
        #[allow(unused_macros)]
        macro_rules! libpython_private {{
            ($($(#[$attribute:meta])* $vis:vis fn $name:ident($($parameters:tt)*) $(-> $result:ty)?;)*) => {{
                libpython! {{ $(
                    $(#[$attribute])* {name_of_private} $vis fn $name($($parameters)*) $(-> $result)?;
                )* }}
            }};
        }}"
    );
    let path = Path::new(&from_cargo("OUT_DIR")).join("libpython.rs");
    fs::write(path, macros).expect("cargo's directory can be written to");
}

fn from_cargo(name: &str) -> String {
    env::var(name).expect("set by cargo")
}

/// Stops the build with one sentence.
fn refuse(why: &str) -> ! {
    eprintln!(
        "error: {why}: set PYO3_PYTHON to a CPython {OLDEST} or newer, such as PYO3_PYTHON=/usr/bin/python3.13"
    );
    std::process::exit(1)
}
