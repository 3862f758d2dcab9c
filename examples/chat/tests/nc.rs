//! `chat` and real `nc`s.
//!
//! Where there is none these tests say so, and pass; on CI they fail.

mod support;

use support::{Chat, Nc, nc_is_installed};

#[test]
fn all_in_a_room_hear_what_is_said_there_and_nobody_else_does() {
    if !nc_is_installed() {
        return;
    }
    let chat = Chat::start();
    let mut ann = chat.client("ann", "lobby");
    ann.hear_all(&["* in lobby: ann", "* no topic", "* ann has joined"]);
    let mut bob = chat.client("bob", "lobby");
    bob.hear_all(&["* in lobby: ann, bob", "* no topic", "* bob has joined"]);
    let mut eve = chat.client("eve", "attic");
    eve.hear_all(&["* in attic: eve", "* no topic", "* eve has joined"]);

    ann.hear("* bob has joined");
    ann.say("hello");
    bob.hear("ann: hello");
    bob.say("hello yourself");
    ann.hear_all(&["ann: hello", "bob: hello yourself"]);
    bob.hear("bob: hello yourself");
    eve.ask("is anybody here?", "eve: is anybody here?");
    eve.say("/rooms");
    eve.hear_all(&["* attic: 1", "* lobby: 2"]);
    ann.ask("/who", "* in lobby: ann, bob");
}

#[test]
fn a_late_comer_is_shown_the_topic_and_the_last_lines() {
    if !nc_is_installed() {
        return;
    }
    let chat = Chat::start();
    let mut ann = chat.client("ann", "lobby");
    ann.hear_until("* ann has joined");
    ann.ask("/topic the weather", "* ann has set the topic: the weather");
    for line in 1..=22 {
        ann.ask(&line.to_string(), &format!("ann: {line}"));
    }
    let bob = chat.client("bob", "lobby");
    for line in 3..=22 {
        bob.hear(&format!("ann: {line}"));
    }
    bob.hear_all(&["* in lobby: ann, bob", "* topic: the weather", "* bob has joined"]);
}

#[test]
fn a_room_goes_with_the_last_who_was_in_it() {
    if !nc_is_installed() {
        return;
    }
    let chat = Chat::start();
    let mut ann = chat.client("ann", "lobby");
    ann.hear_until("* ann has joined");
    ann.ask("hello", "ann: hello");
    ann.ask("/leave", "* you have left lobby");
    ann.ask("/rooms", "* there are no rooms; /join makes one");
    ann.ask("hello?", "! you are in no room; /join ROOM brings you to one");
    ann.say("/join lobby");
    ann.hear_all(&["* in lobby: ann", "* no topic", "* ann has joined"]);
}

#[test]
fn a_name_is_taken_until_it_is_given_back() {
    if !nc_is_installed() {
        return;
    }
    let chat = Chat::start();
    let (mut ann, mut bob) = (Nc::connect(chat.address()), Nc::connect(chat.address()));
    ann.hear_until("* welcome, ");
    bob.hear_until("* welcome, ");
    ann.ask("/nick ann", "* you are now ann");
    bob.ask("/nick ann", "! somebody else is called ann");
    ann.ask("/nick ann", "* you are now ann");
    ann.ask("/nick eve", "* you are now eve");
    bob.ask("/nick ann", "* you are now ann");
}

#[test]
fn a_crash_harms_nobody_else() {
    if !nc_is_installed() {
        return;
    }
    let chat = Chat::start();
    let mut ann = chat.client("ann", "lobby");
    ann.hear_until("* ann has joined");
    let bob = chat.client("bob", "lobby");
    bob.hear_until("* bob has joined");
    let mut eve = chat.client("eve", "lobby");
    eve.hear_until("* eve has joined");
    bob.hear("* eve has joined");
    ann.hear_all(&["* bob has joined", "* eve has joined"]);

    eve.say("/crash");
    eve.hear_the_end();
    ann.hear("* eve has crashed, and left");
    bob.hear("* eve has crashed, and left");
    ann.say("poor eve");
    ann.hear("ann: poor eve");
    bob.hear("ann: poor eve");
    ann.ask("/who", "* in lobby: ann, bob");
    ann.ask("/nick eve", "* ann is now eve");
    ann.ask("/rooms", "* lobby: 2");

    let (status, errors) = chat.terminate();
    assert!(status.success());
    assert!(errors.contains("eve has asked for it"), "{errors}");
}

