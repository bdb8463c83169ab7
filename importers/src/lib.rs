//! Reads the files of every office and packs them into shards.
