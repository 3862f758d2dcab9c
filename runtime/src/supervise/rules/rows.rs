//! The rows of the conformance page that are about the rules alone.

use std::time::Duration;

use super::*;
use Restart::{Permanent, Temporary, Transient};
use Strategy::{OneForAll, OneForOne, RestForOne};

/// Children that are numbered from 1 on, and a clock that is set by hand.
struct Children {
    rules: Rules,
    now: Duration,
}

const SECOND: Duration = Duration::from_secs(1);

/// Two restarts in five seconds.
fn two() -> Intensity {
    Intensity::new(2, 5 * SECOND)
}

/// All of them run.
fn children(strategy: Strategy, kinds: &[Restart]) -> Children {
    significant(Rules::new(strategy, two(), AutoShutdown::Never), kinds)
}

fn dynamic(kinds: &[Restart]) -> Children {
    significant(Rules::dynamic(two()), kinds)
}

fn significant(rules: Rules, kinds: &[Restart]) -> Children {
    let significant = rules.auto != AutoShutdown::Never;
    let mut children = Children { rules, now: Duration::ZERO };
    for (no, &restart) in (1..).zip(kinds) {
        assert_eq!(children.tell(Event::Add { no, restart, significant }), [start(no)]);
        assert_eq!(children.started(no), []);
    }
    children
}

fn start(no: No) -> Action {
    Action::Start { no }
}

fn delay(no: No, failures: u32) -> Action {
    Action::Delay { no, failures }
}

fn stop(no: No) -> Action {
    Action::Stop { no, comes_back: true }
}

fn stop_for_good(no: No) -> Action {
    Action::Stop { no, comes_back: false }
}

fn vacate(no: No) -> Action {
    Action::Vacate { no }
}

fn forget(no: No) -> Action {
    Action::Forget { no }
}

fn too_many() -> Action {
    Action::GiveUp { why: GiveUp::Intensity }
}

fn auto_shutdown() -> Action {
    Action::GiveUp { why: GiveUp::AutoShutdown }
}

impl Children {
    fn tell(&mut self, event: Event) -> Vec<Action> {
        self.rules.apply(event)
    }

    fn started(&mut self, no: No) -> Vec<Action> {
        self.tell(Event::Started { no, at: self.now })
    }

    fn fails(&mut self, no: No) -> Vec<Action> {
        self.tell(Event::StartFailed { no, at: self.now })
    }

    fn dies(&mut self, no: No) -> Vec<Action> {
        self.tell(Event::Ended { no, bad: true, at: self.now })
    }

    fn ends(&mut self, no: No) -> Vec<Action> {
        self.tell(Event::Ended { no, bad: false, at: self.now })
    }

    fn due(&mut self, no: No) -> Vec<Action> {
        self.tell(Event::Due { no })
    }

    fn terminate(&mut self, no: No) -> Vec<Action> {
        self.tell(Event::Terminate { no })
    }

    fn statuses(&self) -> Vec<Status> {
        self.rules.numbers().map(|no| self.rules.status(no).unwrap()).collect()
    }

    /// All children run.
    fn run(&self, count: usize) {
        assert_eq!(self.statuses(), vec![Status::Running; count]);
    }
}

#[test]
fn sv_o_03_a_permanent_child_that_ignores_is_kept() {
    let mut some = children(OneForOne, &[]);
    some.tell(Event::Add { no: 1, restart: Permanent, significant: false });
    assert_eq!(some.tell(Event::Ignored { no: 1 }), [vacate(1)]);
    assert_eq!(some.statuses(), [Status::Down]);
}

#[test]
fn sv_o_05_a_temporary_child_that_ignores_is_not_kept() {
    let mut some = children(OneForOne, &[]);
    some.tell(Event::Add { no: 1, restart: Temporary, significant: false });
    assert_eq!(some.tell(Event::Ignored { no: 1 }), [forget(1)]);
    assert_eq!(some.rules.len(), 0);
}

