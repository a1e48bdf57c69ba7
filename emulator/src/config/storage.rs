//! The flags that say what the store keeps of content, and how much of it.

use clap::Args;

use super::values::{parse_bodies, parse_size};
use crate::{server::EmulatorBuilder, store::Bodies};

/// What is kept of content, and how much.
#[derive(Debug, Args)]
pub struct StorageArgs {
    /// What to keep of bodies: all of them (keep), or only size, MD5 and CRC-64 (digest-only), which takes no room and
    /// makes reading them fail
    #[arg(long, env = "OSS_EMULATOR_BODIES", value_parser = parse_bodies, default_value = "keep", value_name = "MODE")]
    pub bodies: Bodies,
    /// Refuse bodies and objects of more bytes than this, as in 100Mi or 5Gi (without it, OSS's limits)
    #[arg(long, env = "OSS_EMULATOR_MAX_OBJECT_BYTES", value_parser = parse_size, value_name = "SIZE")]
    pub max_object_bytes: Option<u64>,
    /// Keep at most so many bytes of content in memory, as in 512Mi, and refuse more (without --data-dir)
    #[arg(
        long,
        env = "OSS_EMULATOR_MEMORY_LIMIT",
        value_parser = parse_size,
        conflicts_with = "data_dir",
        value_name = "SIZE"
    )]
    pub memory_limit: Option<u64>,
}

impl StorageArgs {
    /// Tells the builder.
    pub(crate) fn apply(&self, builder: EmulatorBuilder) -> EmulatorBuilder {
        let builder = builder.bodies(self.bodies);
        let builder = self.max_object_bytes.into_iter().fold(builder, EmulatorBuilder::max_object_bytes);
        self.memory_limit.into_iter().fold(builder, EmulatorBuilder::memory_limit)
    }
}
