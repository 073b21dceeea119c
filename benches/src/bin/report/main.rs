//! Writes results/results.md, results/results.svg and five rows of figures in the README from what criterion
//! has measured: `report ROOT NAME...`, where ROOT/target/benches/NAME/criterion is an interpreter's.

mod bars;
mod data;
mod plot;
mod tables;

use std::path::Path;
use std::{env, fs};

use data::Interpreter;

const BEGIN: &str = "<!-- benches/run: begin -->\n";
const END: &str = "<!-- benches/run: end -->";

fn main() {
    let mut arguments = env::args().skip(1);
    let root = arguments.next().expect("report ROOT NAME...");
    let root = Path::new(&root);
    let interpreters: Vec<Interpreter> = arguments
        .map(|name| Interpreter::read(root, name))
        .collect();
    assert!(!interpreters.is_empty(), "report ROOT NAME...");

    let results = root.join("benches/results");
    fs::create_dir_all(&results).expect("a directory for the results");
    let sizes = data::sizes(root);
    let bars = bars::all(&interpreters, &sizes);
    let machine = tables::machine(root, &interpreters);
    let text = tables::results(&machine, &bars, &interpreters, &sizes);
    fs::write(results.join("results.md"), text).expect("results.md");
    fs::write(results.join("results.svg"), plot::svg(&interpreters)).expect("results.svg");

    // The README shows some of the bars, between two marks.
    let path = root.join("README.md");
    let readme = fs::read_to_string(&path).expect("README.md");
    if let (Some(begin), Some(end)) = (readme.find(BEGIN), readme.find(END)) {
        let (before, after) = (&readme[..begin + BEGIN.len()], &readme[end..]);
        let shown = tables::for_readme(&machine, &bars, &interpreters);
        fs::write(path, format!("{before}{shown}{after}")).expect("README.md");
    }
    print!("{}", tables::bars(&bars, &interpreters));
}
