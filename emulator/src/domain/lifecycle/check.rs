//! Which sets of rules are refused. Called by `PutBucketLifecycle`.

use super::{Expiration, Rule, Transition, When};
use crate::domain::StorageClass;
use std::cmp::Ordering;

/// Why a set of rules is refused. OSS documentation: EC 0014-00000020 and its neighbours.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RuleConflict {
    /// Two rules share an id.
    #[error("rule id `{0}` occurs twice")]
    SameId(String),
    /// Two rules have the same prefix, tags and filter.
    #[error("rules `{0}` and `{1}` have the same prefix")]
    SamePrefix(String, String),
    /// Two rules with overlapping prefixes have the same action.
    #[error("Overlap for same action type {0}")]
    SameAction(&'static str),
    /// Two rules with overlapping prefixes move objects to the same class.
    #[error("Overlap for same action type Transition to {0}")]
    SameClass(StorageClass),
    /// An object would expire before it moves, or move to a colder class before a warmer one.
    #[error(
        "rule `{0}`: Expiration must be later than Transition, and colder classes later than warmer ones"
    )]
    WrongOrder(String),
    /// Days and dates are mixed in one rule.
    #[error(
        "Found mixed CreatedBeforeDate and Days based Expiration and Transition for StorageClass {0} actions"
    )]
    Mixed(StorageClass),
}

/// Checks a set of rules. `overlap` is `x-oss-allow-same-action-overlap: true`.
pub fn check(rules: &[Rule], overlap: bool) -> Result<(), RuleConflict> {
    for (index, rule) in rules.iter().enumerate() {
        within(rule)?;
        for earlier in rules.iter().take(index) {
            if earlier.id == rule.id {
                return Err(RuleConflict::SameId(rule.id.clone()));
            }
            if !overlap {
                between(earlier, rule)?;
            }
        }
    }
    Ok(())
}

fn within(rule: &Rule) -> Result<(), RuleConflict> {
    let mut last: Option<Transition> = None;
    let mut transitions = rule.transitions.clone();
    transitions.sort_by(|one, other| match one.class.is_colder_than(other.class) {
        true => Ordering::Greater,
        false if one.class == other.class => Ordering::Equal,
        false => Ordering::Less,
    });
    for transition in transitions {
        if let Some(Expiration::Objects(end)) = rule.expiration {
            match later(end, transition.when) {
                None => return Err(RuleConflict::Mixed(transition.class)),
                Some(false) => return Err(RuleConflict::WrongOrder(rule.id.clone())),
                Some(true) => {}
            }
        }
        if let Some(warmer) = last {
            match later(transition.when, warmer.when) {
                None => return Err(RuleConflict::Mixed(transition.class)),
                Some(false) => return Err(RuleConflict::WrongOrder(rule.id.clone())),
                Some(true) => {}
            }
        }
        last = Some(transition);
    }
    Ok(())
}

/// Whether one comes after the other; `None` when days and dates cannot be compared.
fn later(one: When, other: When) -> Option<bool> {
    match (one, other) {
        (When::Days(one), When::Days(other)) => Some(one > other),
        (When::Before(one), When::Before(other)) => Some(one > other),
        _ => None,
    }
}

/// Rules with different tags or filters are about different objects (our choice where the documentation is silent);
/// uploads have neither, so that only prefixes count for them.
fn between(one: &Rule, other: &Rule) -> Result<(), RuleConflict> {
    let overlaps = one.prefix.starts_with(&other.prefix) || other.prefix.starts_with(&one.prefix);
    let alike = one.tags == other.tags && one.size == other.size && one.exclusions == other.exclusions;
    if !overlaps {
        return Ok(());
    }
    if one.abort.is_some() && other.abort.is_some() {
        return Err(RuleConflict::SameAction("AbortMultipartUpload"));
    }
    if !alike {
        return Ok(());
    }
    if one.expiration.is_some() && other.expiration.is_some() {
        return Err(RuleConflict::SameAction("Expiration"));
    }
    if one.noncurrent_expiration.is_some() && other.noncurrent_expiration.is_some() {
        return Err(RuleConflict::SameAction("NoncurrentVersionExpiration"));
    }
    let shared = one
        .transitions
        .iter()
        .find(|transition| other.transitions.iter().any(|theirs| theirs.class == transition.class));
    if let Some(transition) = shared {
        return Err(RuleConflict::SameClass(transition.class));
    }
    if one.prefix == other.prefix {
        return Err(RuleConflict::SamePrefix(one.id.clone(), other.id.clone()));
    }
    Ok(())
}
