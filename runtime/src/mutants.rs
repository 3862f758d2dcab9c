//! Mistakes that a model must find: each can be switched on in a build for loom or shuttle, and in no other.
//!
//! `CALLCAST_MUTANT=agent_leaves_without_a_look` switches one on for a run.

/// Makes a mistake, where the mutant of this name is on: `mutant!("slot_is_silent" if answered => return)`.
#[cfg(any(callcast_loom, callcast_shuttle))]
macro_rules! mutant {
    ($name:literal $(if $condition:expr)? => $($mistake:expr);+) => {
        if $crate::mutants::is_on($name) $(&& $condition)? {
            $($mistake;)+
        }
    };
}

/// No code at all: a user's build has no mutants.
#[cfg(not(any(callcast_loom, callcast_shuttle)))]
macro_rules! mutant {
    ($($mutant:tt)*) => {};
}

pub(crate) use mutant;

/// Which checker finds a mistake.
#[cfg(any(callcast_loom, callcast_shuttle))]
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum By {
    Both,
    /// It is one only where a load need not see the last store, and shuttle has it see that.
    Loom,
}

#[cfg(any(callcast_loom, callcast_shuttle))]
use self::By::{Both, Loom};

/// Each mutant, a model that finds it, and with which checker.
#[cfg(any(callcast_loom, callcast_shuttle))]
pub(crate) const ALL: &[(&str, &str, By)] = &[
    ("agent_leaves_without_a_look", "agent::m02_every_call_of_an_agent_is_handled_once", Both),
    (
        "agent_leaves_without_a_look",
        "agent::m02_of_three_calls_one_is_given_up_and_each_of_the_others_is_handled_once",
        Both,
    ),
    ("agent_looks_by_a_load", "agent::m02_every_call_of_an_agent_is_handled_once", Loom),
    ("agent_counts_after_the_try", "agent::m02_every_call_of_an_agent_is_handled_once", Both),
    ("agent_enters_past_the_queue", "agent::loom_the_messages_of_one_sender_keep_their_order", Both),
    ("agent_wakes_the_first_alone", "agent::loom_a_caller_that_is_never_polled_again_delays_nobody", Both),
    ("agent_tells_no_sender", "agent::loom_a_cast_whose_message_another_ran_is_told", Both),
    ("agent_forgets_what_it_leaves_alone", "agent::loom_a_cast_whose_sender_has_gone_is_handled", Both),
    ("agent_drains_but_once", "agent::loom_what_nobody_waits_for_is_handled_without_another_caller", Both),
    ("agent_is_killed_without_a_count", "agent::loom_a_kill_is_seen_whoever_runs_the_agent", Both),
    (
        "agent_refuses_before_it_says_why",
        "agent::m03_a_handler_that_panics_ends_its_agent_and_all_learn_why",
        Both,
    ),
    ("mailbox_lets_go_before_it_leaves_its_waker", "mailbox::loom_a_receiver_that_waits_is_woken", Both),
    (
        "mailbox_looks_for_room_but_once",
        "mailbox::loom_the_place_of_a_message_that_is_begun_goes_to_whoever_waits_for_it",
        Both,
    ),
    (
        "mailbox_looks_again_by_a_load",
        "mailbox::loom_the_place_of_a_message_that_is_begun_goes_to_whoever_waits_for_it",
        Both,
    ),
    ("mailbox_gives_a_place_to_nobody", "mailbox::loom_a_sender_that_waits_for_room_gets_it", Both),
    (
        "mailbox_withdraws_what_has_a_place",
        "mailbox::m05_a_place_that_falls_free_goes_to_the_first_that_waits_and_is_not_lost",
        Both,
    ),
    (
        "mailbox_takes_messages_after_its_end",
        "mailbox::m04_a_message_is_accepted_and_kept_or_refused_when_the_mailbox_closes",
        Both,
    ),
    (
        "mailbox_takes_messages_after_its_end",
        "agent::m04_a_message_is_handled_or_refused_when_its_agent_stops",
        Both,
    ),
    (
        "mailbox_takes_messages_after_its_end",
        "server::m04_a_message_is_handled_or_refused_when_its_server_stops",
        Both,
    ),
    (
        "agent_leaves_without_a_look",
        "swap::m04_what_is_sent_through_a_place_is_handled_or_refused_when_its_server_stops",
        Both,
    ),
    (
        "agent_lets_go_before_it_says_that_it_lives",
        "post::loom_a_call_during_a_restart_is_answered_by_one_incarnation_or_the_other",
        Both,
    ),
    (
        "agent_starts_although_it_has_ended",
        "post::m08_a_child_that_is_started_while_its_tree_stops_is_stopped_or_never_starts",
        Both,
    ),
    (
        "post_is_opened_for_the_dead",
        "post::m08_one_that_ends_before_it_is_opened_leaves_the_place_to_the_next",
        Both,
    ),
    (
        "server_looks_for_a_kill_before_it_leaves",
        "server::loom_a_kill_that_meets_an_init_that_has_failed_ends_its_server",
        Both,
    ),
    ("post_forgets_who_waits", "post::loom_who_waits_for_one_that_never_comes_hears_of_it", Both),
    (
        "life_takes_a_monitor_after_its_end",
        "monitor::m07_a_monitor_is_told_once_or_hears_that_it_comes_too_late",
        Both,
    ),
    ("registry_enters_the_dead", "registry::m06_an_entry_never_outlives_its_server", Both),
    ("registry_removes_by_key", "registry::m06_an_old_owners_end_leaves_the_next_ones_entry", Both),
    ("registry_leads_to_the_dead", "registry::m06_a_look_up_never_gives_the_dead", Both),
    (
        "registry_lets_listeners_go_under_its_locks",
        "registry::loom_a_listener_that_goes_is_let_go_of_under_no_lock",
        Both,
    ),
    ("registry_counts_what_another_took", "registry::loom_what_two_unregister_goes_once", Both),
    (
        "life_takes_a_hold_after_its_end",
        "name::loom_what_a_server_holds_is_given_back_once_or_was_never_taken",
        Both,
    ),
    (
        "life_tells_before_it_gives_back",
        "name::loom_a_name_leads_to_one_that_lives_and_is_free_before_a_death_is_seen",
        Both,
    ),
    (
        "name_leads_to_the_dead",
        "name::loom_a_name_leads_to_one_that_lives_and_is_free_before_a_death_is_seen",
        Both,
    ),
    (
        "agent_is_suspended_without_a_count",
        "system::loom_a_suspended_agent_handles_nothing_and_forgets_nobody",
        Both,
    ),
    (
        "server_looks_before_it_takes_its_signal",
        "server::loom_an_end_that_goes_ahead_is_seen_whoever_runs_the_server",
        Both,
    ),
    ("slot_lets_go_before_it_leaves_its_waker", "slot::loom_a_reply_wakes_its_caller", Both),
    ("slot_is_answered_twice", "slot::m01_of_two_answers_one_is_given_and_nothing_is_kept", Both),
    ("slot_is_answered_twice", "slot::m01_a_call_comes_to_no_reply_or_its_servers_end_or_is_given_up", Both),
    ("slot_keeps_a_late_answer", "slot::m01_a_caller_that_goes_leaves_nothing_behind", Both),
    (
        "slot_keeps_a_late_answer",
        "slot::m01_a_call_comes_to_its_value_or_its_servers_end_or_is_given_up",
        Both,
    ),
    (
        "slot_begins_what_was_given_up",
        "slot::loom_an_abandoned_call_is_begun_or_skipped_and_never_answered_twice",
        Both,
    ),
    ("stage_leaves_without_a_look", "stage::loom_the_task_gets_its_turn_after_a_caller", Both),
    (
        "stage_leaves_without_a_look",
        "server::m10_a_handler_that_its_caller_began_ends_once_whoever_goes_wakes_or_kills",
        Both,
    ),
    ("stage_looks_by_a_load", "stage::loom_the_task_gets_its_turn_after_a_caller", Loom),
    ("stage_does_not_try_again", "stage::loom_a_kill_is_seen_although_a_caller_runs_the_server", Both),
    (
        "stage_forgets_that_its_task_is_gone",
        "stage::loom_what_a_caller_leaves_behind_a_gone_task_is_dropped",
        Both,
    ),
    (
        "gate_waits_for_nobody",
        "swap::m04_a_message_during_a_swap_is_in_the_state_that_is_handed_over_or_comes_after_it",
        Both,
    ),
    ("late_comers_enter_no_gate", "swap::loom_who_comes_too_late_for_one_swap_is_in_time_for_the_next", Both),
    (
        "parked_looks_once",
        "swap::m04_a_message_during_a_swap_is_in_the_state_that_is_handed_over_or_comes_after_it",
        Both,
    ),
];

