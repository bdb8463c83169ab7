//! What changed lately, for those who keep a copy: `/changes` for who asks now and then, `/events` for who waits.
//!
//! Both read the register's journal and remember nothing about anybody: a client holds a token, the place in the
//! journal up to which it knows everything. Who falls too far behind is told to read everything again.

pub mod document;
pub mod events;
pub mod pulse;
pub mod since;