#[test]
fn sv_o_07_a_dynamic_supervisor_keeps_none_that_ignores() {
    let mut some = dynamic(&[]);
    some.tell(Event::Add { no: 1, restart: Permanent, significant: false });
    assert_eq!(some.tell(Event::Ignored { no: 1 }), [forget(1)]);
}

#[test]
fn sv_o_11_a_first_start_that_fails_is_no_restart() {
    for mut some in [children(OneForAll, &[Permanent]), dynamic(&[Permanent])] {
        for no in 2..10 {
            some.tell(Event::Add { no, restart: Permanent, significant: false });
            assert_eq!(some.fails(no), [forget(no)]);
        }
        assert_eq!(some.rules.restarts(), 0);
        some.run(1);
    }
}

#[test]
fn sv_o_21_who_ends_by_itself_while_it_is_to_be_stopped_is_stopped() {
    let mut some = children(OneForAll, &[Permanent, Permanent, Permanent]);
    assert_eq!(some.dies(1), [stop(3)]);
    assert_eq!(some.dies(2), [], "it has not been told yet");
    assert_eq!(some.dies(3), [delay(1, 1)]);
    assert_eq!(some.rules.restarts(), 1);
    assert_eq!([some.due(1), some.started(1), some.started(2)], [[start(1)], [start(2)], [start(3)]]);
}

#[test]
fn sv_o_24_commands_that_do_not_fit_are_refused() {
    let mut some = children(OneForOne, &[Permanent]);
    let refused = |some: &Children, no| [some.rules.may_restart(no), some.rules.may_delete(no)];
    assert_eq!(refused(&some, 1), [Err(Refused::Running); 2]);
    assert_eq!(refused(&some, 2), [Err(Refused::NotFound); 2]);
    assert_eq!(some.terminate(1), [stop_for_good(1)]);
    assert_eq!(refused(&some, 1), [Err(Refused::Running); 2]);
    assert_eq!(some.ends(1), [vacate(1)]);
    assert_eq!(some.terminate(1), [], "twice is well");
    assert_eq!(refused(&some, 1), [Ok(()); 2]);
    assert_eq!(some.tell(Event::Restart { no: 1 }), [start(1)]);
    assert_eq!(some.fails(1), [vacate(1)], "by hand, and so no restart");
    assert_eq!(some.rules.restarts(), 0);
    assert_eq!(some.tell(Event::Delete { no: 1 }), [forget(1)]);
    assert_eq!(refused(&some, 1), [Err(Refused::NotFound); 2]);
}

#[test]
fn sv_o_30_a_permanent_child_is_restarted_after_each_end() {
    for bad in [true, false] {
        let mut some = children(OneForOne, &[Permanent]);
        assert_eq!(some.tell(Event::Ended { no: 1, bad, at: SECOND }), [delay(1, 1)]);
        assert_eq!(some.due(1), [start(1)]);
    }
}

#[test]
fn sv_o_31_a_transient_child_that_ended_well_is_kept() {
    for strategy in [OneForOne, OneForAll, RestForOne] {
        let mut some = children(strategy, &[Transient, Permanent]);
        assert_eq!(some.ends(1), [vacate(1)]);
        assert_eq!(some.statuses(), [Status::Down, Status::Running]);
        assert_eq!(some.tell(Event::Restart { no: 1 }), [start(1)]);
    }
}

#[test]
fn sv_o_33_a_transient_child_that_failed_is_restarted() {
    assert_eq!(children(OneForOne, &[Transient]).dies(1), [delay(1, 1)]);
}

#[test]
fn sv_o_36_a_temporary_sibling_goes_with_its_group() {
    for strategy in [OneForAll, RestForOne] {
        let mut some = children(strategy, &[Permanent, Temporary, Permanent]);
        assert_eq!(some.dies(1), [stop(3)]);
        assert_eq!(some.ends(3), [stop_for_good(2)]);
        assert_eq!(some.ends(2), [forget(2), delay(1, 1)]);
        assert_eq!([some.due(1), some.started(1)], [[start(1)], [start(3)]]);
        assert_eq!(some.started(3), []);
        some.run(2);
    }
}

