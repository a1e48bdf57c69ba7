//! The emulator as a value: built, started, stopped. The library's entrance; the command line uses the same.

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    limits::STOP_GRACE,
    listener::{Shared, accept},
};
use crate::{
    auth::AuthSettings,
    clock::Clock,
    fault::Plan,
    http::AddressRules,
    journal::JournalCapacity,
    sandbox::{EditError, Limits, Sandbox, SandboxSettings},
    store::{Store, StoreError},
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
    /// A bucket cannot be created.
    #[error(transparent)]
    Bucket(#[from] EditError),
}

/// An emulator that is to be started.
#[derive(Debug)]
pub struct EmulatorBuilder {
    address: SocketAddr,
    allow_remote: bool,
    data_dir: Option<PathBuf>,
    fsync: bool,
    keys: Vec<(String, String)>,
    base_domains: Vec<String>,
    buckets: Vec<String>,
    plan: Plan,
    clock: Clock,
    settings: SandboxSettings,
}

impl EmulatorBuilder {
    /// Where to listen; port 0 takes any free one. By default a free port of 127.0.0.1.
    #[must_use]
    pub fn listen(mut self, address: impl Into<SocketAddr>) -> Self {
        self.address = address.into();
        self
    }

    /// Whether an address that other machines can reach is allowed.
    #[must_use]
    pub fn allow_remote(mut self, allow: bool) -> Self {
        self.allow_remote = allow;
        self
    }

    /// Keeps everything in a directory, in place of memory.
    #[must_use]
    pub fn data_dir(mut self, directory: impl Into<PathBuf>) -> Self {
        self.data_dir = Some(directory.into());
        self
    }

    /// Whether a commit in the data directory also survives a power failure.
    #[must_use]
    pub fn fsync(mut self, fsync: bool) -> Self {
        self.fsync = fsync;
        self
    }

    /// The region, as in `cn-hangzhou`.
    #[must_use]
    pub fn region(mut self, region: impl Into<String>) -> Self {
        self.settings.ops.region = region.into();
        self
    }

    /// Accepts only requests that are signed with this key, or another one given likewise.
    #[must_use]
    pub fn credentials(mut self, id: impl Into<String>, secret: impl Into<String>) -> Self {
        self.keys.push((id.into(), secret.into()));
        self
    }

    /// Takes the first label of hosts under this domain for a bucket.
    #[must_use]
    pub fn base_domain(mut self, domain: impl Into<String>) -> Self {
        self.base_domains.push(domain.into());
        self
    }

    /// Creates a bucket, unless the data directory has it.
    #[must_use]
    pub fn bucket(mut self, name: impl Into<String>) -> Self {
        self.buckets.push(name.into());
        self
    }

    /// The faults in force from the start.
    #[must_use]
    pub fn faults(mut self, plan: Plan) -> Self {
        self.plan = plan;
        self
    }

    /// The sandbox's clock.
    #[must_use]
    pub fn clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// What ids are drawn from: the same seed gives the same ids in every run. Left out of account together with a
    /// data directory, where ids must differ from those of earlier runs.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = Some(seed);
        self
    }

    /// How much the journal remembers.
    #[must_use]
    pub fn journal(mut self, capacity: JournalCapacity) -> Self {
        self.settings.journal = capacity;
        self
    }

    /// Limits on the wire.
    #[must_use]
    pub fn limits(mut self, limits: Limits) -> Self {
        self.settings.limits = limits;
        self
    }

    /// Changes further settings of the sandbox.
    #[must_use]
    pub fn settings(mut self, change: impl FnOnce(&mut SandboxSettings)) -> Self {
        change(&mut self.settings);
        self
    }

    /// Starts it on the present tokio runtime. When this returns, the emulator accepts requests.
    pub async fn start(self) -> Result<Emulator, StartError> {
        if !self.address.ip().is_loopback() && !self.allow_remote {
            return Err(StartError::Remote(self.address));
        }
        let sandbox = self.sandbox()?;
        let failed = |source| StartError::Listen { address: self.address, source };
        let listener = TcpListener::bind(self.address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let shared = Arc::new(Shared {
            sandbox: Arc::clone(&sandbox),
            stopping: CancellationToken::new(),
            stop: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        sandbox.faults().replace(self.plan);
        shared.tasks.spawn(accept(listener, Arc::clone(&shared)));
        let endpoint = format!("http://{address}");
        sandbox.set_endpoint(&endpoint);
        Ok(Emulator { endpoint, address, sandbox, shared })
    }

    fn sandbox(&self) -> Result<Arc<Sandbox>, StartError> {
        let mut settings = self.settings.clone();
        if !self.keys.is_empty() {
            settings.auth = AuthSettings::enforce(self.keys.clone());
        }
        if !self.base_domains.is_empty() {
            settings.addresses = AddressRules::new(self.base_domains.clone());
        }
        let store = match &self.data_dir {
            None => Store::in_memory(),
            Some(directory) => {
                settings.seed = None;
                settings.slow_commits = self.fsync;
                Store::open(directory, self.fsync)?
            }
        };
        let sandbox = Sandbox::new(settings, self.clock.clone(), store);
        for bucket in &self.buckets {
            sandbox.edits().create_bucket(bucket)?;
        }
        Ok(sandbox)
    }
}

/// A running emulator. Dropping it stops it without waiting.
pub struct Emulator {
    endpoint: String,
    address: SocketAddr,
    sandbox: Arc<Sandbox>,
    shared: Arc<Shared>,
}

impl Emulator {
    /// An emulator with the defaults of the library: a free port of 127.0.0.1, memory, no signatures, no faults, the
    /// system's time.
    pub fn builder() -> EmulatorBuilder {
        EmulatorBuilder {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            allow_remote: false,
            data_dir: None,
            fsync: false,
            keys: Vec::new(),
            base_domains: Vec::new(),
            buckets: Vec::new(),
            plan: Plan::default(),
            clock: Clock::real(),
            settings: SandboxSettings::default(),
        }
    }

    /// Where it listens, as a URL without trailing slash.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The default sandbox.
    pub fn sandbox(&self) -> &Arc<Sandbox> {
        &self.sandbox
    }

    /// Stops it: no new requests; exchanges under way get half a second, then their connections end. When this
    /// returns, the port and the data directory are free.
    pub async fn shutdown(self) {
        self.shared.stopping.cancel();
        self.shared.tasks.close();
        if tokio::time::timeout(STOP_GRACE, self.shared.tasks.wait()).await.is_err() {
            self.shared.stop.cancel();
            self.shared.tasks.wait().await;
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.shared.stopping.cancel();
        self.shared.stop.cancel();
        self.shared.tasks.close();
    }
}
