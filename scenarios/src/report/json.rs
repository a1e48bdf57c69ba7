//! The canonical model as JSON.

use super::Report;

/// The report as indented JSON with a final newline.
///
/// # Errors
/// None in practice: the model holds nothing that JSON cannot.
pub fn json(report: &Report) -> serde_json::Result<String> {
    Ok(serde_json::to_string_pretty(report)? + "\n")
}
