//! What of rustc's output is the message: without the code at fault, which each user has his own of.

/// The errors of a recorded output, each as its text, its help, and where rustc says it there, what is at fault.
pub(crate) fn messages(output: &str) -> Vec<String> {
    let mut messages: Vec<Message> = Vec::new();
    for line in output.lines() {
        if line.starts_with("error") {
            messages.push(Message { lines: vec![line.to_owned()], is_text: true, has_label: false });
        } else if let Some(message) = messages.last_mut() {
            message.read(line);
        }
    }
    let mut texts: Vec<String> = messages.into_iter().map(|message| message.lines.join("\n")).collect();
    // One mistake is often found in several places.
    let all = texts.clone();
    let mut index = 0..;
    texts.retain(|text| index.next().is_some_and(|index| !all[..index].contains(text)));
    texts
}

struct Message {
    lines: Vec<String>,
    /// Whether the head goes on, ahead of the code at fault.
    is_text: bool,
    has_label: bool,
}

impl Message {
    fn read(&mut self, line: &str) {
        self.is_text &= !line.trim_start().starts_with("-->");
        if self.is_text {
            self.lines.extend(Some(line.trim()).filter(|text| !text.is_empty()).map(str::to_owned));
        } else if let Some(remark) = remark(line) {
            self.lines.push(remark.to_owned());
        } else if let Some(label) =
            label(line).filter(|_| !self.has_label && self.lines[0].starts_with("error["))
        {
            self.has_label = true;
            self.lines.push(format!("       {label}"));
        }
    }
}

/// The text behind the `^^^`.
fn label(line: &str) -> Option<&str> {
    let (_, label) = line.trim_start().strip_prefix('|')?.rsplit_once("^ ")?;
    Some(label.trim()).filter(|label| !label.is_empty())
}

/// The remarks that say what to do; others say how rustc has come to its error.
fn remark(line: &str) -> Option<&str> {
    const DETOURS: [&str; 12] = [
        "the trait",
        "the following",
        "the lint level",
        "this error originates",
        "required",
        "within `",
        "expected ",
        "use `let _",
        "items from traits",
        "method defined here",
        "candidate",
        "consider changing to `self`",
    ];
    let text = line.trim_start().trim_start_matches("= ");
    let is_remark = line.starts_with("help: ") || line.trim_start().starts_with("= ");
    let said = text.strip_prefix("help: ").or(text.strip_prefix("note: "))?;
    (is_remark && !DETOURS.iter().any(|detour| said.starts_with(detour))).then_some(text)
}

#[test]
fn the_code_at_fault_is_left_out() {
    let output = "\
error: an argument must be owned, because it is sent

       help: take `String` instead of `&str`
  --> ui/fail/arguments/borrowed_str.rs:15:31
   |
15 |     fn add(&mut self, _value: &str) {}
   |                               ^^^^
   = note: make it a `#[call]`
   = note: this error originates in the attribute macro `call`
";
    let text = "error: an argument must be owned, because it is sent\nhelp: take `String` instead of `&str`\nnote: make it a `#[call]`";
    assert_eq!(messages(output), [text]);
}

#[test]
fn what_is_at_fault_is_said_by_rustc_at_the_place() {
    let output = "\
error[E0308]: mismatched types
  --> ui/fail/client/wrong_argument.rs:20:15
   |
20 |     users.add(\"1\").wait().unwrap();
   |           --- ^^^ expected `u64`, found `&str`
";
    assert_eq!(messages(output), ["error[E0308]: mismatched types\n       expected `u64`, found `&str`"]);
}
