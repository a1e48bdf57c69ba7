//! Carries out the actions of a fault within an exchange. Called each time a fault strikes.

use super::{
    exchange::{Exchange, Interrupt},
    spoils::{HeaderWish, Placed},
};
use crate::{
    fault::{Action, Claim, Corrupt, Cut, Damage, DeletePart, Offset, Point, ReplacePart, Stall},
    journal::Outcome,
    sandbox::EditError,
};

/// Carries out one action. `offset` is the place in the body, for points within one.
pub(super) async fn perform(
    exchange: &Exchange,
    claim: &Claim,
    action: &Action,
    offset: Option<u64>,
) -> Result<(), Interrupt> {
    let fired = |detail: String| exchange.log.fired(claim.id(), claim.at(), action.name(), offset, detail);
    match action {
        Action::Reset {} | Action::Close {} | Action::Vanish {} => {
            fired(String::new());
            return Err(cut(exchange, claim.at(), action.cut().unwrap_or(Cut::Reset)));
        }
        Action::Delay(delay) => {
            let duration = delay.duration(claim.roll);
            fired(format!("{duration:?}"));
            tokio::time::sleep(duration).await;
        }
        Action::Stall(stall) => {
            fired(format!("{stall:?}"));
            self::stall(exchange, stall).await?;
        }
        Action::Gate(gate) => {
            fired(gate.name.clone());
            exchange.sandbox().gates().hold(&gate.name, exchange.log.id()).await;
        }
        Action::Throttle(throttle) => {
            fired(format!("{} bytes a second", throttle.bytes_per_second));
            exchange.around.wire.throttle(
                throttle.direction,
                throttle.bytes_per_second,
                throttle.burst,
                false,
            );
        }
        Action::Respond(respond) => {
            fired(format!("{} {}", respond.status, respond.code()));
            return Err(Interrupt::Respond(Box::new(respond.clone())));
        }
        Action::Truncate(truncate) => {
            fired(String::new());
            if matches!(claim.at(), Point::RespBody(_)) {
                return Err(cut(exchange, claim.at(), truncate.cut()));
            }
            exchange.spoils().truncate = truncate.at.map(|at| (at, truncate.cut()));
        }
        Action::Corrupt(_) | Action::WrongEtag(_) | Action::WrongCrc64(_) | Action::Forget {} => {
            fired(String::new());
            spoil(exchange, claim, action, offset);
        }
        Action::DeleteUpload(_)
        | Action::DeletePart(_)
        | Action::ReplacePart(_)
        | Action::AdvanceClock(_) => {
            let done = change_world(exchange, action).await;
            fired(done.unwrap_or_else(|error| format!("not done: {error}")));
        }
    }
    Ok(())
}

/// Ends the connection: within the answer's body once the bytes before have gone out, elsewhere at once.
fn cut(exchange: &Exchange, point: Point, cut: Cut) -> Interrupt {
    let wire = &exchange.around.wire;
    if matches!(point, Point::RespBody(_)) {
        wire.cut_after_flush(cut);
    } else {
        wire.cut(cut);
    }
    exchange.finish(if cut == Cut::Vanish { Outcome::Vanished } else { Outcome::Cut });
    Interrupt::Cut
}

async fn stall(exchange: &Exchange, stall: &Stall) -> Result<(), Interrupt> {
    match stall {
        Stall::For(lapse) => tokio::time::sleep(lapse.forward().unwrap_or_default()).await,
        Stall::Until(gate) => exchange.sandbox().gates().hold(gate, exchange.log.id()).await,
        Stall::Forever => {
            // Nothing can follow: once the client has given up, the exchange may be forgotten.
            exchange.around.gone.cancelled().await;
            exchange.finish(Outcome::ClientGone);
            return Err(Interrupt::Cut);
        }
    }
    Ok(())
}

fn spoil(exchange: &Exchange, claim: &Claim, action: &Action, offset: Option<u64>) {
    let mut spoils = exchange.spoils();
    match action {
        Action::Forget {} => spoils.forget = true,
        Action::WrongEtag(wrong) => spoils.etag = wish(wrong.value.as_ref()),
        Action::WrongCrc64(wrong) => spoils.crc64 = wish(wrong.value.as_ref()),
        Action::Corrupt(corrupt) => {
            let damage = damage(corrupt, claim);
            let place = offset.map(Offset::Bytes).or(corrupt.offset).unwrap_or(Offset::Bytes(0));
            if claim.at().rank() < Point::RespHead.rank() {
                let at = place.resolve(exchange.declared()).or(offset);
                spoils.request.extend(at.map(|at| Placed { at, damage }));
            } else {
                spoils.response.push((place, damage));
            }
        }
        _ => {}
    }
}

fn wish(value: Option<&String>) -> HeaderWish {
    value.map_or(HeaderWish::Wrong, |value| HeaderWish::Exactly(value.clone()))
}

fn damage(corrupt: &Corrupt, claim: &Claim) -> Damage {
    match (&corrupt.replace, corrupt.seeded) {
        (Some(text), _) => Damage::Replace(text.clone().into_bytes()),
        (None, Some(length)) => {
            let bytes = claim.roll.bytes(usize::try_from(length).unwrap_or(usize::MAX));
            Damage::Xor(bytes.into_iter().map(|byte| byte.max(1)).collect())
        }
        (None, None) => Damage::Xor(vec![corrupt.xor.unwrap_or(u8::MAX)]),
    }
}

/// Changes store or clock; says what was done.
async fn change_world(exchange: &Exchange, action: &Action) -> Result<String, EditError> {
    let subject = exchange.log.subject();
    let bucket = subject.bucket.as_deref().unwrap_or_default();
    let key = subject.key.as_deref().unwrap_or_default();
    let upload = |named: &Option<String>| named.clone().or_else(|| exchange.upload()).unwrap_or_default();
    let part = |named: Option<u32>| named.or(subject.part).unwrap_or(0);
    let edits = exchange.sandbox().edits();
    match action {
        Action::DeleteUpload(delete) => {
            let id = upload(&delete.upload);
            edits.delete_upload(bucket, key, &id).map(|()| format!("upload {id}"))
        }
        Action::DeletePart(DeletePart { upload: named, part: number }) => {
            let (id, number) = (upload(named), part(*number));
            edits.delete_part(bucket, key, &id, number).map(|()| format!("part {number} of upload {id}"))
        }
        Action::ReplacePart(replace) => {
            replace_part(exchange, replace, &upload(&replace.upload), part(replace.part)).await
        }
        Action::AdvanceClock(advance) => Ok(match exchange.sandbox().clock().advance(advance.by.signed()) {
            Ok(now) => format!("to {now}"),
            Err(error) => format!("not done: {error}"),
        }),
        _ => Ok(String::new()),
    }
}

async fn replace_part(
    exchange: &Exchange,
    replace: &ReplacePart,
    id: &str,
    number: u32,
) -> Result<String, EditError> {
    let subject = exchange.log.subject();
    let bucket = subject.bucket.as_deref().unwrap_or_default();
    let key = subject.key.as_deref().unwrap_or_default();
    let content = replace.content();
    let length = content.len();
    exchange.sandbox().edits().put_part(bucket, key, id, number, content).await?;
    Ok(format!("part {number} of upload {id}, now {length} bytes"))
}
