//! Work that would hold up the threads answering requests: tiles to cut, pages to read.

use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::task::spawn_blocking;
use tokio::time::timeout;

use crate::error::ApiError;

/// Longest a request waits for its turn before it is told to come again.
const PATIENCE: Duration = Duration::from_secs(10);

/// So many jobs at once, as many as there are cores unless said otherwise; the rest waits in order.
#[derive(Debug)]
pub struct Pool {
    turns: Semaphore,
}

impl Default for Pool {
    fn default() -> Self {
        Self::of(available_parallelism().map_or(2, NonZero::get))
    }
}

impl Pool {
    /// A pool that does `turns` jobs at once.
    pub fn of(turns: usize) -> Self {
        Self {
            turns: Semaphore::new(turns),
        }
    }

    /// Does `job` on a thread of its own when its turn has come.
    ///
    /// # Errors
    /// [`ApiError::Busy`] where the turn does not come in time, [`ApiError::Internal`] where the job panics.
    pub async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, ApiError> {
        let turn = timeout(PATIENCE, self.turns.acquire())
            .await
            .map_err(|_| ApiError::Busy)?;
        let _turn = turn.map_err(ApiError::internal)?;
        spawn_blocking(job).await.map_err(ApiError::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panicking_job_is_an_error_and_the_next_one_runs() {
        let pool = Pool::default();
        let broken = pool.run(|| panic!("broken")).await;
        assert!(matches!(broken, Err(ApiError::Internal(_))));
        assert_eq!(pool.run(|| 1).await.unwrap(), 1);
    }
}
