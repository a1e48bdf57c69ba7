//! From a story's text to its cases.

use serde::Deserialize;
use thiserror::Error;

use super::check::check;
use crate::{
    matrix::{combinations, label, substitute},
    scenario::Scenario,
};

/// A story file that cannot be used.
#[derive(Debug, Error)]
pub enum LoadError {
    /// The folder or file cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// What was read.
        path: String,
        /// Why it failed.
        source: std::io::Error,
    },
    /// Not TOML, or not a story: the message holds the line and shows it.
    #[error("{file}: {message}")]
    Malformed {
        /// The file.
        file: String,
        /// What is wrong, with its line where one is known.
        message: String,
    },
}

/// The matrix alone; the rest of the file is read once its axes are filled in.
#[derive(Deserialize)]
struct Axes {
    #[serde(default)]
    matrix: toml::Table,
}

/// The cases of one story file.
///
/// # Errors
/// [`LoadError::Malformed`] with the line.
pub fn parse(file: &str, text: &str) -> Result<Vec<Scenario>, LoadError> {
    let malformed = |message: String| LoadError::Malformed { file: file.to_owned(), message };
    let axes: Axes = toml::from_str(text).map_err(|error| malformed(error.to_string()))?;
    let combinations = combinations(&axes.matrix).map_err(&malformed)?;
    let mut cases = Vec::with_capacity(combinations.len());
    for combination in combinations {
        let filled = substitute(text, &combination);
        let mut case: Scenario = toml::from_str(&filled).map_err(|error| malformed(error.to_string()))?;
        case.axes = combination.iter().map(|(axis, value)| (axis.clone(), label(value))).collect();
        check(file, &case).map_err(&malformed)?;
        cases.push(case);
    }
    Ok(cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = r#"
schema = 1
id = "RU-900"
title = "A clean upload"
group = "baseline"
tells = "Nothing goes wrong."
[matrix]
parallel = [1, 3]
[client]
parallel = "$parallel"
[[step]]
call = "only"
"#;

    #[test]
    fn each_matrix_value_becomes_a_case_with_its_own_name() {
        let cases = parse("baseline/x.toml", SMALL).unwrap();
        assert_eq!(
            cases.iter().map(Scenario::case).collect::<Vec<_>>(),
            ["RU-900[parallel=1]", "RU-900[parallel=3]"]
        );
        assert_eq!(cases[1].client.parallel, 3);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let text = SMALL.replace("call = \"only\"", "call = \"only\"\nfrobnicate = 1");
        let message = parse("baseline/x.toml", &text).unwrap_err().to_string();
        assert!(message.contains("line 13") && message.contains("frobnicate"), "{message}");
    }

    #[test]
    fn a_story_in_another_folder_than_its_group_is_refused() {
        assert!(parse("cancellation/x.toml", SMALL).unwrap_err().to_string().contains("group"));
    }

    #[test]
    fn a_relaxation_without_a_reason_is_refused() {
        let text = SMALL.replace("[[step]]", "[judge]\norphans = 1\n[[step]]");
        assert!(parse("baseline/x.toml", &text).unwrap_err().to_string().contains("because"));
    }
}
