//! The emulator as a value: built, started, stopped. The library's entrance; the command line uses the same.

use std::{
    collections::BTreeMap,
    net::{Ipv4Addr, SocketAddr},
    path::PathBuf,
    sync::Arc,
};

use jiff::Timestamp;
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{
    StartError,
    limits::STOP_GRACE,
    listener::{Shared, accept, loopback_of},
};
use crate::{
    auth::{AuthMode, Key},
    clock::Clock,
    fault::Plan,
    http::ExternalUrl,
    journal::JournalCapacity,
    sandbox::{CallbackTrust, Limits, Sandbox, SandboxSettings},
    store::{Bodies, Store},
};

/// An emulator that is to be started.
#[derive(Debug)]
pub struct EmulatorBuilder {
    address: SocketAddr,
    allow_remote: bool,
    data_dir: Option<PathBuf>,
    fsync: bool,
    bodies: Bodies,
    memory_limit: Option<u64>,
    keys: BTreeMap<String, Key>,
    mode: Option<AuthMode>,
    check_region: bool,
    base_domains: Vec<String>,
    cnames: Vec<(String, String)>,
    default_bucket: Option<String>,
    buckets: Vec<String>,
    seed_dirs: Vec<PathBuf>,
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

    /// What becomes of the bytes of bodies. `DigestOnly` takes more content than any disk holds, and cannot give it back.
    #[must_use]
    pub fn bodies(mut self, bodies: Bodies) -> Self {
        self.bodies = bodies;
        self
    }

