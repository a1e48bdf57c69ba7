//! The entrance for hyper: hands each request to the control plane or to the pipeline.

use std::{convert::Infallible, sync::Arc};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{Either, Full};
use hyper::body::Incoming;
use tokio_util::sync::CancellationToken;

use super::{
    answer_stream::AnswerStream, exchange::Surroundings, listener::Shared, outliving::Outliving, pipeline,
    wire::Wire,
};
use crate::{
    control::{self, Caller, is_control},
    sandbox::Sandbox,
};

/// The body of any answer.
pub(super) type AnyBody = Either<AnswerStream, Full<Bytes>>;

/// Serves one request.
pub(super) async fn serve(
    shared: Arc<Shared>,
    wire: Arc<Wire>,
    request: Request<Incoming>,
) -> Result<Response<AnyBody>, Infallible> {
    let sandbox = sandbox_of(&shared, &request);
    if is_control(&sandbox.settings().addresses, &request) {
        let caller = Caller { is_local: wire.peer_is_local() };
        return Ok(control::handle(&sandbox, caller, request).await.map(Either::Right));
    }
    let gone = CancellationToken::new();
    let around = Surroundings { sandbox, wire, gone: gone.clone(), stop: shared.stop.clone() };
    // Dropped when hyper drops this future, because the client has gone.
    let presence = gone.drop_guard();
    let stop = shared.stop.clone();
    let exchange = async move {
        tokio::select! {
            biased;
            response = pipeline::serve(around, request) => response,
            () = stop.cancelled() => None,
        }
    };
    let response = Outliving::new(exchange, shared.tasks.clone()).await;
    presence.disarm();
    match response {
        Some(mut response) => {
            response.body_mut().begin();
            Ok(response.map(Either::Left))
        }
        // The driver of the connection ends it; hyper must not answer meanwhile.
        None => std::future::pending().await,
    }
}

/// The sandbox that a request belongs to. There is one now; a listener, a host label or an access key may name others.
fn sandbox_of(shared: &Shared, _request: &Request<Incoming>) -> Arc<Sandbox> {
    Arc::clone(&shared.sandbox)
}
