//! Passes the interpreter's cfgs on, lets binaries find libpython at run time, and refuses what
//! the crate cannot serve with one sentence that says what to set.

#[path = "build/needs.rs"]
mod needs;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use pyo3_build_config::{InterpreterConfig, PythonAbiKind, PythonImplementation, PythonVersion};

const OLDEST: PythonVersion = PythonVersion {
    major: 3,
    minor: 10,
};

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    // `cargo run` and `cargo test` load libpython from wherever `python3` keeps it.
    pyo3_build_config::add_libpython_rpath_link_args();

    // For `pyo3_build_config` in build scripts of crates that depend on this one.
    println!("cargo:PYO3_CONFIG={}", from_cargo("DEP_PYTHON_PYO3_CONFIG"));

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
        let how = "remove the feature abi3, abi3t, abi3-py3* or abi3t-py3* of pyo3 or pyo3-ffi from Cargo.toml, and \
            build one library for each version of Python";
        stop(&format!(
            "pyptr uses the full C API, and a dependency asks pyo3-ffi for the limited one: {how}"
        ));
    }
    write_link_attribute(config);
    find_library(config);
}

/// Tells the linker where libpython is, if the interpreter is wrong about it: it has been moved since it was built, or has
/// the library without the name that the linker looks for, as Debian's has without `python3-dev`. And sees to it that only
/// who starts an interpreter is linked to a shared one.
fn find_library(config: &InterpreterConfig) {
    let is_extension = env::var_os("PYO3_BUILD_EXTENSION_MODULE").is_some();
    let is_native = from_cargo("HOST") == from_cargo("TARGET");
    if is_extension || !is_native || from_cargo("CARGO_CFG_TARGET_OS") != "linux" {
        return;
    }
    let (Some(executable), Some(name)) = (config.executable(), config.lib_name()) else {
        return;
    };
    let script = "import sys, sysconfig
print(sys.base_prefix, *map(sysconfig.get_config_var, ['MULTIARCH', 'INSTSONAME']), sep='\\n')";
    let output = Command::new(executable).args(["-c", script]).output();
    let output = output.map_or(String::new(), |output| {
        String::from_utf8_lossy(&output.stdout).into_owned()
    });
    let mut lines = output.lines();
    let mut line = || lines.next().unwrap_or_default();
    let (prefix, multiarch, file) = (PathBuf::from(line()), line(), line());
    let places = ["lib", "lib64"].map(|directory| prefix.join(directory));
    let places = [places[0].join(multiarch)].into_iter().chain(places);
    let known = config.lib_dir().map(PathBuf::from);
    let places: Vec<PathBuf> = known.iter().cloned().chain(places).collect();
    let has = |directory: &Path, suffix: &str| {
        let path = directory.join(format!("lib{name}{suffix}"));
        path.exists().then_some(path)
    };
    let has_it = |directory: &Path| {
        has(directory, ".so")
            .or_else(|| has(directory, ".a"))
            .is_some()
    };
    let directory = places.iter().find(|directory| has_it(directory));
    // Under the name that the loader looks for alone.
    let developed_or_not =
        |place: &&PathBuf| place.join(file).is_file() && config.shared() && !file.is_empty();
    let Some(directory) = directory.or_else(|| places.iter().find(developed_or_not)) else {
        println!(
            "cargo:warning=the linker may not find lib{name}, which {executable} does not have: install it (Debian: \
             lib{name}-dev), or set PYO3_BUILD_EXTENSION_MODULE=1 to build only extension modules, which need none"
        );
        return;
    };
    if known.as_ref() != Some(directory) {
        println!("cargo:rustc-link-search=native={}", directory.display());
        println!("cargo:rustc-link-arg=-Wl,-rpath,{}", directory.display());
    }
    let library = directory.join(file);
    if config.shared() && !file.is_empty() && library.is_file() {
        let own = PathBuf::from(from_cargo("OUT_DIR")).join("libpython");
        let written = needs::write_link(&library, &[file, &format!("lib{name}.so")], &own)
            .and_then(|()| needs::write_copies(&library, file, &own));
        written.expect("a directory of cargo's, and a library that can be read");
    }
}

/// Writes the macro with which `src/ffi` declares functions that `pyo3_ffi` lacks: the attribute that says in which DLL
/// they are, which exists on Windows alone and needs a literal there.
fn write_link_attribute(config: &InterpreterConfig) {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=build");
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
fn stop(sentence: &str) -> ! {
    eprintln!("error: {sentence}");
    std::process::exit(1)
}

/// Stops the build because of the interpreter.
fn refuse(why: &str) -> ! {
    let how = "such as PYO3_PYTHON=/usr/bin/python3.13";
    stop(&format!(
        "{why}: set PYO3_PYTHON to a CPython {OLDEST} or newer, {how}"
    ))
}
