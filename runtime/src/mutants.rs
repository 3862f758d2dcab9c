//! Mistakes that a model must find: each can be switched on in a build for loom, and in no other.
//!
//! `CALLCAST_MUTANT=agent_leaves_without_a_look` switches one on for a run.

/// Makes a mistake, where the mutant of this name is on: `mutant!("slot_is_silent" if answered => return)`.
#[cfg(callcast_loom)]
macro_rules! mutant {
    ($name:literal $(if $condition:expr)? => $($mistake:expr);+) => {
        if $crate::mutants::is_on($name) $(&& $condition)? {
            $($mistake;)+
        }
    };
}

/// No code at all: a user's build has no mutants.
#[cfg(not(callcast_loom))]
macro_rules! mutant {
    ($($mutant:tt)*) => {};
}

pub(crate) use mutant;

/// Each mutant, and the model that finds it.
#[cfg(callcast_loom)]
pub(crate) const ALL: &[(&str, &str)] = &[
    ("agent_leaves_without_a_look", "agent::loom_every_call_of_an_agent_is_handled_once"),
    ("agent_looks_by_a_load", "agent::loom_every_call_of_an_agent_is_handled_once"),
    ("agent_counts_after_the_try", "agent::loom_every_call_of_an_agent_is_handled_once"),
    ("agent_enters_past_the_queue", "agent::loom_the_messages_of_one_sender_keep_their_order"),
    ("agent_wakes_the_first_alone", "agent::loom_a_caller_that_is_never_polled_again_delays_nobody"),
    ("agent_tells_no_sender", "agent::loom_a_cast_whose_message_another_ran_is_told"),
    ("agent_forgets_what_it_leaves_alone", "agent::loom_a_cast_whose_sender_has_gone_is_handled"),
    ("agent_drains_but_once", "agent::loom_what_nobody_waits_for_is_handled_without_another_caller"),
    ("agent_is_killed_without_a_count", "agent::loom_a_kill_is_seen_whoever_runs_the_agent"),
    ("mailbox_lets_go_before_it_leaves_its_waker", "mailbox::loom_a_receiver_that_waits_is_woken"),
    (
        "mailbox_looks_for_room_but_once",
        "mailbox::loom_the_place_of_a_message_that_is_begun_goes_to_whoever_waits_for_it",
    ),
    (
        "mailbox_looks_again_by_a_load",
        "mailbox::loom_the_place_of_a_message_that_is_begun_goes_to_whoever_waits_for_it",
    ),
    ("mailbox_gives_a_place_to_nobody", "mailbox::loom_a_sender_that_waits_for_room_gets_it"),
    (
        "mailbox_withdraws_what_has_a_place",
        "mailbox::loom_a_place_that_falls_free_goes_to_the_first_that_waits_and_is_not_lost",
    ),
    (
        "mailbox_takes_messages_after_its_end",
        "mailbox::loom_a_message_is_accepted_and_kept_or_refused_when_the_mailbox_closes",
    ),
    (
        "agent_lets_go_before_it_says_that_it_lives",
        "post::loom_a_call_during_a_restart_is_answered_by_one_incarnation_or_the_other",
    ),
    (
        "post_is_opened_for_the_dead",
        "post::loom_one_that_ends_before_it_is_opened_leaves_the_place_to_the_next",
    ),
    (
        "server_looks_for_a_kill_before_it_leaves",
        "server::loom_a_kill_that_meets_an_init_that_has_failed_ends_its_server",
    ),
    ("post_forgets_who_waits", "post::loom_who_waits_for_one_that_never_comes_hears_of_it"),
    (
        "life_takes_a_monitor_after_its_end",
        "monitor::loom_a_monitor_is_told_once_or_hears_that_it_comes_too_late",
    ),
    ("registry_enters_the_dead", "registry::loom_an_entry_never_outlives_its_server"),
    ("registry_removes_by_key", "registry::loom_an_old_owners_end_leaves_the_next_ones_entry"),
    ("registry_leads_to_the_dead", "registry::loom_a_look_up_never_gives_the_dead"),
    ("registry_counts_what_another_took", "registry::loom_what_two_unregister_goes_once"),
    (
        "life_takes_a_hold_after_its_end",
        "name::loom_what_a_server_holds_is_given_back_once_or_was_never_taken",
    ),
    (
        "life_tells_before_it_gives_back",
        "name::loom_a_name_leads_to_one_that_lives_and_is_free_before_a_death_is_seen",
    ),
    (
        "name_leads_to_the_dead",
        "name::loom_a_name_leads_to_one_that_lives_and_is_free_before_a_death_is_seen",
    ),
    (
        "agent_is_suspended_without_a_count",
        "system::loom_a_suspended_agent_handles_nothing_and_forgets_nobody",
    ),
    (
        "server_looks_before_it_takes_its_signal",
        "server::loom_an_end_that_goes_ahead_is_seen_whoever_runs_the_server",
    ),
    ("slot_lets_go_before_it_leaves_its_waker", "slot::loom_a_reply_wakes_its_caller"),
    ("slot_is_answered_twice", "slot::loom_of_two_answers_one_is_given_and_nothing_is_kept"),
    ("slot_keeps_a_late_answer", "slot::loom_a_caller_that_goes_leaves_nothing_behind"),
    (
        "slot_begins_what_was_given_up",
        "slot::loom_an_abandoned_call_is_begun_or_skipped_and_never_answered_twice",
    ),
    ("stage_leaves_without_a_look", "stage::loom_the_task_gets_its_turn_after_a_caller"),
    ("stage_looks_by_a_load", "stage::loom_the_task_gets_its_turn_after_a_caller"),
    ("stage_does_not_try_again", "stage::loom_the_task_gets_its_turn_after_a_caller"),
    ("stage_forgets_that_its_task_is_gone", "stage::loom_what_a_caller_leaves_behind_a_gone_task_is_dropped"),
];

/// Whether this mutant was chosen for this run.
#[cfg(callcast_loom)]
pub(crate) fn is_on(name: &str) -> bool {
    use std::sync::LazyLock;
    static CHOSEN: LazyLock<Option<String>> = LazyLock::new(|| std::env::var("CALLCAST_MUTANT").ok());
    assert!(ALL.iter().any(|(mutant, _)| *mutant == name), "no model is said to find `{name}`");
    CHOSEN.as_deref() == Some(name)
}

#[cfg(all(test, callcast_loom))]
mod tests {
    use std::process::Command;

    use super::ALL;

    /// In a process of its own each, since a mutant is chosen for a whole run, and may well end it.
    #[test]
    fn each_mutant_is_found_by_its_model() {
        let mut missed = Vec::new();
        for (mutant, model) in ALL {
            let run = Command::new(std::env::current_exe().unwrap())
                .args(["--exact", &format!("models::{model}")])
                .env("CALLCAST_MUTANT", mutant)
                .output()
                .unwrap();
            // A model that does not exist is a success, too: no test has failed.
            let is_found = !run.status.success();
            println!("{mutant}: {} by {model}", if is_found { "found" } else { "NOT FOUND" });
            if !is_found {
                missed.push(mutant);
            }
        }
        assert!(missed.is_empty(), "found by no model: {missed:?}");
    }
}
