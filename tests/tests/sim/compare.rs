//! Whether the real tree is what the model says.

use std::collections::{BTreeMap, BTreeSet};

use callcast::{ChildStatus, ServerId, Tree};

use crate::model::{HELD, Sup};
use crate::plan::Kind;
use crate::run::Run;
use crate::world::ms;

pub(crate) async fn all(run: &mut Run) -> Result<(), String> {
    let (real, model) = run.journals();
    same("what happened", &real, &model)?;
    let alive = run.world.shared.state().alive.clone();
    let expected = run.root.as_ref().map(Sup::alive).unwrap_or_default();
    same("who is alive", &lines(&alive), &lines(&expected))?;
    if let Some(root) = &run.root {
        let model = root.lines();
        let real: Vec<_> = run.world.lines().into_iter().map(|line| shown(line, &model)).collect();
        same("the tree", &real, &model)?;
    } else if run.world.root.is_alive() {
        return Err("the root lives".into());
    }
    ids(run)?;
    if let Some(root) = &run.root {
        lists(run, "r", root).await?;
        for seen in root.all() {
            if let Some(sup) = seen.child.sup() {
                lists(run, &seen.child.path, sup).await?;
            }
        }
    }
    Ok(())
}

/// A line of the real tree; in the model's words, where the model leaves a choice.
fn shown(line: String, model: &[String]) -> String {
    let told = [" Down,", " Restarting,"].into_iter().find(|status| line.contains(*status));
    let held = told.map(|status| line.replace(status, &format!(" {HELD},")));
    held.filter(|held| model.contains(held)).unwrap_or(line)
}

fn lines(alive: &BTreeSet<(String, u32)>) -> Vec<String> {
    alive.iter().map(|(path, number)| format!("{path}#{number}")).collect()
}

fn same(what: &str, real: &[String], model: &[String]) -> Result<(), String> {
    if real == model {
        return Ok(());
    }
    Err(format!("{what} is\n  {}\ninstead of\n  {}", real.join("\n  "), model.join("\n  ")))
}

/// A server that has another incarnation has another id, and the same has the same.
fn ids(run: &mut Run) -> Result<(), String> {
    let Some(root) = &run.root else { return Ok(()) };
    let mut real = BTreeMap::new();
    collect_ids(&run.world.root.tree(), "r", &mut real);
    for seen in root.all() {
        let path = &seen.child.path;
        let id = real.get(path).copied().flatten();
        let Some((number, id)) = seen.child.number().zip(id) else {
            if seen.child.number().is_none() && id.is_none() {
                continue;
            }
            return Err(format!("{path} has the id {id:?}"));
        };
        let last = run.ids.insert(path.clone(), (number, id));
        if last.is_some_and(|(last, last_id)| (last == number) != (last_id == id)) {
            return Err(format!("{path}#{number} has the id {id}, and before it there was {last:?}"));
        }
    }
    Ok(())
}

fn collect_ids(tree: &Tree, path: &str, ids: &mut BTreeMap<String, Option<ServerId>>) {
    for child in &tree.children {
        let path = format!("{path}.{}", child.id);
        collect_ids(child, &path, ids);
        ids.insert(path, child.server);
    }
}

/// What a supervisor says of its children when it is asked.
async fn lists(run: &Run, path: &str, sup: &Sup) -> Result<(), String> {
    let client = run.world.sup(path).map_err(|error| format!("{path}: {error}"))?;
    let told = client.which_children().timeout(ms(1)).await.map_err(|error| format!("{path}: {error}"))?;
    let line = |id: &str, restart, restarts, runs| format!("{id} {restart:?} {restarts} {runs}");
    let real: Vec<_> = told
        .iter()
        .map(|info| line(&info.id, info.restart, info.restarts, info.status == ChildStatus::Running))
        .collect();
    let model: Vec<_> = sup
        .children
        .iter()
        .map(|child| line(&child.plan.id, child.plan.restart, child.restarts(), child.number().is_some()))
        .collect();
    same("what it lists", &real, &model)?;
    let counts = client.count_children().timeout(ms(1)).await.map_err(|error| format!("{path}: {error}"))?;
    let supervisors =
        sup.children.iter().filter(|child| matches!(child.plan.kind, Kind::Supervisor(_))).count();
    let told = (counts.specs, counts.active, counts.supervisors, counts.workers);
    let active = sup.children.iter().filter(|child| child.number().is_some()).count();
    let specs = sup.children.len();
    let expected = (specs, active, supervisors, specs - supervisors);
    if told == expected { Ok(()) } else { Err(format!("{path} counts {told:?} instead of {expected:?}")) }
}