#[test]
fn sv_o_37_restarts_far_apart_are_never_too_many() {
    let mut some = children(OneForOne, &[Permanent]);
    for _ in 0..10 {
        some.now += 3 * SECOND;
        assert!(matches!(some.dies(1)[..], [Action::Delay { no: 1, .. }]));
        assert_eq!(some.due(1), [start(1)]);
        some.started(1);
    }
    assert_eq!(some.rules.restarts(), 10);
}

#[test]
fn sv_o_38_one_for_one_replaces_the_dead_one_only() {
    let mut some = children(OneForOne, &[Permanent, Permanent]);
    for failures in [1, 2] {
        assert_eq!(some.dies(1), [delay(1, failures)]);
        assert_eq!(some.due(1), [start(1)]);
        assert_eq!(some.started(1), []);
    }
    assert_eq!(some.dies(2), [too_many()]);
    assert_eq!(some.rules.restarts(), 2);
    assert_eq!(some.statuses(), [Status::Running, Status::Down]);
    assert_eq!(some.dies(1), [], "it has given up");
}

#[test]
fn sv_o_39_attempts_that_fail_are_restarts() {
    for mut some in [children(OneForOne, &[Permanent, Permanent]), dynamic(&[Permanent, Permanent])] {
        assert_eq!([some.dies(1), some.due(1)], [[delay(1, 1)], [start(1)]]);
        assert_eq!([some.fails(1), some.due(1)], [[delay(1, 2)], [start(1)]]);
        assert_eq!(some.fails(1), [too_many()]);
    }
}

#[test]
fn sv_o_42_one_for_all_stops_those_again_that_had_been_started_again() {
    let mut some = children(OneForAll, &[Permanent, Permanent]);
    assert_eq!([some.dies(1), some.ends(2)], [[stop(2)], [delay(1, 1)]]);
    assert_eq!([some.due(1), some.started(1)], [[start(1)], [start(2)]]);
    assert_eq!(some.fails(2), [stop(1)]);
    assert_eq!([some.ends(1), some.started(1)], [[start(1)], [delay(2, 1)]]);
    assert_eq!([some.due(2), some.started(2)], [vec![start(2)], vec![]]);
    some.run(2);
    assert_eq!(some.rules.restarts(), 2);
}

#[test]
fn sv_o_44_a_dynamic_child_that_ignores_its_restart_is_dropped() {
    for kind in [Transient, Permanent] {
        let mut some = dynamic(&[kind]);
        assert_eq!([some.dies(1), some.due(1)], [[delay(1, 1)], [start(1)]]);
        assert_eq!(some.tell(Event::Ignored { no: 1 }), [forget(1)]);
    }
}

#[test]
fn sv_o_49_rest_for_one_leaves_the_older_ones_alone() {
    let mut some = children(RestForOne, &[Permanent, Permanent, Permanent]);
    assert_eq!([some.dies(2), some.ends(3)], [[stop(3)], [delay(2, 1)]]);
    assert_eq!([some.due(2), some.started(2)], [[start(2)], [start(3)]]);
    assert_eq!(some.started(3), []);
    some.run(3);
}

#[test]
fn sv_o_51_rest_for_one_tries_again_only_who_failed_and_those_after_it() {
    let mut some = children(RestForOne, &[Permanent, Permanent, Permanent]);
    some.dies(1);
    assert_eq!([some.ends(3), some.ends(2)], [[stop(2)], [delay(1, 1)]]);
    assert_eq!([some.due(1), some.started(1)], [[start(1)], [start(2)]]);
    assert_eq!(some.fails(2), [delay(2, 1)], "the first is kept");
    assert_eq!([some.due(2), some.started(2)], [[start(2)], [start(3)]]);
    assert_eq!(some.started(3), []);
    some.run(3);
}

#[test]
fn sv_o_56_a_child_that_is_stuck_restarting_is_counted() {
    let mut some = dynamic(&[Permanent, Permanent]);
    assert_eq!(some.dies(1), [delay(1, 1)]);
    assert_eq!((some.rules.len(), some.statuses()), (2, vec![Status::Waiting, Status::Running]));
    assert_eq!(some.terminate(1), [forget(1)]);
    assert_eq!((some.rules.len(), some.due(1)), (1, vec![]));
}

