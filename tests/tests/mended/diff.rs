//! What changes from one program to another, line by line.

/// A line of both, of the first one, or of the second one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Line<'a> {
    Same(&'a str),
    Old(&'a str),
    New(&'a str),
}

/// Prints the lines that change, each group with a line before and after it.
pub(crate) fn diff(old: &str, new: &str) -> String {
    let lines = lines(old, new);
    let is_change = |at: usize| lines.get(at).is_some_and(|line| !matches!(line, Line::Same(_)));
    let is_shown =
        |at: &usize| is_change(*at) || is_change(at + 1) || at.checked_sub(1).is_some_and(is_change);
    let shown: Vec<usize> = (0..lines.len()).filter(is_shown).collect();
    let groups = shown.chunk_by(|at, next| at + 1 == *next);
    groups.map(|group| print(&lines[group[0]..=group[group.len() - 1]])).collect::<Vec<_>>().join("\n")
}

fn print(group: &[Line<'_>]) -> String {
    // An empty line tells nothing at the edge of a group.
    let group = group.strip_prefix(&[Line::Same("")]).unwrap_or(group);
    let group = group.strip_suffix(&[Line::Same("")]).unwrap_or(group);
    let line = |line: &Line<'_>| match line {
        Line::Same(text) => format!("  {text}"),
        Line::Old(text) => format!("- {text}"),
        Line::New(text) => format!("+ {text}"),
    };
    group.iter().map(|it| line(it).trim_end().to_owned() + "\n").collect()
}

/// Both texts, along their longest common subsequence.
fn lines<'a>(old: &'a str, new: &'a str) -> Vec<Line<'a>> {
    let (old, new): (Vec<_>, Vec<_>) = (old.lines().collect(), new.lines().collect());
    let common = common(&old, &new);
    let (mut lines, mut i, mut j) = (Vec::new(), 0, 0);
    while i < old.len() || j < new.len() {
        if i < old.len() && j < new.len() && old[i] == new[j] {
            lines.push(Line::Same(old[i]));
            (i, j) = (i + 1, j + 1);
        } else if i < old.len() && (j == new.len() || common[i + 1][j] >= common[i][j + 1]) {
            lines.push(Line::Old(old[i]));
            i += 1;
        } else {
            lines.push(Line::New(new[j]));
            j += 1;
        }
    }
    lines
}

/// How many lines are common from `old[i]` and `new[j]` on.
fn common(old: &[&str], new: &[&str]) -> Vec<Vec<usize>> {
    let mut common = vec![vec![0; new.len() + 1]; old.len() + 1];
    for i in (0..old.len()).rev() {
        for j in (0..new.len()).rev() {
            common[i][j] = if old[i] == new[j] {
                common[i + 1][j + 1] + 1
            } else {
                common[i + 1][j].max(common[i][j + 1])
            };
        }
    }
    common
}

#[test]
fn what_changes_is_shown_with_its_neighbours() {
    assert_eq!(diff("a\nb\nc\nd\ne\n", "a\nb\nx\nd\ne\n"), "  b\n- c\n+ x\n  d\n");
    assert_eq!(diff("a\nb\nc\nd\ne\nf\n", "b\nc\nd\ne\nf\ng\n"), "- a\n  b\n\n  f\n+ g\n");
    assert_eq!(diff("a\n\nb\n", "a\n\nc\n"), "- b\n+ c\n");
}
