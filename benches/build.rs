//! Compiles the C side with the interpreter's headers, as an extension's build does: -O3 -DNDEBUG.

use std::path::Path;

fn main() {
    pyo3_build_config::use_pyo3_cfgs();
    pyo3_build_config::add_libpython_rpath_link_args();

    let config = pyo3_build_config::get();
    let executable = config.executable().expect("benchmarks need an interpreter");
    let script = "import platform, sys, sysconfig\n\
        t = 't' * bool(sysconfig.get_config_var('Py_GIL_DISABLED'))\n\
        print(sysconfig.get_path('include'))\n\
        print(platform.python_version() + t)";
    let answer = config
        .run_python_script(script)
        .expect("the interpreter runs");
    let mut lines = answer.lines();
    let include = lines.next().expect("the path of the headers");
    assert!(
        Path::new(include).join("Python.h").exists(),
        "{executable} has no headers in {include}"
    );
    println!(
        "cargo:rustc-env=BENCH_PYTHON={}",
        lines.next().expect("a version")
    );

    let sources = [
        "c/bench.c",
        "classes/by_c.c",
        "codec/pack.c",
        "codec/unpack.c",
    ];
    cc::Build::new()
        .files(sources)
        .include(include)
        .opt_level(3)
        .pic(true)
        .debug(true)
        .define("NDEBUG", None)
        .flag("-fwrapv")
        .warnings(true)
        .extra_warnings(false)
        .compile("bench");
    for source in sources
        .iter()
        .chain(&["classes/by_c_items.h", "codec/codec.h"])
    {
        println!("cargo:rerun-if-changed={source}");
    }
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=PYO3_PYTHON");
}
