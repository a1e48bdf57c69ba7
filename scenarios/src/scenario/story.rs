//! The top of a story file: what it is called, what it tells, and the fixture it plays on.

use serde::{Deserialize, Serialize};

use super::Step;

/// One story after its matrix was expanded: a fixture, and steps that are played in order.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// Version of the file format; 1 is the only one.
    pub schema: u32,
    /// Catalogue number, such as `RU-016`.
    pub id: String,
    /// One line that says what happens.
    pub title: String,
    /// Folder of the library that the story stands in.
    pub group: String,
    /// The story in prose: set-up, fault, and what a correct client does.
    pub tells: String,
    /// Public reports of the failure, as `owner/repository#number`.
    #[serde(default)]
    pub reported: Vec<String>,
    /// How the client is set up; the steps may override it.
    #[serde(default)]
    pub client: ClientSettings,
    /// The file that is uploaded.
    #[serde(default)]
    pub source: SourceSpec,
    /// The emulator that the story plays on.
    #[serde(default)]
    pub emulator: EmulatorSettings,
    /// Where the general judging rules are relaxed, and why.
    #[serde(default)]
    pub judge: Judging,
    /// The axes that the file was expanded over; the loader has filled them in.
    #[serde(default, skip_serializing)]
    pub matrix: toml::Table,
    /// What happens, in order.
    #[serde(rename = "step")]
    pub steps: Vec<Step>,
    /// The axes that this case was expanded from, as `name=value`; filled by the loader.
    #[serde(default)]
    pub axes: Vec<(String, String)>,
}

impl Scenario {
    /// The case's name: the story's number, and the values of its axes if it has any.
    pub fn case(&self) -> String {
        if self.axes.is_empty() {
            return self.id.clone();
        }
        let axes: Vec<String> = self.axes.iter().map(|(name, value)| format!("{name}={value}")).collect();
        format!("{}[{}]", self.id, axes.join(","))
    }
}

/// Which seat the client sits in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DriverWord {
    /// The client runs as a task of the runner.
    #[default]
    InProcess,
    /// The client runs in a process of its own, which can really be killed.
    Process,
}

/// What a cancelled upload leaves on the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnCancelWord {
    /// Upload and record stay, so that a later run resumes.
    #[default]
    Keep,
    /// The upload is aborted and the record removed.
    Delete,
}

/// What a part that failed for good means for the other parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnPartErrorWord {
    /// No further part is begun.
    #[default]
    Stop,
    /// The other parts are sent all the same.
    Drain,
}

/// How the client is set up. The defaults are the catalogue's fixture F7.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own in a story file")]
pub struct ClientSettings {
    /// The seat of the client.
    pub driver: DriverWord,
    /// Bytes of a part.
    pub part_size: u64,
    /// Parts in flight at once.
    pub parallel: usize,
    /// Whether a record directory is given.
    pub record: bool,
    /// Whether the record directory exists before the client starts.
    pub record_dir_exists: bool,
    /// What a cancel leaves behind.
    pub on_cancel: OnCancelWord,
    /// What a part that failed for good means for the others.
    pub on_part_error: OnPartErrorWord,
    /// Whether the upload is a sequential one.
    pub sequential: bool,
    /// Whether the object is marked with a token, by which the client knows its own commit.
    pub upload_token: bool,
    /// Attempts of one request.
    pub attempts: u32,
    /// Pause before the first retry, in milliseconds.
    pub retry_base_ms: u64,
    /// Longest silence on a connection before an attempt is given up, in milliseconds.
    pub idle_ms: u64,
    /// Seconds after which a call that has not ended is a TIMEOUT.
    pub bound_s: u64,
}

impl Default for ClientSettings {
    fn default() -> Self {
        Self {
            driver: DriverWord::InProcess,
            part_size: 102_400,
            parallel: 1,
            record: true,
            record_dir_exists: true,
            on_cancel: OnCancelWord::Keep,
            on_part_error: OnPartErrorWord::Stop,
            sequential: false,
            upload_token: false,
            attempts: 3,
            retry_base_ms: 10,
            idle_ms: 10_000,
            bound_s: 20,
        }
    }
}

/// The file that is uploaded: bytes made from a seed, so that a report needs no payload.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct SourceSpec {
    /// Bytes of the file; the default is six parts of 100 KiB and a tail of 50 KiB.
    pub size: u64,
    /// Seed of its content.
    pub seed: u64,
}

impl Default for SourceSpec {
    fn default() -> Self {
        Self { size: 665_600, seed: 7 }
    }
}

/// What the emulator of a story is like.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EmulatorSettings {
    /// Whether signatures are verified; a story about credentials switches it on, and so does the default run.
    pub enforce: Option<bool>,
    /// Most parts that one page of ListParts holds; OSS's own cap when absent.
    pub list_parts_cap: Option<u32>,
}

/// Where a story relaxes the rules that hold for all stories. Each relaxation is argued in `because`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Judging {
    /// Upload ids that may be left without a record at the end (death between the Initiate reply and the record).
    pub orphans: usize,
    /// Leaves out the closing call that must reach success from whatever state the story left behind.
    pub no_healing: bool,
    /// Acknowledged parts may be sent again, because the story destroyed what the client knew of them.
    pub resend: bool,
    /// Why the rules above are relaxed; mandatory when one is.
    pub because: String,
}
