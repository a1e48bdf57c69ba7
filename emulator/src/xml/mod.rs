//! Documents in OSS's layout: a writer for answers, a strict reader for request bodies.

mod complete;
mod flat;
mod rows;
mod tree;
mod writer;

pub use complete::{MalformedXml, read_complete};
pub use flat::read_flat;
pub use rows::{Row, RowLayout};
pub use tree::{Element, read_tree};
pub use writer::{XmlWriter, is_legal_char};
