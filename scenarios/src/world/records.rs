//! The record directory: looked at whatever the client's format, and damaged on purpose.

use std::path::Path;

use super::{RecordFile, WorldError, file_error};
use crate::scenario::Edit;

pub(super) fn read(folder: &Path) -> Result<Vec<RecordFile>, WorldError> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut files = Vec::new();
    let listing = std::fs::read_dir(folder).map_err(|error| file_error("read", folder, error))?;
    for entry in listing {
        let path = entry.map_err(|error| file_error("read", folder, error))?.path();
        if path.extension().is_some_and(|extension| extension == "lock") || !path.is_file() {
            continue;
        }
        // A file that is renamed or removed while the directory is read is simply not there any more.
        let Ok(bytes) = std::fs::read(&path) else { continue };
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        files.push(RecordFile { name, bytes });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

pub(super) fn edit(folder: &Path, uploads: &[String], edit: &Edit) -> Result<(), WorldError> {
    let files = read(folder)?;
    if files.is_empty() {
        return Err(WorldError::Edit {
            edit: format!("{edit:?}"),
            why: "the record directory is empty".into(),
        });
    }
    for file in files {
        let path = folder.join(&file.name);
        let done = match change(edit, file.bytes, uploads)? {
            Some(bytes) => std::fs::write(&path, bytes),
            None => std::fs::remove_file(&path),
        };
        done.map_err(|error| file_error("edit", &path, error))?;
    }
    Ok(())
}

/// The record's new content; `None` removes it.
fn change(edit: &Edit, mut bytes: Vec<u8>, uploads: &[String]) -> Result<Option<Vec<u8>>, WorldError> {
    let impossible = |why: String| WorldError::Edit { edit: format!("{edit:?}"), why };
    Ok(Some(match edit {
        Edit::TruncateRecord(kept) => {
            let kept =
                length(kept, bytes.len()).ok_or_else(|| impossible(format!("`{kept}` is no length")))?;
            bytes.truncate(kept);
            bytes
        }
        Edit::ZeroRecord {} => vec![0; bytes.len()],
        Edit::AppendToRecord(text) => {
            bytes.extend_from_slice(text.as_bytes());
            bytes
        }
        Edit::WriteRecord(text) => text.clone().into_bytes(),
        Edit::ReplaceInRecord { from, to } => {
            let from = match uploads {
                [upload, ..] => from.replace("{upload}", upload),
                [] => from.clone(),
            };
            let text = String::from_utf8_lossy(&bytes).into_owned();
            if !text.contains(&from) {
                return Err(impossible(format!("the record does not contain `{from}`")));
            }
            text.replace(&from, to).into_bytes()
        }
        Edit::RemoveRecords {} => return Ok(None),
        _ => return Err(impossible("it is no edit of a record".into())),
    }))
}

/// `12`, `50%` or `end-1` of `whole` bytes.
fn length(text: &str, whole: usize) -> Option<usize> {
    if let Some(share) = text.strip_suffix('%') {
        return Some(whole * share.parse::<usize>().ok()?.min(100) / 100);
    }
    if let Some(back) = text.strip_prefix("end-") {
        return whole.checked_sub(back.parse().ok()?);
    }
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_bytes_shares_or_counted_from_the_end() {
        assert_eq!(
            (length("12", 40), length("50%", 40), length("end-1", 40)),
            (Some(12), Some(20), Some(39))
        );
        assert_eq!((length("half", 40), length("end-41", 40)), (None, None));
    }

    #[test]
    fn a_text_that_is_not_in_the_record_is_an_error_of_the_story() {
        let edit = Edit::ReplaceInRecord { from: "{upload}".into(), to: "X".into() };
        assert_eq!(change(&edit, b"id=ABC".to_vec(), &["ABC".into()]).unwrap(), Some(b"id=X".to_vec()));
        assert!(change(&edit, b"id=ABC".to_vec(), &["DEF".into()]).is_err());
    }
}