#[test]
fn whoever_vanishes_is_gone() {
    if !nc_is_installed() {
        return;
    }
    let chat = Chat::start();
    let mut ann = chat.client("ann", "lobby");
    ann.hear_until("* ann has joined");
    let bob = chat.client("bob", "lobby");
    ann.hear("* bob has joined");
    ann.ask("/who", "* in lobby: ann, bob");
    bob.vanish();
    ann.hear("* bob has left");
    ann.ask("/who", "* in lobby: ann");
}

#[test]
fn one_who_does_not_read_stops_nobody() {
    /// More than all buffers between two programs hold.
    const ROUNDS: usize = 120;
    const LINES: usize = 100;
    if !nc_is_installed() {
        return;
    }
    let chat = Chat::start();
    let mut ann = chat.client("ann", "lobby");
    ann.hear_until("* ann has joined");
    let bob = chat.client("bob", "lobby");
    bob.hear_until("* bob has joined");
    let mut deaf = Nc::connect_deaf(chat.address());
    deaf.say("/join lobby");
    ann.hear_until("* guest-1 has joined");
    bob.hear("* guest-1 has joined");

    let long = "x".repeat(1_000);
    for round in 1..=ROUNDS {
        let last = format!("end of {round}");
        // No more at once than a mailbox takes, so that whoever reads misses nothing.
        ann.send(format!("{long}\n").repeat(LINES) + &last + "\n");
        ann.hear_until(&last);
        let missed = (0..LINES).find(|_| !bob.line().ends_with(&long));
        assert_eq!(missed, None, "in round {round}");
        bob.hear(&format!("ann: {last}"));
    }
    deaf.listen();
    deaf.hear_until("lines are lost, since you did not read them");
    deaf.hear_until(&format!("end of {ROUNDS}"));
}

#[test]
fn one_who_quits_hears_goodbye_and_no_more() {
    if !nc_is_installed() {
        return;
    }
    let chat = Chat::start();
    let ann = chat.client("ann", "lobby");
    ann.hear_until("* ann has joined");
    let mut bob = chat.client("bob", "lobby");
    bob.hear_until("* bob has joined");
    bob.send("/quit\nwhat is this?\n");
    bob.hear("* goodbye");
    bob.hear_the_end();
    ann.hear_all(&["* bob has joined", "* bob has left"]);
}

#[test]
fn what_is_not_understood_is_answered_and_the_next_line_is_read() {
    if !nc_is_installed() {
        return;
    }
    let chat = Chat::start();
    let mut ann = chat.client("ann", "lobby");
    ann.hear_until("* ann has joined");
    ann.ask("/nonsense", "! there is no /nonsense; /help says what there is");
    ann.send(b"\xff\xfe\n");
    ann.hear("! a line is text in UTF-8");
    ann.ask(&"x".repeat(1_025), "! a line has no more than 1024 bytes");
    ann.ask("\x1b[2J", "! a line has no control characters");
    ann.ask("/nick two words", "! a name has 1 to 20 letters, digits, '-' and '_'");
    ann.ask("/join lobby", "! you are in lobby already");
    ann.ask("hello", "ann: hello");
}

#[test]
fn every_server_can_be_seen() {
    if !nc_is_installed() {
        return;
    }
    let chat = Chat::start();
    let mut ann = chat.client("ann", "lobby");
    ann.hear_until("* ann has joined");
    ann.say("/servers");
    assert!(ann.line().contains(" server Listener running, "));
    let session = ann.line();
    assert!(session.contains(" server Session (127.0.0.1:"), "{session}");
    assert!(session.contains(" running, 0 of 256 queued, "), "{session}");
    assert!(ann.line().contains(" agent Room running, "));
}
