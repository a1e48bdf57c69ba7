//! One call of the client: armed faults, triggers, a watchdog, and everything that was seen.

use std::{sync::Mutex, time::Duration};

use futures_util::future::join_all;
use tokio::{sync::watch, time::timeout};

use super::{
    faults::{Gates, plan},
    observe,
    trigger::{Notes, Stage},
};
use crate::{
    driver::{ClientEvent, Configure, Control, Driver, Retries, Session, Timeouts, UploadOrder},
    scenario::{Edit, Scenario, Step},
    world::{BUCKET, CREDENTIALS, CallEvidence, KEY, OWN_RULES, TimedEvent, World},
};

/// How long exchanges may take to end once the client is gone and every gate is open.
const SETTLE: Duration = Duration::from_secs(10);
/// How long a connection to loopback may take.
const CONNECT: Duration = Duration::from_secs(5);

/// The object key of a call.
pub(super) fn key(step: &Step) -> &str {
    step.key.as_deref().unwrap_or(KEY)
}

/// Plays one call to its end.
///
/// # Errors
/// What is the runner's own failure: a refused plan, a driver that does not start, an edit that cannot be made.
pub(super) async fn play(
    world: &World,
    story: &Scenario,
    step: &Step,
    driver: &dyn Driver,
    edits: Vec<Edit>,
) -> anyhow::Result<CallEvidence> {
    let name = step.call.clone().unwrap_or_default();
    let (key, sandbox) = (key(step), world.emulator.sandbox());
    let gates = Gates::of(&name);
    sandbox.faults().replace(plan(&story.case(), &step.faults, story.client.record.then_some(&gates))?);
    let before = (world.source_state(), world.upload_states(key));
    let (first, began) = (sandbox.journal().exchanges().len(), world.now_ns());

    let session = driver.begin(configure(world, story), order(world, story, step)).await?;
    let seen = attend(world, story, step, &gates, session).await;

    for gate in sandbox.gates().names() {
        sandbox.gates().release(&gate);
    }
    let ended = world.now_ns();
    let rules = sandbox.faults().status();
    let settled = world.settle(SETTLE).await;
    anyhow::ensure!(
        settled,
        "an exchange of call `{name}` was still open {} s after the client had ended",
        SETTLE.as_secs()
    );
    anyhow::ensure!(seen.notes.errors.is_empty(), "call `{name}`: {}", seen.notes.errors.join("; "));

    let rules = rules.into_iter().filter(|rule| !rule.id.starts_with(OWN_RULES)).collect();
    Ok(CallEvidence {
        name,
        step: step.clone(),
        key: key.to_owned(),
        driver: step.driver.unwrap_or(story.client.driver),
        parallel: step.parallel.unwrap_or(story.client.parallel),
        has_record: story.client.record,
        span_ns: (began, ended),
        exchanges: (first, sandbox.journal().exchanges().len()),
        events: seen.events,
        acts: seen.notes.acts,
        cancel_ns: seen.notes.cancel_ns.or(step.cancelled_before_start.then_some(began)),
        killed: seen.notes.killed,
        timed_out: seen.timed_out,
        triggers_unfired: step.when.len() - seen.notes.fired,
        rules,
        order_findings: seen.findings,
        source: (before.0, world.source_state()),
        uploads: (before.1, world.upload_states(key)),
        records: world.record_files()?,
        object: world.object(key).await?,
        edits,
    })
}

/// What attending a session leaves behind.
struct Seen {
    events: Vec<TimedEvent>,
    notes: Notes,
    findings: Vec<String>,
    timed_out: bool,
}

async fn attend(world: &World, story: &Scenario, step: &Step, gates: &Gates, session: Session) -> Seen {
    let Session { events: mut incoming, controls } = session;
    let (progress, progress_seen) = watch::channel(0);
    let (ended, ended_seen) = watch::channel(false);
    let (notes, findings) = (Mutex::new(Notes::default()), Mutex::new(Vec::new()));
    let mut events = Vec::new();
    let stage = Stage {
        world,
        key: key(step),
        controls: controls.clone(),
        progress: progress_seen,
        ended: ended_seen,
        notes: &notes,
    };
    let listen = async {
        while let Some(event) = incoming.recv().await {
            match &event {
                // The receivers live as long as the stage; nobody else can close these channels.
                ClientEvent::Progress { sent, .. } => drop(progress.send_replace(*sent)),
                ClientEvent::Finished(_) | ClientEvent::Exited { .. } => drop(ended.send_replace(true)),
                ClientEvent::Log(_) | ClientEvent::Unsupported(_) => {}
            }
            events.push(TimedEvent { at_ns: world.now_ns(), event });
        }
        ended.send_replace(true);
    };
    let triggers = join_all(step.when.iter().map(|when| stage.run(when)));
    let meanwhile = async {
        tokio::join!(triggers, observe::order(world, gates, &findings));
        std::future::pending::<()>().await;
    };
    let bound = Duration::from_secs(story.client.bound_s);
    let in_time = timeout(bound, async {
        tokio::select! {
            () = listen => {}
            () = meanwhile => {}
        }
    });
    let timed_out = in_time.await.is_err();
    if timed_out {
        end(&controls, &mut incoming).await;
    }
    drop(stage);
    Seen {
        events,
        notes: notes.into_inner().unwrap_or_default(),
        findings: findings.into_inner().unwrap_or_default(),
        timed_out,
    }
}

/// Ends a client that has overrun its bound and waits until it is gone.
async fn end(
    controls: &tokio::sync::mpsc::UnboundedSender<Control>,
    incoming: &mut tokio::sync::mpsc::UnboundedReceiver<ClientEvent>,
) {
    drop(controls.send(Control::Signal("SIGKILL".to_owned())));
    while incoming.recv().await.is_some() {}
}

fn configure(world: &World, story: &Scenario) -> Configure {
    let enforce = story.emulator.enforce.unwrap_or(true);
    Configure {
        endpoint: world.emulator.endpoint().to_owned(),
        region: "cn-hangzhou".to_owned(),
        bucket: BUCKET.to_owned(),
        credentials: enforce.then(|| (CREDENTIALS.0.to_owned(), CREDENTIALS.1.to_owned())),
        timeouts: Timeouts {
            connect_ms: CONNECT.as_millis().try_into().unwrap_or(u64::MAX),
            idle_ms: story.client.idle_ms,
        },
        retries: Retries { attempts: story.client.attempts, base_ms: story.client.retry_base_ms },
    }
}

fn order(world: &World, story: &Scenario, step: &Step) -> UploadOrder {
    UploadOrder {
        id: 1,
        file: world.source.to_string_lossy().into_owned(),
        key: key(step).to_owned(),
        part_size: step.part_size.unwrap_or(story.client.part_size),
        parallel: step.parallel.unwrap_or(story.client.parallel),
        record_dir: story.client.record.then(|| world.records.to_string_lossy().into_owned()),
        on_cancel: story.client.on_cancel,
        cancelled_before_start: step.cancelled_before_start,
        on_part_error: story.client.on_part_error,
        sequential: story.client.sequential,
        upload_token: story.client.upload_token,
    }
}
