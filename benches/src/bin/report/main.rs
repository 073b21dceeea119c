//! Shows what criterion and callgrind have measured: `report ROOT WHAT NAME...`, where ROOT/target/benches/NAME has what
//! was measured on an interpreter. WHAT is
//! - `all`: writes results/ and the README's figures;
//! - `codec`: writes those of the codec;
//! - `references`: writes nothing, and prints what a reference costs.

mod bars;
mod codec;
mod data;
mod plot;
mod references;
mod tables;

use std::path::Path;
use std::{env, fs};

use data::Interpreter;

fn main() {
    const USAGE: &str = "report ROOT WHAT NAME...";
    let mut arguments = env::args().skip(1);
    let root = arguments.next().expect(USAGE);
    let what = arguments.next().expect(USAGE);
    let root = Path::new(&root);
    let interpreters: Vec<Interpreter> = arguments
        .map(|name| Interpreter::read(root, name))
        .collect();
    assert!(!interpreters.is_empty(), "{USAGE}");
    match what.as_str() {
        "all" => {
            write_results(root, &interpreters);
            write_codec(root, &interpreters);
        }
        "codec" => write_codec(root, &interpreters),
        "references" => {
            for python in &interpreters {
                print!("{}", references::table(python));
            }
        }
        _ => panic!("{USAGE}"),
    }
}

fn write_results(root: &Path, interpreters: &[Interpreter]) {
    let sizes = data::sizes(root);
    let bars = bars::all(interpreters, &sizes);
    let machine = tables::machine(root, interpreters);
    let text = tables::results(&machine, &bars, interpreters, &sizes);
    write(root, "results.md", text);
    write(root, "results.svg", plot::of_results(interpreters));
    let shown = tables::for_readme(&machine, &bars, interpreters);
    write_readme(root, "benches/run", &shown);
    print!("{}", tables::bars(&bars, interpreters));
}

fn write_codec(root: &Path, interpreters: &[Interpreter]) {
    let machine = tables::machine(root, interpreters);
    write(root, "codec.md", codec::results(&machine, interpreters));
    write(root, "codec.svg", codec::svg(interpreters));
    let summary = codec::summary(interpreters);
    write_readme(root, "codec", &codec::for_readme(&machine, &summary));
    print!("{summary}");
}

fn write(root: &Path, name: &str, text: String) {
    let results = root.join("benches/results");
    fs::create_dir_all(&results).expect("a directory for the results");
    fs::write(results.join(name), text).expect("a file of results");
}

/// Replaces what the README has between two marks.
fn write_readme(root: &Path, section: &str, shown: &str) {
    let (begin, end) = (
        format!("<!-- {section}: begin -->\n"),
        format!("<!-- {section}: end -->"),
    );
    let path = root.join("README.md");
    let readme = fs::read_to_string(&path).expect("README.md");
    if let (Some(from), Some(to)) = (readme.find(&begin), readme.find(&end)) {
        let (before, after) = (&readme[..from + begin.len()], &readme[to..]);
        fs::write(path, format!("{before}{shown}{after}")).expect("README.md");
    }
}
