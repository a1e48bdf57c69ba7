//! The description of an SDK: `drivers/NAME/sdk.toml`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use thiserror::Error;

/// How an SDK is set up and run.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Name of the SDK, the same as its folder's.
    pub name: String,
    /// Language it is written in.
    pub language: String,
    /// Program that must be on the machine.
    pub needs: String,
    /// Whether its programme creates the bucket; one that cannot finds it made.
    #[serde(default = "yes")]
    pub creates_bucket: bool,
    /// Commands that set it up, each a program and its arguments; `{here}` and `{work}` name folders.
    pub setup: Vec<Vec<String>>,
    /// Command that runs its programme.
    pub run: Vec<String>,
    /// The folder that the description stands in.
    #[serde(skip)]
    pub here: PathBuf,
}

fn yes() -> bool {
    true
}

/// A description that cannot be used.
#[derive(Debug, Error)]
pub enum DefinitionError {
    /// A folder or file that cannot be read.
    #[error("cannot read {path}: {source}")]
    Unreadable {
        /// The path.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// Not a description; the message shows the line.
    #[error("{path}: {message}")]
    Malformed {
        /// The path.
        path: String,
        /// What is wrong.
        message: String,
    },
}

impl Definition {
    /// A command with its folders filled in.
    pub fn fill(&self, command: &[String], work: &Path) -> Vec<String> {
        let (here, work) = (self.here.to_string_lossy(), work.to_string_lossy());
        command.iter().map(|word| word.replace("{here}", &here).replace("{work}", &work)).collect()
    }
}

/// The descriptions below `folder`, in the order of their names.
///
/// # Errors
/// A folder that cannot be read, or a malformed description.
pub fn all(folder: &Path) -> Result<Vec<Definition>, DefinitionError> {
    let unreadable = |path: &Path| {
        let path = path.display().to_string();
        move |source| DefinitionError::Unreadable { path, source }
    };
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(unreadable(folder))? {
        let here = entry.map_err(unreadable(folder))?.path();
        let file = here.join("sdk.toml");
        if !file.is_file() {
            continue;
        }
        let text = fs::read_to_string(&file).map_err(unreadable(&file))?;
        let mut definition: Definition = toml::from_str(&text).map_err(|error| {
            DefinitionError::Malformed { path: file.display().to_string(), message: error.to_string() }
        })?;
        definition.here = here;
        found.push(definition);
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(text: &str) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("some")).unwrap();
        fs::write(folder.path().join("some/sdk.toml"), text).unwrap();
        folder
    }

    #[test]
    fn folders_are_written_into_the_commands() {
        let text = "name = 's'\nlanguage = 'C'\nneeds = 'cc'\nsetup = []\nrun = ['{work}/a', '{here}/b']";
        let folder = folder(text);
        let definition = all(folder.path()).unwrap().remove(0);
        let command = definition.fill(&definition.run, Path::new("/w"));
        assert_eq!(command, ["/w/a".to_owned(), format!("{}/some/b", folder.path().display())]);
    }

    #[test]
    fn an_unknown_key_is_refused_with_its_line() {
        let folder = folder("name = 's'\nlanguage = 'C'\nneeds = 'cc'\nsetup = []\nrun = []\nfast = true");
        let message = all(folder.path()).unwrap_err().to_string();
        assert!(message.contains("line 6") && message.contains("fast"), "{message}");
    }
}
