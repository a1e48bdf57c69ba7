//! What a plan must satisfy beyond its form: legal pairs, sensible numbers, unique ids. Called whenever a plan is made.

use std::{collections::HashSet, fmt};

use crate::domain::Operation;

use super::{
    action::{Action, Corrupt, Delay, Direction, ReplacePart, Respond, Stall, Throttle, Truncate},
    glob::{Texts, glob_matches},
    legal::{is_legal, legal_points},
    limits::{MAX_DAMAGE_BYTES, MAX_MADE_BYTES, MAX_RULES},
    matcher::Match,
    plan::{Draft, SCHEMA},
    point::Point,
    rule::Rule,
};

/// What is wrong with a plan, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}", place = Place(.path))]
pub struct Complaint {
    /// The way from the root of the plan to the value.
    pub(super) path: Vec<Step>,
    /// What is wrong and what to do, as a lowercase fragment.
    pub(super) what: String,
}

/// One step of the way into a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Field(&'static str),
    Index(usize),
}

struct Place<'a>(&'a [Step]);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, step) in self.0.iter().enumerate() {
            match step {
                Step::Field(name) if index == 0 => f.write_str(name)?,
                Step::Field(name) => write!(f, ".{name}")?,
                Step::Index(at) => write!(f, "[{at}]")?,
            }
        }
        Ok(())
    }
}

type Checked = Result<(), Complaint>;

/// Checks a whole plan; the first complaint in file order wins.
pub(super) fn validate(draft: &Draft) -> Checked {
    if draft.schema != SCHEMA {
        return complain(
            vec![Step::Field("schema")],
            format!("this emulator reads plans of schema {SCHEMA}, not {}", draft.schema),
        );
    }
    if draft.rules.len() > MAX_RULES {
        let what = format!("{} rules, more than {MAX_RULES}", draft.rules.len());
        return complain(vec![Step::Field("fault")], what);
    }
    let mut ids = HashSet::new();
    for (index, rule) in draft.rules.iter().enumerate() {
        let at = RulePath { index };
        if !ids.insert(rule.id.as_str()) {
            return at.complain(&["id"], format!("another rule is called `{}` too: ids are unique", rule.id));
        }
        check_rule(rule, &at)?;
    }
    Ok(())
}

fn complain(path: Vec<Step>, what: String) -> Checked {
    Err(Complaint { path, what })
}

struct RulePath {
    index: usize,
}

