//! The machine against a model of the world, with arbitrary leftovers of earlier calls and arbitrary faults.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test ends where it does not hold")]

mod world;

use std::collections::BTreeMap;

use oss_client::{
    OnCancel, OnFailure, OnPartError, Patience, Profile,
    machine::{
        Command, ErrorKind, Layout, Outcome, RecordImage, RecordPhase, Settings, UploadId, UploadToken,
    },
};
use proptest::prelude::*;
use world::{Call, Trace, World, proven};

const PART: u64 = 102_400;
const PARTS: u32 = 5;
const SIZE: u64 = PART * (PARTS as u64 - 1) + 51_200;

fn settings(on_cancel: OnCancel, parallelism: usize) -> Settings {
    Settings {
        part_size: PART,
        parallelism,
        sequential: false,
        token: None,
        on_part_error: OnPartError::StopDispatch,
        has_record: true,
        on_cancel,
        on_failure: OnFailure::Keep,
        restart_on_lost_upload: true,
        profile: Profile::SAFE,
        patience: Patience::default(),
    }
}

/// The token of the upload that an earlier call began.
const OLD_TOKEN: UploadToken = UploadToken::new([7; 16]);

fn size_of(number: u32) -> u64 {
    if number == PARTS { SIZE - PART * u64::from(PARTS - 1) } else { PART }
}

/// Parts by number: absent, of the present content, or of another.
fn some_parts() -> impl Strategy<Value = BTreeMap<u32, u8>> {
    proptest::collection::btree_map(1..=PARTS, 0_u8..2, 0..=PARTS as usize)
}

fn phase() -> impl Strategy<Value = RecordPhase> {
    prop_oneof![Just(RecordPhase::Uploading), Just(RecordPhase::Completing), Just(RecordPhase::Aborting)]
}

fn parts_of(versions: &BTreeMap<u32, u8>) -> BTreeMap<u32, oss_client::machine::ProvenPart> {
    versions.iter().map(|(number, version)| (*number, proven(*number, size_of(*number), *version))).collect()
}

prop_compose! {
    /// Any record beside any server: an upload that is open or not, parts that agree or not, perhaps an object.
    fn any_world()(
        recorded in proptest::option::of((some_parts(), phase(), SIZE - 1..=SIZE, any::<[bool; 2]>())),
        listed in proptest::option::of(some_parts()),
        committed in proptest::option::weighted(0.3, 0_u8..2),
        [with_token, object_with_token] in any::<[bool; 2]>(),
    ) -> World {
        let id = UploadId::new("OLD").unwrap();
        let mut world = World { size: SIZE, ..World::default() };
        if let Some(listed) = listed.filter(|_| recorded.is_some()) {
            world.uploads.insert(id.clone(), parts_of(&listed));
        }
        // What the record says of the order is mostly true.
        if recorded.as_ref().is_some_and(|(.., [sequential, damaged])| *sequential || *damaged) {
            world.sequential.insert(id.clone());
        }
        world.record = recorded.map(|(parts, phase, size, [sequential, _])| RecordImage {
            upload: id,
            layout: Layout::plan(size, PART, Profile::SAFE).unwrap(),
            sequential,
            token: with_token.then_some(OLD_TOKEN),
            phase,
            parts: parts_of(&parts),
            object_crc64: None,
        });
        world.tokens.extend(with_token.then(|| (UploadId::new("OLD").unwrap(), OLD_TOKEN)));
        world.object_token = object_with_token.then_some(OLD_TOKEN);
        world.object = committed.map(|version| {
            (1..=PARTS).map(|number| proven(number, size_of(number), version).digest).collect()
        });
        world
    }
}

fn judge(trace: &Trace, world: &World) -> Result<(), TestCaseError> {
    prop_assert!(trace.wrong.is_empty(), "{:?}\n{:#?}", trace.wrong, trace.commands);
    match trace.outcome.as_ref() {
        Some(Outcome::Success(success)) => {
            let token = success.upload.as_ref().and_then(|upload| world.tokens.get(upload));
            let ours = token.is_none() || token == world.object_token.as_ref();
            prop_assert!(ours, "success, but the object is another upload's");
            prop_assert!(Call::object_is_source(world, PART), "success, but the object is not the source");
            prop_assert!(world.record.is_none(), "success, and a record remains");
        }
        Some(Outcome::Ended(ended)) => {
            prop_assert!(!matches!(ended.kind, ErrorKind::Internal(_)), "{:?}", ended.kind);
        }
        None => prop_assert!(false, "no outcome"),
    }
    Ok(())
}

/// Uploads that are open on the server although no record tells of them.
fn orphans(world: &World) -> Vec<&UploadId> {
    let recorded = world.record.as_ref().map(|record| &record.upload);
    world.uploads.keys().filter(|id| Some(*id) != recorded).collect()
}