/// Whether this mutant was chosen for this run.
#[cfg(any(callcast_loom, callcast_shuttle))]
pub(crate) fn is_on(name: &str) -> bool {
    use std::sync::LazyLock;
    static CHOSEN: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("CALLCAST_MUTANT").ok());
    assert!(ALL.iter().any(|(mutant, ..)| *mutant == name), "no model is said to find `{name}`");
    CHOSEN.as_deref() == Some(name)
}

#[cfg(all(test, any(callcast_loom, callcast_shuttle)))]
mod tests {
    use std::process::Command;

    use super::{ALL, By};

    /// In a process of its own each, since a mutant is chosen for a whole run, and may well end it.
    #[test]
    fn each_mutant_is_found_by_its_model() {
        let mut missed = Vec::new();
        for (mutant, model, by) in ALL {
            if cfg!(callcast_shuttle) && *by == By::Loom {
                println!("{mutant}: left to loom");
                continue;
            }
            let run = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", &format!("models::{model}")])
                .env("CALLCAST_MUTANT", mutant)
                // Most are found within a few hundred, the rarest within this.
                .env("CALLCAST_SCHEDULES", "200000")
                .output()
                .unwrap();
            // A model that does not exist is a success, too: no test has failed.
            let is_found = !run.status.success();
            println!("{mutant}: {} by {model}", if is_found { "found" } else { "NOT FOUND" });
            if !is_found {
                missed.push((mutant, model));
            }
        }
        assert!(missed.is_empty(), "found by no model: {missed:?}");
    }
}