impl RulePath {
    fn complain(&self, fields: &[&'static str], what: String) -> Checked {
        let mut path = vec![Step::Field("fault"), Step::Index(self.index)];
        path.extend(fields.iter().map(|field| Step::Field(field)));
        complain(path, what)
    }

    fn complain_of_action(&self, action: usize, what: String) -> Checked {
        let path =
            vec![Step::Field("fault"), Step::Index(self.index), Step::Field("do"), Step::Index(action)];
        complain(path, what)
    }
}

fn check_rule(rule: &Rule, at: &RulePath) -> Checked {
    if !(0.0..=1.0).contains(&rule.probability) {
        return at.complain(&["probability"], format!("{} is no chance from 0 to 1", rule.probability));
    }
    if rule.actions.is_empty() {
        return at
            .complain(&["do"], "no action: write at least one, as in `do = [{ reset = {} }]`".to_owned());
    }
    check_match(rule, at)?;
    for (index, action) in rule.actions.iter().enumerate() {
        if !is_legal(action, rule.at) {
            return at.complain_of_action(index, misplaced(action, rule.at));
        }
        if let Some(what) = wrong_values(action, rule.at) {
            return at.complain_of_action(index, format!("`{}`: {what}", action.name()));
        }
        if let Some(next) = rule.actions.get(index + 1).filter(|_| action.ends_exchange()) {
            let what = format!("never runs: `{}` before it ends the exchange", action.name());
            return at.complain_of_action(index + 1, format!("`{}` {what}", next.name()));
        }
    }
    Ok(())
}

fn misplaced(action: &Action, point: Point) -> String {
    let points = legal_points(action);
    let nearest = points
        .iter()
        .min_by_key(|name| {
            let rank = Point::NAMES.iter().position(|known| known == *name).unwrap_or(0);
            rank.abs_diff(point.rank())
        })
        .copied()
        .unwrap_or_default();
    format!(
        "`{}` makes no sense at `{}`; did you mean `at = \"{nearest}\"`? It may stand at {}",
        action.name(),
        point.generic_name(),
        points.join(", ")
    )
}

fn check_match(rule: &Rule, at: &RulePath) -> Checked {
    if matches!(rule.at, Point::ConnAccept | Point::ConnReuse)
        && let Some(field) = rule.matcher.head_fields().first()
    {
        let what = format!(
            "`{field}` is not known at `{}`: match `sandbox` or `connection`, or use `at = \"req.head\"`",
            rule.at
        );
        return at.complain(&["match"], what);
    }
    check_operations(&rule.matcher, at)?;
    check_header_names(&rule.matcher, at)
}

/// A misspelt operation would never match, and the rule would never fire.
fn check_operations(matcher: &Match, at: &RulePath) -> Checked {
    let known = || Operation::ALL.iter().map(|operation| operation.as_str());
    for glob in matcher.operation.iter().flat_map(Texts::globs) {
        if !known().any(|name| glob_matches(glob, name)) {
            let names: Vec<String> = known().map(|name| format!("`{name}`")).collect();
            return at.complain(
                &["match", "operation"],
                format!("unknown operation `{glob}`, expected one of {}", names.join(", ")),
            );
        }
    }
    matcher.any.iter().chain(matcher.not.as_deref()).try_for_each(|inner| check_operations(inner, at))
}

fn check_header_names(matcher: &Match, at: &RulePath) -> Checked {
    for name in matcher.header.keys() {
        if http::HeaderName::try_from(name.as_str()).is_err() {
            return at.complain(&["match"], format!("`{name}` cannot be the name of a header"));
        }
    }
    matcher.any.iter().chain(matcher.not.as_deref()).try_for_each(|inner| check_header_names(inner, at))
}

fn wrong_values(action: &Action, point: Point) -> Option<String> {
    match action {
        Action::Delay(delay) => wrong_delay(delay),
        Action::Stall(Stall::For(lapse)) if lapse.forward().is_none() => Some("a negative span".to_owned()),
        Action::Stall(Stall::Until(name)) if name.is_empty() => Some("the gate needs a name".to_owned()),
        Action::Gate(gate) if gate.name.is_empty() => Some("the gate needs a name".to_owned()),
        Action::Throttle(Throttle { bytes_per_second: 0, .. }) => {
            Some("0 bytes a second is `stall = \"forever\"`".to_owned())
        }
        Action::Respond(respond) => wrong_answer(respond),
        Action::Corrupt(corrupt) => wrong_damage(corrupt, point),
        Action::Truncate(truncate) => wrong_truncation(truncate, point),
        Action::WrongEtag(wrong) => wrong.value.as_deref().and_then(wrong_header_value),
        Action::WrongCrc64(wrong) => wrong.value.as_deref().and_then(wrong_header_value),
        Action::ReplacePart(replace) => wrong_replacement(replace),
        _ => None,
    }
}

fn wrong_delay(delay: &Delay) -> Option<String> {
    let negative = |lapse: &super::Lapse| lapse.forward().is_none();
    let wrong = match delay {
        Delay::For(lapse) => negative(lapse),
        Delay::Uniform(from, to) => negative(from) || negative(to) || from.signed() > to.signed(),
        Delay::Lognormal { median, sigma } => negative(median) || !(0.0..=10.0).contains(sigma),
    };
    wrong.then(|| "spans are not negative, `uniform` goes from short to long, `sigma` is 0 to 10".to_owned())
}

fn wrong_answer(respond: &Respond) -> Option<String> {
    if !(200..=599).contains(&respond.status) {
        return Some(format!("status {} is not between 200 and 599", respond.status));
    }
    if matches!(respond.status, 204 | 304) && respond.body.is_some() {
        return Some(format!("an answer with status {} has no body", respond.status));
    }
    for (name, value) in &respond.headers {
        if http::HeaderName::try_from(name.as_str()).is_err() {
            return Some(format!("`{name}` cannot be the name of a header"));
        }
        if ["content-length", "transfer-encoding"].contains(&name.to_ascii_lowercase().as_str()) {
            return Some(format!("`{name}` is made from the body; `truncate` sends less than announced"));
        }
        if let Some(what) = wrong_header_value(value) {
            return Some(what);
        }
    }
    None
}

fn wrong_header_value(value: &str) -> Option<String> {
    http::HeaderValue::try_from(value).is_err().then(|| format!("{value:?} cannot be the value of a header"))
}

fn wrong_damage(corrupt: &Corrupt, point: Point) -> Option<String> {
    let side = if point.rank() < Point::RespHead.rank() { Direction::Request } else { Direction::Response };
    if corrupt.direction.is_some_and(|direction| direction != side) {
        return Some(format!("`{point}` lies on the other side: leave `direction` out, or move the point"));
    }
    let ways = [corrupt.xor.is_some(), corrupt.replace.is_some(), corrupt.seeded.is_some()];
    if ways.iter().filter(|given| **given).count() > 1 {
        return Some("give one of `xor`, `replace` and `seeded`".to_owned());
    }
    if corrupt.xor == Some(0) || corrupt.seeded == Some(0) || corrupt.replace.as_deref() == Some("") {
        return Some("this changes nothing".to_owned());
    }
    if let Some(length) = corrupt.seeded.filter(|length| *length > MAX_DAMAGE_BYTES) {
        return Some(format!("{length} bytes are more than {MAX_DAMAGE_BYTES}"));
    }
    let begins_before = matches!((corrupt.offset, point.offset()), (Some(start), Some(at)) if start != at);
    begins_before
        .then(|| "the point has an offset already: use `at = \"req.head\"` or `resp.head`".to_owned())
}

fn wrong_truncation(truncate: &Truncate, point: Point) -> Option<String> {
    match (truncate.at, point.offset()) {
        (None, None) => {
            Some("say where: `truncate = { at = 100 }`, or use `at = \"resp.body@100\"`".to_owned())
        }
        (Some(cut), Some(at)) if cut != at => {
            Some("the point has another offset: give one of the two".to_owned())
        }
        _ => None,
    }
}

fn wrong_replacement(replace: &ReplacePart) -> Option<String> {
    if replace.bytes.is_some() && (replace.size.is_some() || replace.seed.is_some()) {
        return Some("give `bytes`, or `size` and `seed`".to_owned());
    }
    let size = replace.size.filter(|size| *size > MAX_MADE_BYTES)?;
    Some(format!("size {size} is more than {MAX_MADE_BYTES}"))
}