fn saves_failed(tape: &[u8]) -> bool {
    tape.iter().any(|byte| *byte > 245)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3000, ..ProptestConfig::default() })]

    #[test]
    fn one_call_without_faults_succeeds_whatever_earlier_calls_left(
        mut world in any_world(),
        parallelism in 1_usize..6,
        [sequential, token] in any::<[bool; 2]>(),
    ) {
        let token = token.then_some(UploadToken::new([1; 16]));
        let settings = Settings { sequential, token, ..settings(OnCancel::Keep, parallelism) };
        let trace = Call::new(&mut world, settings, &[]).run();
        judge(&trace, &world)?;
        prop_assert!(matches!(trace.outcome, Some(Outcome::Success(_))), "{:#?}", trace.outcome);
        prop_assert!(orphans(&world).is_empty(), "orphans: {:?}", orphans(&world));
    }

    #[test]
    fn any_faults_end_in_one_outcome_that_is_true_and_the_next_call_succeeds(
        mut world in any_world(),
        parallelism in 1_usize..6,
        keep in any::<bool>(),
        [sequential, drain, token] in any::<[bool; 3]>(),
        tape in proptest::collection::vec(any::<u8>(), 0..300),
    ) {
        let mode = if keep { OnCancel::Keep } else { OnCancel::Delete };
        let token = token.then_some(UploadToken::new([1; 16]));
        let on_part_error = if drain { OnPartError::DrainAll } else { OnPartError::StopDispatch };
        let settings = Settings { sequential, on_part_error, token, ..settings(mode, parallelism) };
        let trace = Call::new(&mut world, settings, &tape).run();
        judge(&trace, &world)?;
        if !saves_failed(&tape) {
            prop_assert!(orphans(&world).is_empty(), "orphans: {:?}\n{:#?}", orphans(&world), trace.commands);
        }
        let settings = Settings { token: settings.token.map(|_| UploadToken::new([2; 16])), ..settings };
        let trace = Call::new(&mut world, settings, &[]).run();
        judge(&trace, &world)?;
        prop_assert!(matches!(trace.outcome, Some(Outcome::Success(_))), "{:#?}", trace.outcome);
    }

    #[test]
    fn without_a_record_nothing_is_left_open(
        parallelism in 1_usize..6,
        tape in proptest::collection::vec(0..=235_u8, 0..300),
        cancel_at in 0_usize..300,
    ) {
        let mut tape = tape;
        if let Some(byte) = tape.get_mut(cancel_at) {
            *byte = 255;
        }
        let mut world = World { size: SIZE, ..World::default() };
        let settings = Settings {
            has_record: false,
            on_failure: OnFailure::Delete,
            ..settings(OnCancel::Delete, parallelism)
        };
        let trace = Call::new(&mut world, settings, &tape).run();
        judge(&trace, &world)?;
        let unknown = matches!(&trace.outcome, Some(Outcome::Ended(ended)) if ended.kind.name() == "OutcomeUnknown");
        let abort_failed = trace.commands.iter().filter(|c| matches!(c, Command::Abort(_))).count() > 0 && cancel_at < 300;
        prop_assert!(unknown || abort_failed || world.uploads.is_empty(), "{:#?}", trace.commands);
    }

    #[test]
    fn a_sequential_upload_sends_each_part_after_the_one_before(
        parallelism in 1_usize..6,
        tape in proptest::collection::vec(0..=180_u8, 0..100),
    ) {
        let mut world = World { size: SIZE, ..World::default() };
        let settings = Settings { sequential: true, ..settings(OnCancel::Keep, parallelism) };
        let trace = Call::new(&mut world, settings, &tape).run();
        judge(&trace, &world)?;
        let losses = tape.iter().filter(|byte| **byte > 175).count();
        prop_assert!(losses > 3 || matches!(trace.outcome, Some(Outcome::Success(_))), "{:#?}", trace.outcome);
        let is_send = |command: &Command| matches!(command, Command::SendPart { .. });
        prop_assert!(!trace.commands.windows(2).any(|pair| pair.iter().all(is_send)), "{:#?}", trace.commands);
        let appended = trace.commands.iter().filter_map(|command| match command {
            Command::AppendPart(part) => Some(part.number),
            _ => None,
        });
        let mut sent: Vec<u32> = appended.collect();
        sent.dedup();
        prop_assert!(sent.iter().is_sorted() || trace.commands.iter().any(|c| matches!(c, Command::List(_))));
    }

    #[test]
    fn draining_tries_every_part_once_before_the_first_error_is_told(
        parallelism in 1_usize..6,
        faults in proptest::collection::vec(201..=220_u8, PARTS as usize),
    ) {
        let mut world = World { size: SIZE, ..World::default() };
        let settings = Settings { on_part_error: OnPartError::DrainAll, ..settings(OnCancel::Keep, parallelism) };
        // Initiate and the record go well; then a byte chooses among what is under way, and the next spoils it.
        let tape: Vec<u8> = [0; 7].into_iter().chain(faults.iter().flat_map(|fault| [0, 0, *fault])).collect();
        let trace = Call::new(&mut world, settings, &tape).run();
        judge(&trace, &world)?;
        let tried = trace.commands.iter().filter(|c| matches!(c, Command::SendPart { .. })).count();
        let Some(Outcome::Ended(ended)) = &trace.outcome else { panic!("{:#?}", trace.commands) };
        prop_assert_eq!((ended.kind.name(), tried, ended.also.len()), ("Service", PARTS as usize, PARTS as usize - 1));
    }

    #[test]
    fn parts_in_flight_never_exceed_the_parallelism(parallelism in 1_usize..6) {
        let mut world = World { size: SIZE, ..World::default() };
        let trace = Call::new(&mut world, settings(OnCancel::Keep, parallelism), &[]).run();
        let first = trace.commands.iter().position(|c| matches!(c, Command::SendPart { .. })).unwrap();
        let burst = trace.commands[first..].iter().take_while(|c| matches!(c, Command::SendPart { .. })).count();
        prop_assert_eq!(burst, parallelism.min(PARTS as usize));
    }
}
