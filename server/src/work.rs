//! Work that would hold up the threads answering requests: tiles to cut, pages to read.

use std::collections::VecDeque;
use std::num::NonZero;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::error::ApiError;

/// Longest a request waits for its turn before it is told to come again.
const PATIENCE: Duration = Duration::from_secs(10);

/// So many jobs at once, as many as there are cores unless said otherwise; the rest waits in order.
///
/// A thread that has done a job does the next one that waits: the cores do not stand idle until the runtime has heard that
/// the job is done and has told another thread to go on.
#[derive(Clone)]
pub struct Pool {
    turns: usize,
    patience: Duration,
    line: Arc<Mutex<Line>>,
}

/// What waits for a thread, and how many threads are at work.
#[derive(Default)]
struct Line {
    waiting: VecDeque<Job>,
    working: usize,
}

type Job = Box<dyn FnOnce() + Send>;

impl Default for Pool {
    fn default() -> Self {
        Self::of(available_parallelism().map_or(2, NonZero::get))
    }
}

impl Pool {
    /// A pool that does `turns` jobs at once.
    pub fn of(turns: usize) -> Self {
        Self {
            turns,
            patience: PATIENCE,
            line: Arc::default(),
        }
    }

    /// Does `job` on a thread of its own when its turn has come; never where the caller has gone by then.
    ///
    /// # Errors
    /// [`ApiError::Busy`] where the turn does not come in time, [`ApiError::Internal`] where the job panics.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let (sender, mut done) = oneshot::channel();
        // Whoever sets it first decides: the thread that begins, or the caller that gives up.
        let decided = Arc::new(AtomicBool::new(false));
        let begins = Arc::clone(&decided);
        self.put(Box::new(move || {
            if !sender.is_closed() && !begins.swap(true, Ordering::AcqRel) {
                let _caller_has_gone = sender.send(catch_unwind(AssertUnwindSafe(job)));
            }
        }));
        let result = match timeout(self.patience, &mut done).await {
            Ok(result) => result,
            Err(_) if !decided.swap(true, Ordering::AcqRel) => return Err(ApiError::Busy),
            Err(_) => done.await,
        };
        let result = result.map_err(ApiError::internal)?;
        result.map_err(|_| ApiError::internal(anyhow::anyhow!("a job panicked")))
    }

    fn put(&self, job: Job) {
        let mut line = self.line();
        line.waiting.push_back(job);
        if line.working < self.turns {
            line.working += 1;
            let pool = self.clone();
            spawn_blocking(move || pool.work());
        }
    }

    /// Does what waits, until nothing does.
    fn work(&self) {
        while let Some(job) = self.next() {
            job();
        }
    }

    fn next(&self) -> Option<Job> {
        let mut line = self.line();
        let job = line.waiting.pop_front();
        if job.is_none() {
            line.working -= 1;
        }
        job
    }

    /// No job runs while the line is held, so a panic leaves it whole.
    fn line(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Barrier;
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[tokio::test]
    async fn a_panicking_job_is_an_error_and_the_next_one_runs() {
        let pool = Pool::of(1);
        let broken = pool.run(|| panic!("broken")).await;
        assert!(matches!(broken, Err(ApiError::Internal(_))));
        assert_eq!(pool.run(|| 1).await.unwrap(), 1);
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn so_many_jobs_run_at_once_and_all_are_done() {
        let pool = Pool::of(2);
        let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
        let both = Arc::new(Barrier::new(2));
        let jobs = (0..50).map(|i| {
            let (running, most) = (Arc::clone(&running), Arc::clone(&most));
            let both = Arc::clone(&both);
            pool.run(move || {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                // The first two wait for each other; all take long enough for a third one to be seen beside them.
                if i < 2 {
                    both.wait();
                }
                std::thread::sleep(Duration::from_millis(1));
                running.fetch_sub(1, Ordering::SeqCst);
                i
            })
        });
        let done = futures_util::future::try_join_all(jobs).await.unwrap();
        assert_eq!(done, (0..50).collect::<Vec<_>>());
        assert_eq!(most.load(Ordering::SeqCst), 2);
    }

    #[tokio::test]
    async fn who_waits_too_long_is_told_so_and_the_job_is_not_done() {
        let pool = Pool {
            patience: Duration::from_millis(20),
            ..Pool::of(1)
        };
        let (release, held) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(move || held.recv().is_ok()).await }
        });
        tokio::task::yield_now().await;
        let done = Arc::new(AtomicBool::new(false));
        let does = Arc::clone(&done);
        let late = pool.run(move || does.store(true, Ordering::SeqCst));
        assert!(matches!(late.await, Err(ApiError::Busy)));
        release.send(()).unwrap();
        assert!(first.await.unwrap().unwrap());
        pool.run(|| ()).await.unwrap();
        assert!(!done.load(Ordering::SeqCst));
    }

    #[tokio::test]
    async fn the_job_of_who_has_gone_is_not_done() {
        let pool = Pool::of(1);
        let (release, held) = std::sync::mpsc::channel::<()>();
        let first = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(move || held.recv().is_ok()).await }
        });
        tokio::task::yield_now().await;
        let gone = tokio::spawn({
            let pool = pool.clone();
            async move { pool.run(|| panic!("done for nobody")).await }
        });
        tokio::task::yield_now().await;
        gone.abort();
        let _aborted = gone.await;
        release.send(()).unwrap();
        assert!(first.await.unwrap().unwrap());
        assert_eq!(pool.run(|| 2).await.unwrap(), 2);
    }
}
