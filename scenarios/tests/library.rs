//! The library that the binary carries: well-formed, wide enough, and free of doubles.

use std::collections::BTreeSet;

use oss_scenarios::{load, script::plan_of};

/// The stories that the library must not lose.
const MANDATORY: &[&str] = &[
    "RU-001", "RU-005", "RU-013", "RU-014", "RU-015", "RU-016", "RU-017", "RU-020", "RU-022", "RU-023",
    "RU-028", "RU-030", "RU-034", "RU-037", "RU-038", "RU-040", "RU-041", "RU-046", "RU-050", "RU-055",
    "RU-056", "RU-056b", "RU-068", "RU-069", "RU-072", "RU-073b", "RU-086", "RU-087", "RU-089", "RU-098b",
];

#[test]
fn every_mandatory_story_is_there_in_at_least_eight_groups() {
    let cases = load::embedded().unwrap();
    let stories: BTreeSet<&str> = cases.iter().map(|case| case.id.as_str()).collect();
    let groups: BTreeSet<&str> = cases.iter().map(|case| case.group.as_str()).collect();
    let missing: Vec<&&str> = MANDATORY.iter().filter(|id| !stories.contains(**id)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    assert!(stories.len() >= 30 && groups.len() >= 8, "{} stories, {} groups", stories.len(), groups.len());
}

#[test]
fn no_two_cases_share_a_name_and_no_two_files_a_story() {
    let cases = load::embedded().unwrap();
    let names: BTreeSet<String> = cases.iter().map(oss_scenarios::scenario::Scenario::case).collect();
    assert_eq!(names.len(), cases.len());
}

#[test]
fn the_emulator_accepts_the_faults_of_every_call() {
    for case in load::embedded().unwrap() {
        for step in &case.steps {
            if let Err(error) = plan_of(&case.case(), step) {
                panic!("{}: {error:#}", case.case());
            }
        }
    }
}

#[test]
fn the_folder_on_disk_is_the_library_that_is_carried() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("library");
    assert_eq!(load::folder(&folder).unwrap().len(), load::embedded().unwrap().len());
}
