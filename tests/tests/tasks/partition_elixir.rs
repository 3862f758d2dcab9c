//! PS-E: `partition_supervisor_test.exs`: as many servers as there are partitions, and which of them has a key.

use std::collections::HashSet;

use callcast::prelude::*;
use callcast::{
    AutoShutdown, ChildKind, DynamicSupervisor, Name, PartitionSupervisor, Partitions, Restart, ServerId,
    Shutdown, StartChildError, Supervisor, SupervisorClient, Task,
};

use crate::support::{counts, ids, secs, start, within};

/// A part, which knows its number.
pub(crate) struct Part {
    number: usize,
}

#[server]
impl Part {
    #[init]
    pub(crate) fn new(number: usize) -> Self {
        Self { number }
    }

    #[call]
    pub(crate) fn number(&self) -> usize {
        self.number
    }

    #[cast]
    pub(crate) fn end(&mut self, ctx: &mut Context<Self>) {
        ctx.stop(ExitReason::Normal);
    }
}

pub(crate) async fn parts(size: usize) -> Partitions<Part> {
    within(PartitionSupervisor::new(size, Part::spec).start()).await.expect("it starts")
}

#[tokio::test(start_paused = true)]
async fn ps_e_02_it_is_a_child_whose_id_can_be_said() {
    let unnamed = PartitionSupervisor::new(1, Part::spec);
    let named = PartitionSupervisor::new(2, Part::spec).supervisor(|spec| spec.id("parts"));
    let root = start(Supervisor::one_for_one().child(unnamed).child(named)).await;
    let children = within(root.which_children()).await.expect("it answers");
    let children: Vec<_> = children.iter().map(|child| (&*child.id, child.kind)).collect();
    assert_eq!(children, [("PartitionSupervisor", ChildKind::Supervisor), ("parts", ChildKind::Supervisor)]);
    let parts = root.client::<Supervisor>("parts").expect("it is there");
    assert_eq!(counts(&parts).await, [2, 2, 0, 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 3)]
async fn ps_e_03_there_is_one_for_each_thread() {
    let dynamic = PartitionSupervisor::per_thread(|_| DynamicSupervisor::new()).start().await;
    let dynamic = dynamic.expect("it starts");
    assert_eq!((dynamic.len(), counts(dynamic.supervisor()).await), (3, [3, 3, 3, 0]));
    let mut expected = HashSet::new();
    for key in 0..100 {
        let task = Task::spec(key.to_string(), std::future::pending::<()>);
        let task = dynamic.get(&key).start_child(task).await.expect("it starts");
        expected.insert(task.id().expect("it is there"));
    }
    let mut found = Vec::new();
    for number in 0..dynamic.len() {
        let of_one = ids(&dynamic.at(number)).await;
        assert!(!of_one.is_empty(), "no key of 100 belongs to {number}");
        found.extend(of_one);
    }
    assert_eq!(found.len(), 100);
    assert_eq!(found.into_iter().collect::<HashSet<ServerId>>(), expected);
    within(dynamic.supervisor().stop()).await.expect("it was alive");
}

#[tokio::test(start_paused = true)]
async fn ps_e_04_ps_e_22_its_supervisor_can_have_a_name() {
    static PARTS: Name<Supervisor> = Name::new("parts");
    let named = PartitionSupervisor::new(3, Part::spec).supervisor(|spec| spec.name(&PARTS));
    let parts = within(named.start()).await.expect("it starts");
    let found: SupervisorClient = PARTS.whereis().expect("it is there");
    assert_eq!(found.id(), parts.supervisor().id());
    assert_eq!(counts(&PARTS.client()).await, [3, 3, 0, 3]);
    let second = found.client::<Part>("2").expect("it is there");
    assert_eq!(within(second.number()).await, Ok(2));
    assert_eq!(second.id(), parts.at(2).id());
}

#[tokio::test(start_paused = true)]
async fn ps_e_05_each_is_told_its_number_and_numbers_go_round() {
    let parts = parts(3).await;
    for number in 0..9 {
        assert_eq!(within(parts.at(number).number()).await, Ok(number % 3));
    }
    for key in ["a", "b", "c", "d"] {
        assert_eq!(parts.get(key).id(), parts.clone().get(&key.to_owned()).id());
    }
    // It is told again when it is started again.
    let (second, monitor) = (parts.at(1), parts.at(1).monitor());
    second.end().send().expect("it is alive");
    within(monitor).await;
    assert_eq!(within(second.number()).await, Ok(1));
}

#[should_panic(expected = "a partition supervisor needs a partition")]
#[test]
fn ps_e_08_there_is_one_at_least() {
    drop(PartitionSupervisor::new(0, Part::spec));
}

#[tokio::test(start_paused = true)]
async fn ps_e_10_what_it_is_told_of_significant_parts_is_not_ignored() {
    let spec = |number| Part::spec(number).restart(Restart::Transient).significant(true);
    let refused = within(PartitionSupervisor::new(2, spec).start()).await;
    refused.expect_err("without an `auto_shutdown`, none can be significant");
    let any = PartitionSupervisor::new(2, spec)
        .supervisor(|supervisor| supervisor.auto_shutdown(AutoShutdown::AnySignificant));
    let parts = within(any.start()).await.expect("it starts");
    let monitor = parts.supervisor().monitor();
    parts.at(0).end().send().expect("it is alive");
    assert_eq!(within(monitor).await.reason, ExitReason::Shutdown);
    assert!(!parts.at(1).is_alive());
}

#[tokio::test(start_paused = true)]
async fn ps_e_11_ps_e_12_when_it_has_stopped_all_have_and_the_name_is_free() {
    static PARTS: Name<Supervisor> = Name::new("parts");
    let named = || PartitionSupervisor::new(3, Part::spec).supervisor(|spec| spec.name(&PARTS));
    let parts = within(named().start()).await.expect("it starts");
    let monitors = [0, 1, 2].map(|number| parts.at(number).monitor());
    let all = [0, 1, 2].map(|number| parts.at(number));
    assert_eq!(within(PARTS.client().stop()).await, Ok(ExitReason::Normal));
    assert!(all.iter().all(|part| !part.is_alive()) && !parts.supervisor().is_alive());
    assert!(PARTS.whereis().is_none());
    for monitor in monitors {
        assert_eq!(within(monitor).await.reason, ExitReason::Shutdown);
    }
    assert_eq!(within(all[0].number()).await, Err(CallError::NoProc));
    let parts = within(named().start()).await.expect("the name is free");
    assert_eq!(within(parts.supervisor().stop()).await, Ok(ExitReason::Normal));
}

#[tokio::test(start_paused = true)]
async fn ps_e_13_ps_e_21_one_that_is_not_there_is_no_process() {
    static PARTS: Name<Supervisor> = Name::new("parts");
    assert!(matches!(within(PARTS.client().count_children()).await, Err(CallError::NoProc)));
    let partitions = PartitionSupervisor::new(2, Part::spec).partitions();
    assert_eq!(within(partitions.get("a").number()).await, Err(CallError::NoProc));
    assert!(matches!(within(partitions.supervisor().count_children()).await, Err(CallError::NoProc)));
    let resized = within(partitions.resize(1)).await;
    assert_eq!((resized, partitions.len()), (Err(CallError::NoProc), 2));
}

#[tokio::test(start_paused = true)]
async fn ps_e_18_its_children_are_the_partitions() {
    let spec = |number| Part::spec(number).restart(Restart::Transient).shutdown(Shutdown::After(secs(1)));
    let parts = within(PartitionSupervisor::new(3, spec).start()).await.expect("it starts");
    let children = within(parts.supervisor().which_children()).await.expect("it answers");
    assert_eq!(children.len(), 3);
    for (number, child) in children.iter().enumerate() {
        assert_eq!((&*child.id, child.server), (&*number.to_string(), parts.at(number).id()));
        assert_eq!((child.type_name, child.kind), ("Part", ChildKind::Worker));
        assert_eq!(child.restart, Restart::Transient);
    }
    // They are no others than these.
    let another = within(parts.supervisor().start_child(Part::spec(0).id("0"))).await;
    assert!(matches!(another, Err(StartChildError::AlreadyStarted(_))), "{another:?}");
}

#[tokio::test(start_paused = true)]
async fn ps_e_19_they_are_counted() {
    for size in [1, 5] {
        assert_eq!(counts(parts(size).await.supervisor()).await, [size, size, 0, size]);
    }
}
