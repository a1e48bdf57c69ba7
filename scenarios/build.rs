//! Lists the story files of `library/`, so that the binary carries them all.

use std::{env, error::Error, fmt::Write as _, fs, path::Path};

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(&env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo names the manifest's folder")?)
        .join("library");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut stories = Vec::new();
    for folder in fs::read_dir(&root)? {
        let folder = folder?.path();
        if !folder.is_dir() {
            continue;
        }
        println!("cargo::rerun-if-changed={}", folder.display());
        for file in fs::read_dir(&folder)? {
            let file = file?.path();
            if file.extension().is_some_and(|extension| extension == "toml") {
                stories.push(file);
            }
        }
    }
    stories.sort();
    let mut table = String::from("&[\n");
    for story in stories {
        println!("cargo::rerun-if-changed={}", story.display());
        let (name, path) = (story.strip_prefix(&root)?.display().to_string(), story.display().to_string());
        writeln!(table, "    ({name:?}, include_str!({path:?})),")?;
    }
    table.push_str("]\n");
    let out = env::var_os("OUT_DIR").ok_or("cargo names the output folder")?;
    fs::write(Path::new(&out).join("library.rs"), table)?;
    Ok(())
}
