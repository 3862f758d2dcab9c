//! What a user keeps beside a registry: a value of each type.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::Arc;

use crate::sync::Lock;

type Value = Arc<dyn Any + Send + Sync>;

/// Shared values, so that they are cloned and dropped outside the lock.
pub(super) struct Meta(Lock<HashMap<TypeId, Value>>);

impl Default for Meta {
    fn default() -> Self {
        Self(Lock::new(HashMap::new()))
    }
}

impl Meta {
    pub(super) fn insert<T: Clone + Send + Sync + 'static>(&self, value: T) -> Option<T> {
        let value: Value = Arc::new(value);
        let earlier = self.0.lock().insert(TypeId::of::<T>(), value);
        earlier.and_then(owned)
    }

    pub(super) fn get<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        let value = self.0.lock().get(&TypeId::of::<T>()).cloned();
        value.and_then(owned)
    }

    pub(super) fn remove<T: Clone + Send + Sync + 'static>(&self) -> Option<T> {
        let value = self.0.lock().remove(&TypeId::of::<T>());
        value.and_then(owned)
    }
}

fn owned<T: Clone + Send + Sync + 'static>(value: Value) -> Option<T> {
    value.downcast::<T>().ok().map(Arc::unwrap_or_clone)
}
