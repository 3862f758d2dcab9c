//! How callcast behaves, a module for each part of its promises.

mod access;
mod agents;
mod back_pressure;
mod calls;
mod casts;
mod lifecycle;
mod support;
