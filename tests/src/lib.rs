//! The tests of callcast are in `tests/`; this library is empty.
