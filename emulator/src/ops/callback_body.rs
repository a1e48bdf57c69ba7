//! Replaces the variables in the body of a callback. Called by `callback`.

use crate::http::percent_encode;

/// What is known, by the names of variables.
#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    texts: Vec<(&'static str, String)>,
    numbers: Vec<(&'static str, u64)>,
}

impl Facts {
    /// The same with a text more.
    pub(super) fn with(&self, name: &'static str, text: &str) -> Self {
        let mut facts = self.clone();
        facts.texts.push((name, text.to_owned()));
        facts
    }

    /// The same with a number more.
    pub(super) fn with_number(&self, name: &'static str, number: u64) -> Self {
        let mut facts = self.clone();
        facts.numbers.push((name, number));
        facts
    }
}

/// The body. In a form, values are percent-encoded; in JSON, texts are quoted and numbers are bare. A variable that
/// nothing is known of is empty (OSS documentation: Callback, sample request). A `${` without end is no variable.
pub(super) fn render(template: &str, is_json: bool, facts: &Facts, variables: &[(String, String)]) -> String {
    let mut body = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(start) = rest.find("${") {
        let Some(length) = rest[start..].find('}') else { break };
        body.push_str(&rest[..start]);
        let name = &rest[start + 2..start + length];
        if let Some((_, number)) = facts.numbers.iter().find(|(known, _)| *known == name) {
            body.push_str(&number.to_string());
        } else {
            let known = facts.texts.iter().find(|(known, _)| *known == name).map(|(_, text)| text);
            let own = || variables.iter().find(|(known, _)| known == name).map(|(_, text)| text);
            let text = known.or_else(own).map(String::as_str).unwrap_or_default();
            if is_json {
                body.push_str(&serde_json::Value::from(text).to_string());
            } else {
                body.push_str(&percent_encode(text));
            }
        }
        rest = &rest[start + length + 1..];
    }
    body.push_str(rest);
    body
}
