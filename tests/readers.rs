//! What a fuzzer begins with and what it has found, given to every reader again, within the bounds that hold for any
//! file (see `fuzz/src/lib.rs`).

use std::fs;
use std::path::Path;

#[path = "../fuzz/src/lib.rs"]
mod fuzz;

#[test]
fn every_seed_is_read_within_the_bounds() {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    for (name, read) in fuzz::READERS {
        let files: Vec<_> = fs::read_dir(seeds.join(name)).unwrap().collect();
        assert!(!files.is_empty(), "{name}");
        for file in files {
            let path = file.unwrap().path();
            println!("{}", path.display());
            read(&fs::read(&path).unwrap());
        }
    }
}
