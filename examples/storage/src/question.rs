//! Asks a store one thing.

use std::io::{self, Write as _};

use storage::protocol::StoreClient;
use storage::which::Which;

use crate::Problem;
use crate::cli::Question;

/// Opens a store, asks it, and closes it: what it has in a file is on the disk when this returns.
pub(crate) async fn ask(which: &Which, question: Question) -> Result<(), Problem> {
    let opened = which.open().await?;
    let answer = answer(&opened.store, question).await;
    opened.close().await.map_err(|reason| reason.to_string())?;
    io::stdout().write_all(&answer?)?;
    Ok(())
}

/// What is to be printed.
pub(crate) async fn answer(store: &StoreClient, question: Question) -> Result<Vec<u8>, Problem> {
    match question {
        Question::Get { key } => match store.get(&*key).await? {
            Some(mut value) => {
                value.push(b'\n');
                Ok(value)
            }
            None => Err(no_key(&key)),
        },
        Question::Put { key, value } => {
            store.put(key, value).await?;
            Ok(Vec::new())
        }
        Question::Remove { key } => {
            if store.remove(&*key).await? {
                Ok(Vec::new())
            } else {
                Err(no_key(&key))
            }
        }
        // A key with a new line in it is one line all the same.
        Question::List => Ok(store
            .keys()
            .await?
            .iter()
            .flat_map(|key| format!("{}\n", key.escape_debug()).into_bytes())
            .collect()),
    }
}

fn no_key(key: &str) -> Problem {
    format!("there is no key `{}`", key.escape_debug()).into()
}
