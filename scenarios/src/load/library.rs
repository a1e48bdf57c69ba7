//! Where stories come from.

use std::{fs, path::Path};

use super::{LoadError, parse};
use crate::scenario::Scenario;

/// Every story file of `library/`, with its path inside it.
const LIBRARY: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/library.rs"));

/// The cases of the library that this build carries, in the order of their numbers.
///
/// # Errors
/// A malformed story.
pub fn embedded() -> Result<Vec<Scenario>, LoadError> {
    let mut cases = Vec::new();
    for (file, text) in LIBRARY {
        cases.extend(parse(file, text)?);
    }
    sort(&mut cases);
    Ok(cases)
}

/// The cases of a folder of stories, laid out as the library is: one folder a group, one file a story.
///
/// # Errors
/// An unreadable folder or a malformed story.
pub fn folder(root: &Path) -> Result<Vec<Scenario>, LoadError> {
    let mut cases = Vec::new();
    for group in entries(root)? {
        if !group.is_dir() {
            continue;
        }
        for file in entries(&group)? {
            if file.extension().is_some_and(|extension| extension == "toml") {
                let text = fs::read_to_string(&file).map_err(|source| unreadable(&file, source))?;
                cases.extend(parse(&file.to_string_lossy(), &text)?);
            }
        }
    }
    sort(&mut cases);
    Ok(cases)
}

fn sort(cases: &mut [Scenario]) {
    cases.sort_by(|a, b| a.id.cmp(&b.id));
}

fn entries(folder: &Path) -> Result<Vec<std::path::PathBuf>, LoadError> {
    let listing = fs::read_dir(folder).map_err(|source| unreadable(folder, source))?;
    let mut paths = listing
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(|source| unreadable(folder, source))?;
    paths.sort();
    Ok(paths)
}

fn unreadable(path: &Path, source: std::io::Error) -> LoadError {
    LoadError::Unreadable { path: path.display().to_string(), source }
}
