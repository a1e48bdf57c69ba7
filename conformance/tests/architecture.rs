//! Keeps the module map honest: floors only import downwards, files stay small, no dumping grounds, and packages
//! depend on each other only along the arrows.

#![expect(clippy::expect_used, reason = "a test that cannot read its sources may stop")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A package, its floors from the bottom up, and the workspace packages that its code may use.
struct House {
    package: &'static str,
    floors: &'static [&'static [&'static str]],
    may_use: &'static [&'static str],
}

const HOUSES: &[House] = &[
    House {
        package: "emulator",
        floors: &[
            &["clock", "domain"],
            &["digest"],
            &["store", "fault", "journal"],
            &["error", "xml", "http", "auth"],
            &["ops"],
            &["sandbox"],
            &["server", "control"],
            &["config", "telemetry"],
            &["cli"],
        ],
        may_use: &[],
    },
    House {
        package: "client",
        floors: &[
            &["profile"],
            &["machine"],
            &["record", "retry", "transport", "wire", "sign"],
            &["api"],
            &["upload"],
            &["cli"],
        ],
        may_use: &[],
    },
    House {
        package: "scenarios",
        floors: &[
            &["scenario"],
            &["matrix"],
            &["load", "driver"],
            &["world"],
            &["invariant", "timeline"],
            &["verdict"],
            &["script"],
            &["report"],
            &["cli"],
        ],
        may_use: &["oss_client", "oss_emulator"],
    },
    House { package: "conformance", floors: &[&["sdk"], &["report"], &["cli"]], may_use: &["oss_emulator"] },
];

const PACKAGES: &[&str] = &["oss_emulator", "oss_client", "oss_scenarios", "oss_conformance"];
const MAX_LINES: usize = 400;
/// Waits without an end when their event never comes.
const ENDLESS: &[&str] = &[
    ".reached(",
    ".wait_for_exchange(",
    "journal().wait(",
    "journal.wait(",
    ".notified()",
    ".read_line(",
    ".wait_with_output(",
];
const BANNED_STEMS: &[&str] = &["util", "utils", "helper", "helpers", "common", "misc", "types", "manager"];

fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a package has a workspace above it")
}

fn rust_files(dir: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(dir) else { return };
    for entry in entries {
        let path = entry.expect("directory entry is readable").path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|ext| ext == "rs") {
            found.push(path);
        }
    }
}

fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    rust_files(folder, &mut files);
    assert!(
        !files.is_empty(),
        "{} holds no source file: the map names a folder that is not there",
        folder.display()
    );
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let text = fs::read_to_string(&file).expect("source file is readable");
            (file.strip_prefix(folder).expect("file is under its folder").to_owned(), text)
        })
        .collect()
}

impl House {
    fn floor_of(&self, module: &str) -> Option<usize> {
        self.floors.iter().position(|floor| floor.contains(&module))
    }

    fn upward_imports(&self, module: &str, text: &str) -> Vec<String> {
        let Some(own) = self.floor_of(module) else { return Vec::new() };
        reached(text)
            .into_iter()
            .filter(|target| self.floor_of(target).is_some_and(|floor| floor > own))
            .map(|target| format!("{}/{module} (floor {own}) imports {target}", self.package))
            .collect()
    }
}

/// The modules that a text reaches through `crate::`, each by itself or several in braces.
fn reached(text: &str) -> Vec<&str> {
    let paths = text.match_indices("crate::").map(|(at, prefix)| &text[at + prefix.len()..]);
    paths
        .flat_map(|path| path.strip_prefix('{').map_or_else(|| vec![first_word(path)], first_words))
        .collect()
}

/// The first word of each member of a group in braces, which `text` follows from within.
fn first_words(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut words) = (1, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 || (depth == 1 && c == ',') {
            words.push(first_word(&text[start..at]));
            start = at + 1;
        }
        if depth == 0 {
            break;
        }
    }
    words
}

fn first_word(text: &str) -> &str {
    text.trim_start().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}

#[test]
fn floors_import_only_downwards() {
    let mut broken = Vec::new();
    for house in HOUSES {
        for (file, text) in sources(&workspace().join(house.package).join("src")) {
            let top = file.iter().next().and_then(|part| part.to_str()).unwrap_or_default();
            let module = top.trim_end_matches(".rs");
            if !matches!(module, "lib" | "main") && house.floor_of(module).is_none() {
                broken.push(format!("{}/{module} stands on no floor: add it to the map", house.package));
            }
            broken.extend(house.upward_imports(module, &text));
        }
    }
    broken.dedup();
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn packages_depend_only_along_the_arrows() {
    let mut broken = Vec::new();
    for house in HOUSES {
        for (file, text) in sources(&workspace().join(house.package).join("src")) {
            let own = format!("oss_{}", house.package);
            for other in PACKAGES.iter().filter(|other| **other != own && !house.may_use.contains(other)) {
                if text.contains(other) {
                    broken.push(format!("{}/{} uses {other}", house.package, file.display()));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn files_are_small_named_after_their_content_and_documented() {
    let mut broken = Vec::new();
    for house in HOUSES {
        for folder in ["src", "tests"] {
            for (file, text) in sources(&workspace().join(house.package).join(folder)) {
                let name = format!("{}/{folder}/{}", house.package, file.display());
                let stem = file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
                let lines = text.lines().count();
                if lines > MAX_LINES {
                    broken.push(format!("{name}: {lines} lines, more than {MAX_LINES}"));
                }
                if BANNED_STEMS.contains(&stem) {
                    broken.push(format!("{name}: the name says nothing about the content"));
                }
                if !text.starts_with("//!") {
                    broken.push(format!("{name}: no module documentation in the first line"));
                }
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn tests_wait_for_events_and_never_sleep() {
    let mut broken = Vec::new();
    for house in HOUSES {
        for (file, text) in sources(&workspace().join(house.package).join("tests")) {
            let sleeps = text.contains("sleep(");
            if sleeps && file != Path::new("architecture.rs") {
                broken.push(format!("{}/tests/{} sleeps", house.package, file.display()));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

#[test]
fn what_may_never_come_is_waited_for_within_a_bound() {
    let mut broken = Vec::new();
    for house in HOUSES {
        for (file, text) in sources(&workspace().join(house.package).join("tests")) {
            let endless = |line: &&str| ENDLESS.iter().any(|wait| line.contains(wait));
            let unbounded =
                text.lines().map(str::trim).filter(endless).filter(|line| !line.contains("within("));
            let name = format!("{}/tests/{}", house.package, file.display());
            if file != Path::new("architecture.rs") {
                broken.extend(unbounded.map(|line| format!("{name}: put `within(...)` around `{line}`")));
            }
        }
    }
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}
