//! What HTTP clients may ask for, and who is asked for it.

use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::Body;
use axum::extract::rejection::{BytesRejection, PathRejection};
use axum::extract::{DefaultBodyLimit, Path, Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bytes::Bytes;
use callcast::{CallError, ChildStatus, SupervisorClient, Tree};
use serde::Serialize;
use tokio::time::timeout;

use crate::cache::{CacheClient, Look};
use crate::connection::{ConnectionClient, Refused};
use crate::counters::{CountersClient, Totals};
use crate::problem::{Problem, json};
use crate::resp::MAX_VALUE;

/// How long a request may take to arrive. What it asks of the database has the limits of its calls.
pub(crate) const MAX_TIME: Duration = Duration::from_secs(5);
/// The longest key, in bytes.
const MAX_KEY: usize = 512;

/// All that a request may ask. Its clients follow whoever they lead to from one life to the next.
#[derive(Clone, Debug)]
pub(crate) struct Api {
    /// One that does not wait: while no connection is there a call fails at once, which is an answer for people, where one
    /// that waits would be a request that hangs until its time is over, and then knows less of the reason.
    pub(crate) connections: ConnectionClient,
    pub(crate) cache: CacheClient,
    pub(crate) counters: CountersClient,
    pub(crate) tree: SupervisorClient,
    /// Where the database is, for people.
    pub(crate) database: Arc<str>,
}

/// A key in a path.
type InPath = Result<Path<String>, PathRejection>;

/// What each path does.
pub(crate) fn router(api: Api) -> Router {
    Router::new()
        .route("/keys/{key}", get(read).put(write).delete(remove))
        .route("/health", get(health))
        .fallback(|| async { Problem::new(StatusCode::NOT_FOUND, "there is /keys/{key} and /health") })
        .method_not_allowed_fallback(|| async {
            Problem::new(StatusCode::METHOD_NOT_ALLOWED, "a key has GET, PUT and DELETE, and /health GET")
        })
        .layer(DefaultBodyLimit::max(MAX_VALUE))
        .layer(from_fn_with_state(api.clone(), bounded))
        .with_state(api)
}

/// Counts the request, and gives it no more than its time.
async fn bounded(State(api): State<Api>, request: Request, next: Next) -> Response {
    let response = timeout(MAX_TIME, next.run(request)).await.unwrap_or_else(|_| {
        let reason = format!("the request took longer than {} s", MAX_TIME.as_secs());
        Problem::new(StatusCode::REQUEST_TIMEOUT, reason).into_response()
    });
    // What cannot be counted is answered all the same.
    let _ = api.counters.answered(response.status().as_u16()).await;
    response
}

async fn read(State(api): State<Api>, key: InPath) -> Result<Response, Problem> {
    let key = checked(key)?;
    match api.value(&key).await? {
        Some(value) => {
            let kind = [(header::CONTENT_TYPE, "application/octet-stream")];
            Ok((kind, Body::from(value)).into_response())
        }
        None => Err(no_key(&key)),
    }
}

async fn write(
    State(api): State<Api>,
    key: InPath,
    value: Result<Bytes, BytesRejection>,
) -> Result<Response, Problem> {
    let key = checked(key)?;
    let value = value.map_err(|error| Problem::new(error.status(), error.body_text()))?;
    let written = api.connections.set(key.clone(), value).await;
    api.forget(&key).await;
    written.map_err(|error| api.problem(error))?;
    Ok(json(StatusCode::OK, &Done { done: "stored" }))
}

async fn remove(State(api): State<Api>, key: InPath) -> Result<Response, Problem> {
    let key = checked(key)?;
    let removed = api.connections.delete(key.clone()).await;
    api.forget(&key).await;
    if removed.map_err(|error| api.problem(error))? {
        Ok(json(StatusCode::OK, &Done { done: "deleted" }))
    } else {
        Err(no_key(&key))
    }
}

/// How the gateway is. It is well while it can say so: that the database is away is in the answer, and no reason to start
/// the gateway again.
async fn health(State(api): State<Api>) -> Result<Response, Problem> {
    let counters = api.counters.totals().await.map_err(|error| {
        Problem::new(
            StatusCode::SERVICE_UNAVAILABLE,
            format!("the counters are being started again: {error}"),
        )
    })?;
    let tree = api.tree.tree();
    let connections = connected(&tree);
    let database = if connections > 0 { "connected" } else { "away" };
    Ok(json(StatusCode::OK, &Health { database, address: &api.database, connections, counters, tree }))
}

#[derive(Serialize)]
struct Done {
    done: &'static str,
}

#[derive(Serialize)]
struct Health<'a> {
    database: &'static str,
    address: &'a str,
    connections: usize,
    counters: Totals,
    tree: Tree,
}

/// How many connections to the database there are.
fn connected(tree: &Tree) -> usize {
    let pool = tree.children.iter().find(|child| child.id == crate::tree::CONNECTIONS);
    let members = pool.map_or(&[][..], |pool| &pool.children);
    members.iter().filter(|member| member.status == ChildStatus::Running).count()
}

impl Api {
    /// The value of a key: from the cache, else from the database.
    async fn value(&self, key: &Bytes) -> Result<Option<Bytes>, Problem> {
        let asked = Instant::now();
        let lease = match self.cache.look(key.clone(), asked).await {
            Ok(Look::Known(value)) => {
                let _ = self.counters.hit().await;
                return Ok(value);
            }
            Ok(Look::Ask(lease)) => Some(lease),
            // It is about to be started again, and the database knows everything.
            Err(_) => None,
        };
        let value = self.connections.get(key.clone()).await.map_err(|error| self.problem(error))?;
        if let Some(lease) = lease {
            let _ = self.cache.learn(key.clone(), lease, value.clone(), asked).await;
        }
        Ok(value)
    }

    /// After a write, also after one that failed: it may have been done. Where the cache is gone, so is what it knew.
    async fn forget(&self, key: &Bytes) {
        let _ = self.cache.forget(key.clone()).await;
    }

    fn problem(&self, error: CallError<Refused>) -> Problem {
        Problem::of_database(&self.database, error)
    }
}

fn checked(key: InPath) -> Result<Bytes, Problem> {
    let Path(key) = key.map_err(|error| Problem::new(error.status(), error.body_text()))?;
    if key.len() > MAX_KEY {
        let reason = format!("a key has no more than {MAX_KEY} bytes");
        return Err(Problem::new(StatusCode::BAD_REQUEST, reason));
    }
    Ok(Bytes::from(key))
}

fn no_key(key: &Bytes) -> Problem {
    Problem::new(StatusCode::NOT_FOUND, format!("there is no key {}", String::from_utf8_lossy(key)))
}
