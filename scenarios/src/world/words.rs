//! Edits in the words of a timeline.

use crate::scenario::Edit;

/// What an edit does, for a person who reads the report.
pub fn edit_in_words(edit: &Edit) -> String {
    match edit {
        Edit::DeleteParts(parts) => format!("the server loses part {}", list(parts)),
        Edit::DeleteUpload {} => "the server loses the upload".to_owned(),
        Edit::PutPart { part, seed, .. } => format!("other bytes (seed {seed}) appear as part {part}"),
        Edit::PutObject { size, .. } => format!("another writer stores an object of {size} bytes"),
        Edit::TruncateRecord(kept) => format!("the record is cut to {kept}"),
        Edit::ZeroRecord {} => "the record is overwritten with zero bytes".to_owned(),
        Edit::AppendToRecord(_) => "text is appended to the record".to_owned(),
        Edit::WriteRecord(_) => "the record is replaced".to_owned(),
        Edit::ReplaceInRecord { from, .. } => format!("`{from}` in the record is replaced"),
        Edit::RemoveRecords {} => "the records are removed".to_owned(),
        Edit::FlipSource { at, len, keep_mtime } => {
            let quietly = if *keep_mtime { ", its time put back" } else { "" };
            format!("{len} bytes of the source at {at} are changed{quietly}")
        }
        Edit::TouchSource {} => "the source is touched, its bytes are the same".to_owned(),
        Edit::ResizeSource(size) => format!("the source becomes {size} bytes long"),
        Edit::RemoveSource {} => "the source is deleted".to_owned(),
    }
}

fn list(parts: &[u32]) -> String {
    parts.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}
