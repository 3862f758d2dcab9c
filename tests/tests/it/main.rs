//! How callcast behaves, a module for each part of its promises.

mod smoke;
