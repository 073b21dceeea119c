"""Writes a crate with a module of many functions: NAME SHAPE COUNT FOLDER ROOT."""

import os
import sys

name, shape, count, folder, root = sys.argv[1:]
PARAMETERS = {"none": "", "one": "a: i64", "mixed": "left: i64, times: i64, flag: bool"}[shape]
RESULT = {"none": "{0}", "one": "a + {0}", "mixed": "if flag {{ left * times }} else {{ left + {0} }}"}[shape]
SIGNATURE = {"none": "", "one": "a, /", "mixed": "left, /, times = 1, *, flag = false"}[shape]
DEPENDENCY = {
    "pyptr": f'pyptr = {{ path = "{root}" }}',
    # As benches/size has it.
    "pyo3": next(line for line in open("../size/pyo3/Cargo.toml") if line.startswith("pyo3 =")).strip(),
}[name]

lines = []
for index in range(int(count)):
    if name == "pyo3":
        lines += [f"/// Function {index}.", "#[pyo3::pyfunction]"]
        lines += [f"#[pyo3(signature = ({SIGNATURE}))]"] * bool(SIGNATURE)
    lines.append(f"fn f{index}({PARAMETERS}) -> i64 {{ {RESULT.format(index)} }}")
if name == "pyo3":
    lines += ["#[pyo3::pymodule]", "mod many {", "    #[pymodule_export]", "    use super::{"]
    lines += [f"        f{index}," for index in range(int(count))] + ["    };", "}"]
else:
    lines += ["pyptr::module! {", "    mod many {"]
    for index in range(int(count)):
        lines += [f"        /// Function {index}.", f"        fn f{index}({SIGNATURE});"]
    lines += ["    }", "}"]

os.makedirs(folder, exist_ok=True)
with open(f"{folder}/lib.rs", "w") as file:
    file.write("\n".join(lines) + "\n")
with open(f"{folder}/Cargo.toml", "w") as file:
    file.write(
        '[workspace]\n\n[package]\nname = "many"\nversion = "0.0.0"\nedition = "2024"\npublish = false\n\n'
        f'[lib]\npath = "lib.rs"\ncrate-type = ["cdylib"]\n\n[dependencies]\n{DEPENDENCY}\n'
    )
