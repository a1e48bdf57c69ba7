//! Which stories a verb is about.

use std::path::PathBuf;

use clap::Args;

use crate::{
    load::{LoadError, embedded, folder},
    scenario::Scenario,
};

/// Selects cases from a library.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct Select {
    /// Story number, case name, or a pattern with `*`; may be given several times.
    #[arg(long = "story", value_name = "PATTERN")]
    stories: Vec<String>,
    /// Group of stories, such as `cancellation`; may be given several times.
    #[arg(long = "group", value_name = "GROUP")]
    groups: Vec<String>,
    /// Folder of stories to use instead of the built-in library.
    #[arg(long, value_name = "DIR")]
    library: Option<PathBuf>,
}

impl Select {
    pub(super) fn only(pattern: &str) -> Self {
        Self { stories: vec![pattern.to_owned()], ..Self::default() }
    }

    /// The selected cases, in order.
    pub(super) fn cases(&self) -> Result<Vec<Scenario>, LoadError> {
        let mut cases = match &self.library {
            Some(root) => folder(root)?,
            None => embedded()?,
        };
        cases.retain(|case| self.wants(case));
        Ok(cases)
    }

    fn wants(&self, case: &Scenario) -> bool {
        let story = self.stories.is_empty()
            || self
                .stories
                .iter()
                .any(|pattern| matches(pattern, &case.id) || matches(pattern, &case.case()));
        let group = self.groups.is_empty() || self.groups.contains(&case.group);
        story && group
    }
}

/// Whether `text` is what `pattern` says; `*` stands for any text.
fn matches(pattern: &str, text: &str) -> bool {
    let Some((head, rest)) = pattern.split_once('*') else { return pattern.eq_ignore_ascii_case(text) };
    let Some(tail) =
        text.get(..head.len()).filter(|start| start.eq_ignore_ascii_case(head)).map(|_| &text[head.len()..])
    else {
        return false;
    };
    tail.char_indices().map(|(at, _)| at).chain([tail.len()]).any(|at| matches(rest, &tail[at..]))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("RU-016", "RU-016", true)]
    #[case("ru-016", "RU-016", true)]
    #[case("RU-01", "RU-016", false)]
    #[case("RU-01*", "RU-016", true)]
    #[case("*driver=process*", "RU-016[driver=process,parallel=1]", true)]
    #[case("*x*", "RU-016", false)]
    #[case("*", "", true)]
    fn patterns_match_whole_names(#[case] pattern: &str, #[case] text: &str, #[case] wanted: bool) {
        assert_eq!(matches(pattern, text), wanted);
    }
}
