//! The query of a control request: known names only, so that a misspelt one is not silently ignored.

use std::time::Duration;

use super::problem::Problem;
use crate::{fault::Lapse, http::Query};

/// The longest time that a request may wait for an event.
const MAX_WAIT: Duration = Duration::from_secs(600);

/// The decoded query of a control request.
#[derive(Debug)]
pub(super) struct Parameters(Query);

impl Parameters {
    /// Reads a query in which only `known` names may stand.
    pub(super) fn read(query: Option<&str>, known: &[&str]) -> Result<Self, Problem> {
        let query = Query::parse(query.unwrap_or_default());
        if let Some((name, _)) = query.pairs().find(|(name, _)| !known.contains(name)) {
            let expected = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(Problem::bad(format!("unknown parameter `{name}`; known here: {expected}")));
        }
        Ok(Self(query))
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.value(name)
    }

    /// All values of a parameter that may be given more than once.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        self.0.pairs().filter(move |(known, _)| *known == name).map(|(_, value)| value)
    }

    pub(super) fn required(&self, name: &str) -> Result<&str, Problem> {
        self.text(name).ok_or_else(|| Problem::bad(format!("the parameter `{name}` is missing")))
    }

    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, Problem> {
        let Some(text) = self.text(name) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| Problem::bad(format!("`{name}={text}`: not a number")))
    }

    /// How long to wait; not at all when absent.
    pub(super) fn wait(&self) -> Result<Option<Duration>, Problem> {
        let Some(text) = self.text("wait") else { return Ok(None) };
        let lapse: Lapse = text.parse().map_err(|error| Problem::bad(format!("`wait`: {error}")))?;
        match lapse.forward().filter(|wait| *wait <= MAX_WAIT) {
            Some(wait) => Ok(Some(wait)),
            None => Err(Problem::bad(format!("`wait={text}`: at most {} seconds", MAX_WAIT.as_secs()))),
        }
    }
}
