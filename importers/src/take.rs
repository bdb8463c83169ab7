//! Records on their way from the file to the store: read by one thread, worked on by all, sunk in the file's order.

use std::ops::ControlFlow;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::ScopedJoinHandle;

use diaba_core::feature::NewFeature;

use crate::attributes::Joiner;
use crate::counting::count;
use crate::error::ImportError;
use crate::progress::Progress;
use crate::record::{Plan, Processed};
use crate::report::{Areas, KeysSeen, Report};
use crate::sink::{Made, Maker, Sink};
use crate::source::{Record, Source};
use crate::survey::Survey;

/// Records that travel together.
const BATCH: usize = 512;
/// Batches on their way at a time: what is in memory of a file, however large it is.
const AHEAD: usize = 16;

/// Takes every record through by `plan`, and enters what became of them in the report. What all of them say of the file
/// goes to `seen`.
///
/// # Errors
/// [`ImportError::Truncated`], [`ImportError::Store`].
pub fn take(
    source: &mut dyn Source,
    plan: &Plan,
    sink: &mut Sink,
    report: &mut Report,
    mut seen: Option<&mut Survey>,
    progress: &Progress,
) -> Result<(), ImportError> {
    report.counts.read = 0;
    if plan.declared.is_some() {
        report.areas = Some(Areas {
            plane: plan.plane().epsg(),
            ..Areas::default()
        });
    }
    report.attributes = plan.joiner.as_ref().map(Joiner::begin);
    let landing = seen.as_deref_mut().map(|s| std::mem::take(&mut s.landing));
    let mut counted = landing.unwrap_or_default();
    let maker = sink.maker();
    let legend = plan.fields.theme().legend();
    let work = Work {
        plan,
        maker,
        colored_by: legend.map(|legend| legend.position),
    };
    let taken = std::thread::scope(|scope| {
        let (sender, receiver) = sync_channel(AHEAD);
        let seen = seen.as_deref_mut();
        let reader = scope.spawn(|| read_batches(source, &work, seen, sender));
        let (mut sunk, mut keys) = (Ok(()), KeysSeen::default());
        'batches: for batch in receiver {
            // A batch whose worker panicked never comes; the reader's end says so.
            let Ok(batch) = batch.recv() else { break };
            // In a loop of their own: the processor then waits for several places of the table at once.
            for record in batch.iter().filter(|record| record.result.is_ok()) {
                if let Err(error) = keys.push(&record.key, &mut report.duplicates) {
                    sunk = Err(ImportError::Store(error.to_string()));
                    break 'batches;
                }
            }
            for record in batch {
                progress.at(record.number);
                if let Some(landed) = record.landed {
                    counted.count(landed);
                }
                if let Some(made) = count(record, report, sink)
                    && let Err(error) = made.and_then(|made| sink.push(made))
                {
                    sunk = Err(error);
                    break 'batches;
                }
            }
        }
        sunk.and(joined(reader))
    });
    if let Some(seen) = seen {
        seen.landing = counted;
    }
    if let (Some(joiner), Some(attributes)) = (&plan.joiner, &mut report.attributes) {
        joiner.finish(plan.fields.theme(), attributes);
    }
    taken
}

/// What a thread came to; its panic goes on in this one.
pub fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    match thread.join() {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

/// A record worked on, and in the form its home takes it.
pub type Worked = Processed<(NewFeature, Result<Made, ImportError>)>;

/// Where the records of a batch will come from, once they are worked on.
type Coming = Receiver<Vec<Worked>>;

/// What is done with each record, by whichever thread has it.
struct Work<'p> {
    plan: &'p Plan,
    maker: Maker,
    /// The field the report's map is coloured by.
    colored_by: Option<usize>,
}

impl Work<'_> {
    /// Leaves of a feature that is made what its place in the report needs. What a thread has asked for it is quicker to
    /// give back by itself.
    fn strip(&self, feature: &mut NewFeature) {
        feature.extra = serde_json::Map::new();
        for (i, value) in feature.values.iter_mut().enumerate() {
            if Some(i) != self.colored_by {
                *value = None;
            }
        }
    }

    fn on(&self, batch: Vec<Record>) -> Vec<Worked> {
        let mut reader = self.plan.fields.reader();
        batch
            .into_iter()
            .map(|record| {
                let number = record.number;
                self.plan.process(record, &mut reader).map(|mut feature| {
                    let made = self.maker.make(number, &feature);
                    self.strip(&mut feature);
                    (feature, made)
                })
            })
            .collect()
    }
}

/// Reads the records and has them worked on; who receives gets the batches in the file's order.
fn read_batches(
    source: &mut dyn Source,
    work: &Work<'_>,
    mut seen: Option<&mut Survey>,
    order: SyncSender<Coming>,
) -> Result<(), ImportError> {
    let read = rayon::in_place_scope(|workers| {
        // Nobody listens once the store has refused a record.
        let hand_out = |batch: Vec<Record>| {
            let (done, coming) = sync_channel(1);
            if order.send(coming).is_err() {
                return ControlFlow::Break(());
            }
            workers.spawn(move |_| {
                let _nobody_listens = done.send(work.on(batch));
            });
            ControlFlow::Continue(())
        };
        let mut batch = Vec::with_capacity(BATCH);
        let read = source.read(&mut |record| {
            if let Some(seen) = seen.as_deref_mut() {
                seen.push(&record);
            }
            batch.push(record);
            if batch.len() < BATCH {
                return ControlFlow::Continue(());
            }
            hand_out(std::mem::replace(&mut batch, Vec::with_capacity(BATCH)))
        });
        let _nobody_listens = hand_out(batch);
        read
    });
    // Who receives has all of them now.
    drop(order);
    read
}
