//! A library under every lint there is, most of them beyond `allow`: what the macros write shows in none of them.
//!
//! It is a library, since lints that ask whether an item is exported see in it what they see in a published crate.

// Not `forbid`, since what serves a deprecated handler has to allow `deprecated`.
#![deny(warnings)]
#![forbid(future_incompatible, nonstandard_style, unused, let_underscore, keyword_idents)]
#![forbid(rust_2018_idioms, rust_2021_compatibility, rust_2024_compatibility, refining_impl_trait)]
#![forbid(missing_docs, missing_debug_implementations, missing_copy_implementations, unsafe_code)]
#![forbid(
    unreachable_pub,
    unnameable_types,
    private_interfaces,
    private_bounds,
    impl_trait_redundant_captures
)]
#![forbid(elided_lifetimes_in_paths, single_use_lifetimes, unused_lifetimes, redundant_lifetimes)]
#![forbid(explicit_outlives_requirements, unused_qualifications, unused_results, unit_bindings)]
#![forbid(trivial_casts, trivial_numeric_casts, variant_size_differences, let_underscore_drop)]
#![forbid(meta_variable_misuse, macro_use_extern_crate, redundant_imports, unused_import_braces)]
#![forbid(absolute_paths_not_starting_with_crate, non_ascii_idents, ambiguous_negative_literals)]
#![forbid(ffi_unwind_calls, closure_returning_async_block, unused_extern_crates)]
#![forbid(clippy::all, clippy::pedantic, clippy::nursery)]
#![forbid(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::unreachable, clippy::todo)]
#![forbid(clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::as_conversions)]
#![forbid(clippy::missing_docs_in_private_items, clippy::missing_inline_in_public_items)]
#![forbid(clippy::std_instead_of_core, clippy::alloc_instead_of_core)]
#![forbid(clippy::shadow_reuse, clippy::shadow_same, clippy::shadow_unrelated)]
#![forbid(
    clippy::let_underscore_must_use,
    clippy::let_underscore_untyped,
    clippy::undocumented_unsafe_blocks
)]
#![forbid(clippy::empty_structs_with_brackets, clippy::str_to_string, clippy::clone_on_ref_ptr)]

mod counter;
mod generic;
mod protocol;
mod worker;

pub use counter::{Counter, CounterCall, CounterCast, CounterClient, CounterRequest, Old, OldClient};
pub use generic::{Cache, CacheCall, CacheCast, CacheClient, CacheInfo, CacheRequest};
pub use protocol::{
    Counted, CountedCall, CountedClient, CountedProtocol, CountedRequest, Disk, DiskCall, DiskCast,
    DiskClient, DiskRequest, List, ListCall, ListCast, ListClient, ListRequest, Store, StoreCall, StoreCast,
    StoreClient, StoreProtocol, StoreRequest,
};
pub use worker::{Worker, WorkerCall, WorkerCast, WorkerClient, WorkerInfo, WorkerRequest};
