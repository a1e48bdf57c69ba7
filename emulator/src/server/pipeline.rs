//! The whole exchange on one screen: read the head, route, authenticate, admit, take the body, decide and commit,
//! answer; and between these steps the points at which faults strike. Outlives its connection, so that a client that
//! hangs up does not undo what it has asked for.

use std::sync::Arc;

use http::{Request, Response};
use hyper::body::Incoming;

use super::{
    answer_stream::AnswerStream,
    callback,
    exchange::{Exchange, Interrupt, Surroundings},
    intake::Intake,
    opening::{self, Reading},
    respond::Outgoing,
};
use crate::{
    error::{Code, OssError},
    fault::{Point, Respond},
    ops::{Context, Executed, Prepared, Received, admit, execute, rehearse},
};

/// Serves one request. `None` when a fault has ended the connection.
pub(super) async fn serve(
    around: Surroundings,
    request: Request<Incoming>,
) -> Option<Response<AnswerStream>> {
    let (parts, body) = request.into_parts();
    let reading = opening::read(&parts, &around);
    let exchange = opening::open(around, &parts, &reading);
    let mut intake = Intake::new(body, opening::awaits_go_ahead(&parts));

    let mut outgoing = match run(&exchange, reading, &mut intake).await {
        Ok(outgoing) => outgoing,
        Err(interrupt) => outgoing_for(interrupt, &exchange, &mut intake).await?,
    };
    if let Err(interrupt) = exchange.pass(Point::RespHead).await {
        outgoing = outgoing_for(interrupt, &exchange, &mut intake).await?;
    }
    Some(outgoing.response(&exchange))
}

/// The normal course.
async fn run(exchange: &Arc<Exchange>, reading: Reading, intake: &mut Intake) -> Result<Outgoing, Interrupt> {
    let sandbox = exchange.sandbox();
    if !sandbox.is_ready() {
        return Err(unready().into());
    }
    if exchange.asked.reused {
        exchange.pass(Point::ConnReuse).await?;
    }
    exchange.pass(Point::ReqHead).await?;
    let (head, target) = reading.request?;
    let identity = sandbox.keys().authenticate(&head)?;
    exchange.pass(Point::OpAuthorized).await?;
    let call = Prepared::new(head, target, sandbox.ops()).asked_by(&identity);
    sandbox.keep_house();
    let plan = admit(sandbox.store(), &call)?;
    if let Some(plan) = call.callback() {
        // Boxed as below.
        Box::pin(callback::find_hosts(sandbox, plan)).await?;
    }
    let received = intake.take(exchange, sandbox.store(), plan).await?;
    exchange.pass(Point::ReqBodyEnd).await?;
    exchange.log.listed(call.listed_parts(&received));
    exchange.pass(Point::OpBeforeCommit).await?;
    let mut executed = commit(exchange, call, received).await?;
    exchange.pass(Point::OpCommitted).await?;
    if let Some(callback) = executed.callback.take().filter(|_| executed.committed) {
        // Boxed: rare, and too large to be a part of every exchange.
        let told = Box::pin(callback::perform(exchange, &callback, executed.answer));
        executed.answer = told.await?;
    }
    Ok(Outgoing::executed(executed, intake.leaves_unread()).await?)
}

/// What a request hears that comes before the emulator is filled; SDKs repeat on 503.
fn unready() -> OssError {
    OssError::new(Code::ServiceUnavailable)
        .message("The emulator is being seeded.")
        .hint("Wait for it with `oss-emulator wait`, or until /_emulator/v1/ready answers 200.")
}

/// Decides and makes it so.
async fn commit(exchange: &Arc<Exchange>, call: Prepared, received: Received) -> Result<Executed, OssError> {
    let sandbox = exchange.sandbox();
    sandbox.keep_house();
    let context = Context { now: sandbox.clock().now(), fresh: sandbox.fresh() };
    let store = sandbox.store().clone();
    let operation = call.target().operation;
    let executed = if exchange.spoils().forget {
        rehearse(&store, &call, &received, &context)
    } else if call.writes() && sandbox.settings().slow_commits {
        let committed =
            tokio::task::spawn_blocking(move || execute(&store, &call, &received, &context)).await;
        committed.unwrap_or_else(|_| Err(OssError::new(Code::InternalError)))
    } else {
        execute(&store, &call, &received, &context)
    }?;
    if let Some(id) = &executed.upload {
        exchange.given_upload(id.as_str());
    }
    if executed.committed {
        sandbox.faults().note_committed(operation.as_str());
        exchange.log.committed();
    }
    Ok(executed)
}

/// The answer in place of the normal course's.
async fn outgoing_for(interrupt: Interrupt, exchange: &Exchange, intake: &mut Intake) -> Option<Outgoing> {
    match interrupt {
        Interrupt::Cut => None,
        Interrupt::Refused(error) => {
            if let Some(hint) = &error.hint {
                tracing::warn!(request_id = exchange.asked.request_id, code = %error.code, "{hint}");
            }
            let keeps = intake.drain(exchange, exchange.sandbox().settings().limits.drain).await;
            Some(Outgoing::refusal(&error, exchange, !keeps))
        }
        Interrupt::Respond(respond) => Some(injected(&respond, exchange, intake).await),
    }
}

async fn injected(respond: &Respond, exchange: &Exchange, intake: &mut Intake) -> Outgoing {
    let keeps = intake.drain(exchange, u64::MAX).await;
    Outgoing::injected(respond, exchange, !keeps)
}
