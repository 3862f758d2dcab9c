//! Two texts, line by line.

/// How many lines are short enough to be shown as they are.
const WHOLE: usize = 40;

/// How many lines that are the same stand round one that is not, in a longer text.
const CONTEXT: usize = 3;

/// How many lines are shown.
const MOST: usize = 100;

/// How large a table may be: for texts that differ in more, all of the one stands before all of the other.
const TABLE: usize = 1 << 20;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Mark {
    Same,
    Expected,
    Came,
}

type Line<'a> = (Mark, &'a str);

/// Both texts as one: what only the first has is marked `-`, what only the second has `+`. `None` where they are the same.
pub(super) fn diff(expected: &str, came: &str) -> Option<String> {
    let (expected, came): (Vec<_>, Vec<_>) = (expected.lines().collect(), came.lines().collect());
    (expected != came).then(|| shown(&marked(&expected, &came)))
}

fn marked<'a>(expected: &[&'a str], came: &[&'a str]) -> Vec<Line<'a>> {
    let head = equal(expected.iter().zip(came));
    let (head, expected, came) = (&expected[..head], &expected[head..], &came[head..]);
    let tail = equal(expected.iter().rev().zip(came.iter().rev()));
    let (expected, tail) = expected.split_at(expected.len() - tail);
    let came = &came[..came.len() - tail.len()];
    let mut lines = all(Mark::Same, head);
    lines.extend(middle(expected, came));
    lines.extend(all(Mark::Same, tail));
    lines
}

fn equal<'a>(pairs: impl Iterator<Item = (&'a &'a str, &'a &'a str)>) -> usize {
    pairs.take_while(|(one, other)| one == other).count()
}

fn all<'a>(mark: Mark, lines: &[&'a str]) -> Vec<Line<'a>> {
    lines.iter().map(|line| (mark, *line)).collect()
}

/// As many lines as can be are the same.
fn middle<'a>(expected: &[&'a str], came: &[&'a str]) -> Vec<Line<'a>> {
    let (rows, columns) = (expected.len(), came.len());
    if rows.saturating_mul(columns) > TABLE {
        let mut lines = all(Mark::Expected, expected);
        lines.extend(all(Mark::Came, came));
        return lines;
    }
    let common = common(expected, came);
    let (mut row, mut column, mut lines) = (0, 0, Vec::new());
    while row < rows && column < columns {
        if expected[row] == came[column] {
            lines.push((Mark::Same, came[column]));
            (row, column) = (row + 1, column + 1);
        } else if common[row + 1][column] >= common[row][column + 1] {
            lines.push((Mark::Expected, expected[row]));
            row += 1;
        } else {
            lines.push((Mark::Came, came[column]));
            column += 1;
        }
    }
    lines.extend(all(Mark::Expected, &expected[row..]));
    lines.extend(all(Mark::Came, &came[column..]));
    lines
}

/// How many lines at most are common to both from each pair of lines on.
fn common(expected: &[&str], came: &[&str]) -> Vec<Vec<u32>> {
    let mut common = vec![vec![0; came.len() + 1]; expected.len() + 1];
    for row in (0..expected.len()).rev() {
        for column in (0..came.len()).rev() {
            common[row][column] = if expected[row] == came[column] {
                common[row + 1][column + 1] + 1
            } else {
                common[row + 1][column].max(common[row][column + 1])
            };
        }
    }
    common
}

/// The lines that differ, and some round them.
fn shown(lines: &[Line<'_>]) -> String {
    let mut text = String::new();
    let (mut shown, mut left_out) = (0, false);
    for (index, (mark, line)) in lines.iter().enumerate() {
        if shown == MOST || !matters(lines, index) {
            left_out = true;
            continue;
        }
        if std::mem::take(&mut left_out) {
            text.push_str("  …\n");
        }
        let mark = match mark {
            Mark::Same => ' ',
            Mark::Expected => '-',
            Mark::Came => '+',
        };
        text.extend([mark, ' ']);
        text.push_str(line);
        text.push('\n');
        shown += 1;
    }
    if left_out {
        text.push_str("  …\n");
    }
    text
}

/// Whether a line is to be seen: in a long text the first, which names the handler, and what is near a difference.
fn matters(lines: &[Line<'_>], index: usize) -> bool {
    if lines.len() <= WHOLE || index == 0 {
        return true;
    }
    let last = lines.len().min(index + CONTEXT + 1);
    lines[index.saturating_sub(CONTEXT)..last].iter().any(|(mark, _)| *mark != Mark::Same)
}

#[cfg(all(test, not(any(callcast_loom, callcast_shuttle))))]
mod tests {
    use std::fmt::Write as _;

    use super::{MOST, TABLE, diff};

    fn lines(numbers: impl IntoIterator<Item = usize>) -> String {
        numbers.into_iter().fold(String::new(), |mut text, number| {
            writeln!(text, "{number}").unwrap();
            text
        })
    }

    #[test]
    fn texts_that_are_the_same_have_no_difference() {
        assert_eq!(diff("a\nb", "a\nb"), None);
        assert_eq!(diff("", ""), None);
    }

    #[test]
    fn what_is_common_stands_once() {
        assert_eq!(diff("a\nb\nc\nd", "a\nc\nx\nd").unwrap(), "  a\n- b\n  c\n+ x\n  d\n");
        assert_eq!(diff("a", "b\nc").unwrap(), "- a\n+ b\n+ c\n");
        assert_eq!(diff("", "b").unwrap(), "+ b\n");
        assert_eq!(diff("a\na\nb", "a\nb").unwrap(), "  a\n- a\n  b\n");
    }

    #[test]
    fn what_is_far_from_a_difference_is_left_out() {
        let came = lines((0..9).chain([100]).chain(10..50));
        let near = "  0\n  …\n  6\n  7\n  8\n- 9\n+ 100\n  10\n  11\n  12\n  …\n";
        assert_eq!(diff(&lines(0..50), &came).unwrap(), near);
        let short = diff(&lines(0..20), &lines((0..9).chain(10..20))).unwrap();
        assert_eq!(short.lines().count(), 20);
    }

    #[test]
    fn large_texts_cost_little_and_are_cut() {
        let text = diff(&lines(0..TABLE), &lines(TABLE..2 * TABLE)).unwrap();
        assert_eq!(text.lines().count(), MOST + 1);
        assert!(text.starts_with("- 0\n") && text.ends_with("- 99\n  …\n"));
    }
}