#[test]
fn sv_o_62_a_restart_loop_is_ended_by_hand() {
    let mut some = children(OneForOne, &[Permanent]);
    assert_eq!([some.dies(1), some.due(1)], [[delay(1, 1)], [start(1)]]);
    assert_eq!(some.rules.may_delete(1), Err(Refused::Restarting));
    assert_eq!(some.fails(1), [delay(1, 2)]);
    assert_eq!(some.rules.may_restart(1), Err(Refused::Restarting));
    assert_eq!(some.terminate(1), [vacate(1)]);
    assert_eq!(some.due(1), [], "its timer may have rung just then");
    assert_eq!(some.tell(Event::Restart { no: 1 }), [start(1)]);
}

#[test]
fn sv_o_63_the_younger_ones_wait_for_one_that_is_stuck() {
    let mut some = children(RestForOne, &[Permanent, Permanent, Permanent]);
    assert_eq!([some.dies(2), some.ends(3)], [[stop(3)], [delay(2, 1)]]);
    assert_eq!(some.statuses(), [Status::Running, Status::Waiting, Status::Waiting]);
    // OTP leaves the third down with the second; here nobody ended it, so it comes back.
    assert_eq!(some.terminate(2), [vacate(2), start(3)]);
}

#[test]
fn sv_o_66_stops_go_backwards_and_starts_forwards() {
    let mut some = children(RestForOne, &[Permanent; 5]);
    assert_eq!(some.dies(3), [stop(5)]);
    assert_eq!([some.ends(5), some.ends(4)], [[stop(4)], [delay(3, 1)]]);
    assert_eq!([some.due(3), some.started(3), some.started(4)], [[start(3)], [start(4)], [start(5)]]);
    assert_eq!(some.started(5), []);
    assert!(some.rules.numbers().rev().eq([5, 4, 3, 2, 1]), "the order of the supervisor's stop");
}

#[test]
fn sv_o_69_a_child_that_is_not_significant_ends_alone() {
    for auto in [AutoShutdown::AnySignificant, AutoShutdown::AllSignificant] {
        let mut some = significant(Rules::new(OneForOne, two(), auto), &[]);
        for bad in [true, false] {
            some.tell(Event::Add { no: 1, restart: Temporary, significant: false });
            some.started(1);
            assert_eq!(some.tell(Event::Ended { no: 1, bad, at: SECOND }), [forget(1)]);
        }
    }
}

#[test]
fn sv_o_72_only_ends_of_their_own_count_for_significant_children() {
    let mut any = significant(Rules::new(OneForOne, two(), AutoShutdown::AnySignificant), &[Transient; 3]);
    assert_eq!([any.terminate(1), any.ends(1)], [[stop_for_good(1)], [vacate(1)]]);
    assert_eq!(any.dies(2), [delay(2, 1)]);
    assert_eq!(any.ends(3), [vacate(3), auto_shutdown()]);

    let mut all = significant(Rules::new(OneForOne, two(), AutoShutdown::AllSignificant), &[Transient; 3]);
    assert_eq!(all.ends(1), [vacate(1)]);
    assert_eq!(all.dies(2), [delay(2, 1)]);
    assert_eq!(all.ends(3), [vacate(3)], "the second waits to come back");
    assert_eq!([all.due(2), all.started(2)], [vec![start(2)], vec![]]);
    assert_eq!(all.ends(2), [vacate(2), auto_shutdown()]);
}

#[test]
fn sv_o_72_who_is_being_stopped_by_hand_is_not_left() {
    let mut all = significant(Rules::new(OneForOne, two(), AutoShutdown::AllSignificant), &[Transient; 2]);
    assert_eq!(all.terminate(1), [stop_for_good(1)]);
    assert_eq!(all.ends(2), [vacate(2), auto_shutdown()]);
}

