//! Callers who go on calling while the store that they call is swapped for another, and another.
//!
//! They have one client, that of a [`Swap`]. It is said how long calls took, beside how long they take when nothing is
//! swapped; and that none failed, and no value was lost.

mod caller;
mod progress;
mod stores;
mod times;

use std::iter;

use callcast::Swap;
use storage::hand_over;
use storage::protocol::{StoreClient, StoreProtocol};
use storage::which::Which;
use tokio::task::JoinSet;

use crate::Problem;
use crate::bench::caller::{Caller, Report};
use crate::bench::progress::Progress;
use crate::bench::stores::Stores;
use crate::bench::times::Times;
use crate::cli::Load;

/// Measures, and prints what comes of it.
pub(crate) async fn run(first: &Which, load: Load) -> Result<(), Problem> {
    let mut stores = Stores::open(first).await?;
    let measured = measure(&mut stores, load).await;
    stores.close().await?;
    let (still, swapped) = measured?;
    print(load, still, swapped)
}

/// What comes of calls without swaps, and with them.
async fn measure(stores: &mut Stores, load: Load) -> Result<(Report, Report), Problem> {
    let (swapped, shares) = with_swaps(stores, load).await?;
    let still = without_swaps(stores, load, &shares).await?;
    Ok((still, swapped))
}

fn print(load: Load, still: Report, swapped: Report) -> Result<(), Problem> {
    let Load { callers, swaps, .. } = load;
    let failures: Vec<&String> = still.failures.iter().chain(&swapped.failures).collect();
    let calls = still.times.len() + swapped.times.len();
    println!("{calls} calls of {callers} callers, {swaps} swaps, {} failures", failures.len());
    println!("  without swaps: {}", Times::of(still.times));
    println!("  with swaps:    {}", Times::of(swapped.times));
    match failures.first() {
        None => Ok(()),
        Some(first) => Err(format!("{} calls failed; the first: {first}", failures.len()).into()),
    }
}

/// The second of both is how many calls went to each store.
async fn with_swaps(stores: &mut Stores, load: Load) -> Result<(Report, Vec<u32>), Problem> {
    let (place, progress) = (Swap::<StoreProtocol>::new(stores.first()), Progress::new());
    let callers = callers(&place.client(), load, &progress);
    let mut ended = Vec::new();
    for swap in 1..=load.swaps {
        progress.until(due(load, swap)).await;
        let swapped = place.swap_with(async |old| {
            ended.push(progress.ended());
            next(stores, &old).await
        });
        swapped.await?;
    }
    ended.push(load.calls);
    let before = iter::once(0).chain(ended.iter().copied());
    let shares = ended.iter().zip(before).map(|(ended, before)| ended - before).collect();
    Ok((Report::of(callers.join_all().await), shares))
}

/// As many calls to each store as with swaps: so what differs is what the swaps have cost.
async fn without_swaps(stores: &mut Stores, load: Load, shares: &[u32]) -> Result<Report, Problem> {
    let mut reports = Vec::new();
    for (number, calls) in shares.iter().enumerate() {
        let store = if number == 0 { stores.first() } else { stores.next().await? };
        let load = Load { calls: *calls, ..load };
        reports.extend(callers(&store, load, &Progress::new()).join_all().await);
    }
    Ok(Report::of(reports))
}

/// How many calls have to have ended before this swap.
fn due(load: Load, swap: u32) -> u32 {
    let calls = u64::from(load.calls) * u64::from(swap) / (u64::from(load.swaps) + 1);
    // No more than there are in all.
    u32::try_from(calls).unwrap_or(load.calls)
}

/// The next store, with all that is in this one. Nothing comes to either meanwhile: the callers wait.
async fn next(stores: &mut Stores, old: &StoreClient) -> Result<StoreClient, Problem> {
    let new = stores.next().await?;
    hand_over(old, &new).await?;
    Ok(new)
}

/// Starts the callers, each with its share of the calls.
fn callers(store: &StoreClient, load: Load, progress: &Progress) -> JoinSet<Report> {
    let count = load.callers.get();
    // The first ones get one more where they cannot be shared equally.
    let share = |number| (load.calls + count - 1 - number) / count;
    (0..count)
        .map(|number| Caller::new(number, store.clone(), progress.clone()).call(share(number)))
        .collect()
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use callcast::{CallError, ClientOf as _};
    use storage::protocol::{StoreError, StoreRequest};

    use super::*;

    const LOAD: Load = Load { calls: 100, callers: NonZero::new(3).unwrap(), swaps: 0 };

    #[tokio::test]
    async fn whatever_goes_wrong_is_a_failure() {
        // It answers each put, and remembers none.
        let store = StoreClient::stub(|request| match request {
            StoreRequest::Put { reply, .. } => reply.send(Ok(())),
            StoreRequest::Get { reply, key } if key.ends_with('7') => {
                reply.send(Err(StoreError::Behind(CallError::Full)));
            }
            StoreRequest::Get { reply, .. } => reply.send(Ok(None)),
            other => drop(other),
        });
        let report = Report::of(callers(&store, LOAD, &Progress::new()).join_all().await);
        assert_eq!(report.times.len(), 100);
        // Each get, and once more each of the 16 keys of each caller.
        let gets = 17 + 16 + 16 + 3 * 16;
        assert_eq!(report.failures.len(), gets, "{:?}", report.failures);
        let error = print(LOAD, Report::default(), report).unwrap_err().to_string();
        assert!(error.starts_with(&format!("{gets} calls failed; the first: bench/")), "{error}");
    }

    #[tokio::test]
    async fn all_calls_are_shared_out() {
        for calls in [0, 1, 2, 3, 100] {
            let store = storage::memory::MemoryStore::start().unwrap().into();
            let reports = callers(&store, Load { calls, ..LOAD }, &Progress::new()).join_all().await;
            let shares: Vec<usize> = reports.iter().map(|report| report.times.len()).collect();
            assert_eq!(shares.iter().sum::<usize>(), calls as usize);
            assert!(shares.iter().max().unwrap() - shares.iter().min().unwrap() <= 1, "{shares:?}");
            assert!(reports.iter().all(|report| report.failures.is_empty()));
        }
    }
}
