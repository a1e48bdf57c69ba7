//! The page on SDKs shows what the programmes do: every snippet stands in its programme, every SDK has its section.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may stop")]

use std::{collections::BTreeMap, fs, path::Path};

use oss_conformance::sdk::{Definition, all};

/// The snippets of each section, their lines without indentation.
fn snippets(page: &str) -> BTreeMap<String, Vec<Vec<String>>> {
    let (mut sections, mut name, mut open) = (BTreeMap::new(), String::new(), None::<Vec<String>>);
    for line in page.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            title.clone_into(&mut name);
            sections.insert(name.clone(), Vec::new());
        } else if line.starts_with("```") {
            match open.take() {
                Some(snippet) => sections.entry(name.clone()).or_default().push(snippet),
                None => open = Some(Vec::new()),
            }
        } else if let Some(snippet) = &mut open {
            snippet.push(line.trim().to_owned());
        }
    }
    sections.remove("");
    sections
}

fn sources(folder: &Path) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if let Ok(text) = fs::read_to_string(&path) {
            found.push(text.lines().map(|line| line.trim().to_owned()).collect());
        }
    }
    found
}

fn drivers() -> Vec<Definition> {
    all(&Path::new(env!("CARGO_MANIFEST_DIR")).join("drivers")).unwrap()
}

fn page() -> BTreeMap<String, Vec<Vec<String>>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/sdks.md");
    snippets(&fs::read_to_string(path).unwrap())
}

#[test]
fn every_sdk_has_a_section_with_a_snippet_and_every_section_an_sdk() {
    let documented: Vec<_> =
        page().into_iter().filter(|(_, found)| !found.is_empty()).map(|(name, _)| name).collect();
    let driven: Vec<_> = drivers().into_iter().map(|definition| definition.name).collect();
    assert_eq!(documented, driven);
}

#[test]
fn every_snippet_stands_in_its_programme_as_written() {
    let page = page();
    let mut astray = Vec::new();
    for definition in drivers() {
        let sources = sources(&definition.here);
        for snippet in &page[&definition.name] {
            let stands = |text: &Vec<String>| text.windows(snippet.len()).any(|lines| lines == snippet);
            if !sources.iter().any(stands) {
                astray.push(format!("{}:\n{}", definition.name, snippet.join("\n")));
            }
        }
    }
    assert!(astray.is_empty(), "not in the programme of\n{}", astray.join("\n\n"));
}
