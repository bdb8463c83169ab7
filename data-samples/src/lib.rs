//! Makes a synthetic province, deterministically, at any size.
