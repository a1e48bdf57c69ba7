//! Whether the program that an SDK needs is on this machine. Used before anything of that SDK is set up.

use std::{
    env,
    ffi::OsStr,
    path::{Path, PathBuf},
};

/// Whether a program can be found: by its path, or below one of the folders of `PATH`.
pub fn is_installed(program: &str) -> bool {
    found_below(program, env::var_os("PATH").as_deref())
}

fn found_below(program: &str, folders: Option<&OsStr>) -> bool {
    if Path::new(program).components().count() > 1 {
        return Path::new(program).is_file();
    }
    folders
        .map(env::split_paths)
        .into_iter()
        .flatten()
        .map(|folder: PathBuf| folder.join(program))
        .any(|file| file.is_file())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_program_is_found_in_a_folder_of_the_path_or_by_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tool");
        fs::write(&file, "").unwrap();
        let path = env::join_paths([Path::new("/nowhere"), folder.path()]).unwrap();
        assert!(found_below("tool", Some(&path)));
        assert!(found_below(file.to_str().unwrap(), None));
        assert!(!found_below("another", Some(&path)));
        assert!(!found_below("tool", None));
    }
}
