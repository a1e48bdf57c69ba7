//! Reading plans from text: TOML from people, JSON from programs. Every refusal names the line and what to write
//! instead. Called by the command line and the control plane.

use serde::Deserialize;

use super::{
    limits::MAX_PLAN_BYTES,
    locate::{line_of, offset_of},
    plan::{Draft, Plan},
    validate::Complaint,
};

/// Why a text is no plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanError {
    /// The file's name, or another word for where the text came from.
    pub source_name: String,
    /// The line, counted from 1, when it is known.
    pub line: Option<usize>,
    /// The text of that line.
    pub excerpt: Option<String>,
    /// What is wrong, as a lowercase fragment.
    pub what: String,
    /// What was probably meant.
    pub suggestion: Option<String>,
}

impl std::error::Error for PlanError {}

impl std::fmt::Display for PlanError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.source_name)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}", self.what)?;
        if let Some(suggestion) = &self.suggestion {
            write!(f, "; did you mean `{suggestion}`?")?;
        }
        if let Some(excerpt) = &self.excerpt {
            write!(f, "\n  {excerpt}")?;
        }
        Ok(())
    }
}

impl Plan {
    /// Reads a plan written in TOML. `source_name` is what messages call the text: the file's name.
    pub fn from_toml(text: &str, source_name: &str) -> Result<Self, PlanError> {
        refuse_huge(text, source_name)?;
        let draft: Draft = toml::from_str(text).map_err(|error| {
            let line = error.span().map(|span| line_of(text, span.start));
            refusal(text, source_name, line, error.message())
        })?;
        Self::try_from(draft).map_err(|complaint| {
            let line = offset_of(text, &complaint.path).map(|offset| line_of(text, offset));
            refusal(text, source_name, line, &complaint.to_string())
        })
    }

    /// Reads a plan written in JSON.
    pub fn from_json(text: &str, source_name: &str) -> Result<Self, PlanError> {
        refuse_huge(text, source_name)?;
        let mut reader = serde_json::Deserializer::from_str(text);
        let refuse = |error: &serde_json::Error| {
            let what = error.to_string();
            let what = what.split(" at line ").next().unwrap_or_default();
            refusal(text, source_name, Some(error.line()).filter(|line| *line > 0), what)
        };
        let draft = Draft::deserialize(&mut reader).map_err(|error| refuse(&error))?;
        reader.end().map_err(|error| refuse(&error))?;
        Self::try_from(draft)
            .map_err(|complaint: Complaint| refusal(text, source_name, None, &complaint.to_string()))
    }
}

fn refuse_huge(text: &str, source_name: &str) -> Result<(), PlanError> {
    if text.len() <= MAX_PLAN_BYTES {
        return Ok(());
    }
    Err(PlanError {
        source_name: source_name.to_owned(),
        line: None,
        excerpt: None,
        what: format!("{} bytes are more than a plan may have ({MAX_PLAN_BYTES})", text.len()),
        suggestion: None,
    })
}

fn refusal(text: &str, source_name: &str, line: Option<usize>, what: &str) -> PlanError {
    let excerpt =
        line.and_then(|line| text.lines().nth(line - 1)).map(|line| line.trim().chars().take(120).collect());
    let suggestion = nearest_expected(what);
    let what =
        if what == "missing field `schema`" { "no `schema`: begin the plan with `schema = 1`" } else { what };
    // With a suggestion the list of all names would only bury it.
    let what = if suggestion.is_some() { what.split(", expected ").next().unwrap_or(what) } else { what };
    PlanError {
        source_name: source_name.to_owned(),
        line,
        excerpt,
        what: what.trim_end().to_owned(),
        suggestion,
    }
}

/// The expected name nearest to the unknown one, from a message as serde words it:
/// "unknown field `x`, expected one of `a`, `b`".
fn nearest_expected(what: &str) -> Option<String> {
    let (_, rest) = what.split_once("unknown ")?;
    let mut quoted = rest.split('`').skip(1).step_by(2);
    let unknown = quoted.next()?.to_lowercase();
    quoted
        .map(|name| (edit_distance(&unknown, &name.to_lowercase()), name))
        .filter(|(distance, name)| *distance <= 1 + name.len() / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name.to_owned())
}

/// How many letters must be added, dropped, changed or swapped with their neighbour to come from one to the other.
fn edit_distance(from: &str, to: &str) -> usize {
    let (from, to): (Vec<char>, Vec<char>) = (from.chars().collect(), to.chars().collect());
    let mut rows = vec![(0..=to.len()).collect::<Vec<_>>()];
    for i in 1..=from.len() {
        let mut row = vec![i; to.len() + 1];
        for j in 1..=to.len() {
            let change = rows[i - 1][j - 1] + usize::from(from[i - 1] != to[j - 1]);
            row[j] = change.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] {
                row[j] = row[j].min(rows[i - 2][j - 2] + 1);
            }
        }
        rows.push(row);
    }
    rows[from.len()][to.len()]
}
