//! Reports of a run, all from one canonical model: terminal, JSON, JUnit XML, and one HTML file. Used by the command line.

mod html;
mod json;
mod junit;
mod model;
mod storyboard;
mod terminal;

pub use html::html;
pub use json::json;
pub use junit::junit;
pub use model::{CallReport, CaseReport, Report, StoryReport};
pub use terminal::{Live, terminal};
