//! Sets an SDK up from its own registry, in a folder that is kept between runs.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use thiserror::Error;

use super::Definition;

/// An SDK that could not be set up.
#[derive(Debug, Error)]
pub enum SetupError {
    /// The folder for it cannot be made.
    #[error("cannot create {path}: {source}")]
    Folder {
        /// The folder.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// A command that cannot be started.
    #[error("cannot run `{command}`: {source}; {name} needs {needs} on this machine")]
    Start {
        /// The command.
        command: String,
        /// The SDK.
        name: String,
        /// The program that it needs.
        needs: String,
        /// Why.
        source: std::io::Error,
    },
    /// A command that failed.
    #[error("`{command}` failed with {status}:\n{output}")]
    Failed {
        /// The command.
        command: String,
        /// Its exit status.
        status: String,
        /// What it printed.
        output: String,
    },
}

/// Runs the set-up commands, each to its end.
///
/// # Errors
/// The first command that fails.
pub fn set_up(definition: &Definition, work: &Path) -> Result<(), SetupError> {
    fs::create_dir_all(work)
        .map_err(|source| SetupError::Folder { path: work.display().to_string(), source })?;
    for command in &definition.setup {
        let words = definition.fill(command, work);
        let Some((program, arguments)) = words.split_first() else { continue };
        let command = words.join(" ");
        let output =
            Command::new(program).args(arguments).stdin(Stdio::null()).output().map_err(|source| {
                let (name, needs) = (definition.name.clone(), definition.needs.clone());
                SetupError::Start { command: command.clone(), name, needs, source }
            })?;
        if !output.status.success() {
            let printed = [output.stdout, output.stderr].concat();
            let output_text = String::from_utf8_lossy(&printed).into_owned();
            return Err(SetupError::Failed {
                command,
                status: output.status.to_string(),
                output: output_text,
            });
        }
    }
    Ok(())
}