    /// Most bytes of content in memory, those on their way in included; more is refused with 400
    /// `MemoryLimitExceeded`. Not together with a data directory.
    #[must_use]
    pub fn memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = Some(bytes);
        self
    }

    /// Most bytes of one body and of one object, where that is less than OSS allows; more is refused with 400
    /// `EntityTooLarge`.
    #[must_use]
    pub fn max_object_bytes(mut self, bytes: u64) -> Self {
        self.settings.ops.max_object_bytes = bytes;
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
        self.keys.insert(id.into(), Key::permanent(secret));
        self
    }

    /// Accepts only requests that are signed with this temporary key and carry its token, or with another key given
    /// likewise. It ends at `expires` on the sandbox's clock; never when `None`.
    #[must_use]
    pub fn temporary_credentials(
        mut self,
        id: impl Into<String>,
        secret: impl Into<String>,
        token: impl Into<String>,
        expires: Option<Timestamp>,
    ) -> Self {
        self.keys.insert(id.into(), Key::temporary(secret, token, expires));
        self
    }

    /// Whether signatures count: by default `Enforce` when a key is given, else `Off`.
    #[must_use]
    pub fn auth(mut self, mode: AuthMode) -> Self {
        self.mode = Some(mode);
        self
    }

    /// Whether version 4 signatures must name the emulator's region; any will do by default.
    #[must_use]
    pub fn check_region(mut self, check: bool) -> Self {
        self.check_region = check;
        self
    }

    /// Takes the first label of hosts under this domain for a bucket.
    #[must_use]
    pub fn base_domain(mut self, domain: impl Into<String>) -> Self {
        self.base_domains.push(domain.into());
        self
    }

    /// Takes this host, whatever its port, for a bucket whose name the URL leaves out.
    #[must_use]
    pub fn cname(mut self, host: impl Into<String>, bucket: impl Into<String>) -> Self {
        self.cnames.push((host.into(), bucket.into()));
        self
    }

    /// Takes requests that name no bucket that exists for this bucket, their whole path for the key.
    #[must_use]
    pub fn default_bucket(mut self, bucket: impl Into<String>) -> Self {
        self.default_bucket = Some(bucket.into());
        self
    }

    /// How clients reach the emulator when that is not where it listens; documents name it. Hosts under its name carry
    /// a bucket in their first label.
    #[must_use]
    pub fn external_url(mut self, url: ExternalUrl) -> Self {
        self.settings.ops.external_url = Some(url);
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

    /// Makes a bucket of each folder in this one, and an object of each file below. What a data directory has already
    /// stays as it is.
    #[must_use]
    pub fn seed_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.seed_dirs.push(folder.into());
        self
    }

    /// Whom upload callbacks over https trust; whom the machine trusts, by default.
    #[must_use]
    pub fn callback_trust(mut self, trust: CallbackTrust) -> Self {
        self.settings.callback_trust = trust;
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

    /// Starts it on the present tokio runtime. When this returns, the emulator is filled and accepts requests. Before
    /// that it listens already: `/_emulator/v1/health` answers, and requests are refused with `ServiceUnavailable`.
    pub async fn start(mut self) -> Result<Emulator, StartError> {
        let (folders, plan) = (std::mem::take(&mut self.seed_dirs), std::mem::take(&mut self.plan));
        let emulator = self.listen_unready().await?;
        tracing::info!(endpoint = emulator.endpoint, "listening");
        for folder in folders {
            match emulator.sandbox.seed(&folder).await {
                Ok(seeded) => tracing::info!(?folder, ?seeded, "seeded"),
                Err(error) => {
                    emulator.shutdown().await;
                    return Err(error.into());
                }
            }
        }
        emulator.sandbox.faults().replace(plan);
        emulator.sandbox.set_ready();
        Ok(emulator)
    }

    async fn listen_unready(self) -> Result<Emulator, StartError> {
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
        let endpoint = format!("http://{}", SocketAddr::new(loopback_of(address.ip()), address.port()));
        sandbox.set_endpoint(&endpoint);
        shared.tasks.spawn(accept(listener, Arc::clone(&shared)));
        Ok(Emulator { endpoint, address, sandbox, shared })
    }

    fn sandbox(&self) -> Result<Arc<Sandbox>, StartError> {
        let mut settings = self.settings.clone();
        if !self.keys.is_empty() {
            settings.auth.mode = AuthMode::Enforce;
            settings.auth.keys.extend(self.keys.clone());
        }
        settings.auth.mode = self.mode.unwrap_or(settings.auth.mode);
        if self.check_region {
            settings.auth.region = Some(settings.ops.region.clone());
        }
        self.extend_addresses(&mut settings);
        let store = match (&self.data_dir, self.memory_limit) {
            (None, limit) => Store::in_memory_within(limit.unwrap_or(u64::MAX)),
            (Some(_), Some(_)) => return Err(StartError::LimitOnDisk),
            (Some(directory), None) => {
                settings.seed = None;
                settings.slow_commits = self.fsync;
                Store::open(directory, self.fsync)?
            }
        };
        let sandbox = Sandbox::new(settings, self.clock.clone(), store.with_bodies(self.bodies));
        for bucket in &self.buckets {
            sandbox.edits().create_bucket(bucket)?;
        }
        Ok(sandbox)
    }
}

impl EmulatorBuilder {
    fn extend_addresses(&self, settings: &mut SandboxSettings) {
        let external = settings.ops.external_url.as_ref().map(|url| url.authority().to_owned());
        let mut rules = std::mem::take(&mut settings.addresses);
        rules = self
            .base_domains
            .iter()
            .cloned()
            .chain(external)
            .fold(rules, |rules, domain| rules.base_domain(&domain));
        rules = self.cnames.iter().fold(rules, |rules, (host, bucket)| rules.cname(host, bucket));
        settings.addresses = match &self.default_bucket {
            Some(bucket) => rules.default_bucket(bucket),
            None => rules,
        };
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
            bodies: Bodies::Keep,
            memory_limit: None,
            keys: BTreeMap::new(),
            mode: None,
            check_region: false,
            base_domains: Vec::new(),
            cnames: Vec::new(),
            default_bucket: None,
            buckets: Vec::new(),
            seed_dirs: Vec::new(),
            plan: Plan::default(),
            clock: Clock::real(),
            settings: SandboxSettings::default(),
        }
    }

    /// Where this machine reaches it, as a URL without trailing slash.
    pub fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// Where its control plane is, as a URL without trailing slash.
    pub fn control(&self) -> String {
        format!("{}/_emulator/v1", self.endpoint)
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
