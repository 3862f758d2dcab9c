//! One helper thread, started when it is first needed: it keeps deadlines and runs what nobody waits for, where there
//! is no runtime to do so.

use std::collections::{BTreeMap, VecDeque};
#[cfg(not(any(callcast_loom, callcast_shuttle)))]
use std::hint;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::{Duration, Instant};

#[cfg(not(any(callcast_loom, callcast_shuttle)))]
use tokio::runtime::RuntimeFlavor;

use crate::contain::wake;
use crate::exit::{drop_contained, run_contained};

type Job = Box<dyn FnOnce() + Send>;

/// What the helper thread has to do. It sleeps on a condition variable, so std's mutex and no other will do.
#[derive(Default)]
struct Work {
    jobs: VecDeque<Job>,
    /// The alarms by their time; the number keeps those of the same moment apart.
    alarms: BTreeMap<(Instant, u64), Arc<Alarm>>,
    last: u64,
}

#[derive(Default)]
struct Helper {
    work: Mutex<Work>,
    changed: Condvar,
}

/// A moment that the helper thread keeps.
pub(crate) struct Alarm {
    key: (Instant, u64),
    state: Mutex<AlarmState>,
}

#[derive(Default)]
struct AlarmState {
    rung: bool,
    waker: Option<Waker>,
    /// Runs on the helper thread when the time has come.
    action: Option<Job>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn helper() -> &'static Helper {
    static HELPER: OnceLock<&'static Helper> = OnceLock::new();
    HELPER.get_or_init(|| {
        let helper: &'static Helper = Box::leak(Box::default());
        // Without a thread to be had, deadlines still hold wherever somebody polls; nothing else can be done.
        drop(thread::Builder::new().name("callcast".into()).spawn(move || helper.run()));
        helper
    })
}

/// Runs a job soon, beside whatever runs here: on this thread's runtime where that has threads of its own, else on the
/// helper thread. A runtime of one thread may have nobody to drive it, or only somebody who blocks until this is done.
///
/// A paused clock goes to the next deadline as soon as its runtime has nothing to do, whatever the helper thread does
/// meanwhile; it waits for what the runtime itself has blocking threads for.
#[cfg(not(any(callcast_loom, callcast_shuttle)))]
pub(crate) fn spawn(job: impl FnOnce() + Send + 'static) {
    let task = Task(Some(Box::new(job)));
    match tokio::runtime::Handle::try_current() {
        Ok(runtime) if runtime.runtime_flavor() == RuntimeFlavor::MultiThread => {
            drop(runtime.spawn(async move { task.run() }));
        }
        Ok(runtime) if clock_stands_still() => drop(runtime.spawn_blocking(move || task.run())),
        _ => task.run_on_helper(),
    }
}

/// Whether this runtime's clock is paused.
#[cfg(not(any(callcast_loom, callcast_shuttle)))]
fn clock_stands_still() -> bool {
    let (before, moment) = (tokio::time::Instant::now(), Instant::now());
    // However coarse the real one is, it has moved on by then.
    while Instant::now() == moment {
        hint::spin_loop();
    }
    tokio::time::Instant::now() == before
}

/// Whether this thread's runtime has threads besides this one.
#[cfg(not(any(callcast_loom, callcast_shuttle)))]
pub(crate) fn has_threads() -> bool {
    let runtime = tokio::runtime::Handle::try_current();
    runtime.is_ok_and(|runtime| runtime.runtime_flavor() == RuntimeFlavor::MultiThread)
}

/// What a model looks at has been run when it looks.
#[cfg(any(callcast_loom, callcast_shuttle))]
pub(crate) const fn has_threads() -> bool {
    false
}

/// In a model, on one of its own threads.
#[cfg(any(callcast_loom, callcast_shuttle))]
pub(crate) fn spawn(job: impl FnOnce() + Send + 'static) {
    drop(crate::sync::model::thread::spawn(job));
}

/// A job that is run whatever becomes of the runtime it was handed to.
struct Task(Option<Job>);

impl Task {
    fn run(mut self) {
        if let Some(job) = self.0.take() {
            job();
        }
    }

    fn run_on_helper(mut self) {
        if let Some(job) = self.0.take() {
            run(job);
        }
    }
}

impl Drop for Task {
    /// A runtime that shuts down drops its tasks unrun.
    fn drop(&mut self) {
        if let Some(job) = self.0.take() {
            run(job);
        }
    }
}

/// Runs a job on the helper thread.
fn run(job: Job) {
    let helper = helper();
    lock(&helper.work).jobs.push_back(job);
    helper.changed.notify_one();
}

/// An alarm that wakes whoever polls it.
pub(crate) fn alarm(delay: Duration) -> Arc<Alarm> {
    set(delay, None)
}

/// An alarm that runs a job on the helper thread.
pub(crate) fn after(delay: Duration, job: impl FnOnce() + Send + 'static) -> Arc<Alarm> {
    set(delay, Some(Box::new(job)))
}

fn set(delay: Duration, action: Option<Job>) -> Arc<Alarm> {
    let helper = helper();
    let mut work = lock(&helper.work);
    work.last += 1;
    // Further off than the clock reaches is a century from now.
    let now = Instant::now();
    let at = now.checked_add(delay).unwrap_or_else(|| now + Duration::from_hours(876_600));
    let alarm = Arc::new(Alarm {
        key: (at, work.last),
        state: Mutex::new(AlarmState { action, ..AlarmState::default() }),
    });
    work.alarms.insert(alarm.key, Arc::clone(&alarm));
    helper.changed.notify_one();
    alarm
}

/// Takes an alarm back.
pub(crate) fn cancel(alarm: &Alarm) {
    let removed = lock(&helper().work).alarms.remove(&alarm.key);
    drop_contained(removed);
}

impl Helper {
    fn run(&self) {
        loop {
            let (jobs, alarms) = self.next();
            for job in jobs {
                // The helper thread serves everybody: nobody's panic ends it.
                run_contained(job);
            }
            for alarm in alarms {
                alarm.ring();
            }
        }
    }

    /// Waits until there is something to do.
    fn next(&self) -> (VecDeque<Job>, Vec<Arc<Alarm>>) {
        let mut work = lock(&self.work);
        loop {
            let due = work.due(Instant::now());
            if !work.jobs.is_empty() || !due.is_empty() {
                return (std::mem::take(&mut work.jobs), due);
            }
            work = match work.alarms.keys().next() {
                None => self.changed.wait(work).unwrap_or_else(PoisonError::into_inner),
                Some((at, _)) => {
                    let delay = at.saturating_duration_since(Instant::now());
                    self.changed.wait_timeout(work, delay).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }
}

impl Work {
    fn due(&mut self, now: Instant) -> Vec<Arc<Alarm>> {
        let later = self.alarms.split_off(&(now, u64::MAX));
        std::mem::replace(&mut self.alarms, later).into_values().collect()
    }
}

impl Alarm {
    fn ring(&self) {
        let (waker, action) = {
            let mut state = lock(&self.state);
            state.rung = true;
            (state.waker.take(), state.action.take())
        };
        if let Some(waker) = waker {
            wake(waker);
        }
        if let Some(action) = action {
            run_contained(action);
        }
    }

    pub(crate) fn poll(&self, cx: &Context<'_>) -> Poll<()> {
        let mut state = lock(&self.state);
        if state.rung {
            return Poll::Ready(());
        }
        state.waker = Some(cx.waker().clone());
        Poll::Pending
    }
}
