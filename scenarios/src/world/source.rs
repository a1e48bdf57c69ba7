//! The source file: bytes from a seed, and changes behind the client's back.

use std::{
    fs::{File, FileTimes, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
    path::Path,
};

use super::{WorldError, file_error};
use crate::scenario::Edit;

/// Bytes that depend on nothing but their number and the seed (the `SplitMix64` sequence, little-endian).
pub fn content(size: u64, seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default() + 8);
    while (bytes.len() as u64) < size {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bytes.extend_from_slice(&(word ^ (word >> 31)).to_le_bytes());
    }
    bytes.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    bytes
}

pub(super) fn write(path: &Path, size: u64, seed: u64) -> Result<(), WorldError> {
    std::fs::write(path, content(size, seed)).map_err(|error| file_error("write", path, error))
}

pub(super) fn edit(path: &Path, seed: u64, edit: &Edit) -> Result<(), WorldError> {
    let done = match edit {
        Edit::FlipSource { at, len, keep_mtime } => flip(path, *at, *len, *keep_mtime),
        Edit::TouchSource {} => touch(path),
        Edit::ResizeSource(size) => std::fs::write(path, content(*size, seed)),
        Edit::RemoveSource {} => std::fs::remove_file(path),
        other => {
            return Err(WorldError::Edit {
                edit: format!("{other:?}"),
                why: "it is no edit of the source".into(),
            });
        }
    };
    done.map_err(|error| file_error("edit", path, error))
}

fn flip(path: &Path, at: u64, len: u64, keep_mtime: bool) -> std::io::Result<()> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let mtime = file.metadata()?.modified()?;
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(at))?;
    (&file).take(len).read_to_end(&mut bytes)?;
    for byte in &mut bytes {
        *byte = !*byte;
    }
    file.seek(SeekFrom::Start(at))?;
    file.write_all(&bytes)?;
    if keep_mtime {
        file.set_times(FileTimes::new().set_modified(mtime))?;
    }
    Ok(())
}

/// Sets a modification time that is certainly another one, an hour on, so that no clock resolution hides it.
fn touch(path: &Path) -> std::io::Result<()> {
    let file = File::options().write(true).open(path)?;
    let later = file.metadata()?.modified()? + std::time::Duration::from_secs(3600);
    file.set_times(FileTimes::new().set_modified(later))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes_at_any_length() {
        assert_eq!(content(20, 7), content(100, 7)[..20]);
        assert_ne!(content(20, 7), content(20, 8));
        assert!(content(0, 7).is_empty());
    }

    #[test]
    fn flipping_twice_restores_the_file_and_can_keep_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("f");
        write(&path, 100, 1).unwrap();
        let before = std::fs::metadata(&path).unwrap().modified().unwrap();
        let flip = Edit::FlipSource { at: 90, len: 50, keep_mtime: true };
        edit(&path, 1, &flip).unwrap();
        assert_ne!(std::fs::read(&path).unwrap(), content(100, 1));
        assert_eq!(std::fs::metadata(&path).unwrap().modified().unwrap(), before);
        edit(&path, 1, &flip).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), content(100, 1));
    }
}
