//! Why an emulator did not start. The command line turns it into an exit code.

use std::{io, net::SocketAddr};

use crate::{
    sandbox::{EditError, SeedError},
    store::StoreError,
};

/// Why an emulator did not start. The texts say what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address cannot be listened on.
    #[error(
        "cannot listen on {address}: {source}; choose another address with --listen (127.0.0.1:0 takes any free port), \
         or stop the process that holds it (`ss -ltnp` names it)"
    )]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// The address can be reached from other machines, and nobody allowed that.
    #[error(
        "{0} can be reached from other machines, which could then read and change everything here: use a loopback address, \
         or allow it with --allow-remote"
    )]
    Remote(SocketAddr),
    /// The data directory cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A limit of memory makes no sense for what lies in files.
    #[error(
        "--memory-limit says nothing about a data directory, whose content is not in memory: leave one of them out"
    )]
    LimitOnDisk,
    /// A bucket cannot be created.
    #[error(transparent)]
    Bucket(#[from] EditError),
    /// A folder cannot be made into buckets and objects.
    #[error(transparent)]
    Seed(#[from] SeedError),
}