#[test]
fn sv_o_74_who_is_stopped_for_a_sibling_does_not_count() {
    for kind in [Transient, Temporary] {
        let rules = Rules::new(OneForAll, two(), AutoShutdown::AnySignificant);
        let mut some = significant(rules, &[Transient, kind]);
        let told = some.dies(1);
        assert!(told == [stop(2)] || told == [stop_for_good(2)]);
        assert!(!some.ends(2).contains(&auto_shutdown()));
    }
}

#[test]
fn px_29_the_third_crash_is_one_too_many_of_two() {
    let mut some = children(OneForAll, &[Permanent, Permanent]);
    for _ in 0..2 {
        some.dies(1);
        some.ends(2);
        some.due(1);
        some.started(1);
        some.started(2);
        some.run(2);
    }
    assert_eq!(some.dies(1), [too_many()]);
}

#[test]
fn px_32_a_group_is_started_with_those_that_were_down() {
    let mut some = children(OneForAll, &[Permanent, Transient, Permanent]);
    assert_eq!(some.ends(2), [vacate(2)]);
    assert_eq!([some.dies(3), some.ends(1)], [[stop(1)], [start(1)]]);
    assert_eq!([some.started(1), some.started(2), some.due(3)], [[start(2)], [delay(3, 1)], [start(3)]]);
    assert_eq!(some.started(3), []);
    some.run(3);
}

#[test]
fn ds_e_17_a_temporary_child_is_never_restarted() {
    for bad in [true, false] {
        let mut some = dynamic(&[Temporary]);
        assert_eq!(some.tell(Event::Ended { no: 1, bad, at: SECOND }), [forget(1)]);
        assert_eq!(some.rules.len(), 0);
    }
}

#[test]
fn ds_e_18_a_dynamic_transient_child_that_ended_well_is_gone() {
    assert_eq!(dynamic(&[Transient]).ends(1), [forget(1)]);
    assert_eq!(dynamic(&[Transient]).dies(1), [delay(1, 1)]);
}

#[test]
fn a_start_is_cancelled_when_the_group_is_stopped() {
    let mut some = children(OneForAll, &[Permanent]);
    some.tell(Event::Add { no: 2, restart: Permanent, significant: false });
    assert_eq!(some.dies(1), [stop(2)]);
    assert_eq!([some.fails(2), some.due(1)], [[delay(1, 1)], [start(1)]]);
    assert_eq!(some.started(1), [start(2)]);
    assert_eq!(some.fails(2), [forget(2)], "it has never run");
}

#[test]
fn a_start_that_was_too_quick_to_be_cancelled_counts_as_a_start() {
    let mut some = children(OneForAll, &[Permanent]);
    some.tell(Event::Add { no: 2, restart: Permanent, significant: false });
    assert_eq!([some.dies(1), some.started(2)], [vec![stop(2)], vec![]]);
    assert_eq!([some.ends(2), some.due(1), some.started(1)], [[delay(1, 1)], [start(1)], [start(2)]]);
    assert_eq!(some.fails(2), [stop(1)], "it has been started before, and is kept");
}

#[test]
fn a_long_life_ends_a_row_of_failures() {
    let mut some = children(OneForOne, &[Permanent]);
    let mut failures_after = |life: Duration| {
        some.now += life;
        let told = some.dies(1);
        some.due(1);
        some.started(1);
        told
    };
    assert_eq!(failures_after(SECOND), [delay(1, 1)]);
    assert_eq!(failures_after(5 * SECOND), [delay(1, 2)], "as long as the window is not longer");
    assert_eq!(failures_after(6 * SECOND), [delay(1, 1)]);
}

#[test]
fn a_delay_goes_on_while_an_older_sibling_restarts() {
    let mut some = children(RestForOne, &[Permanent, Permanent]);
    assert_eq!(some.dies(2), [delay(2, 1)]);
    assert_eq!(some.dies(1), [delay(1, 1)]);
    assert_eq!(some.due(2), [], "it is not its turn");
    assert_eq!([some.due(1), some.started(1)], [[start(1)], [start(2)]]);
}
