//! Serves features, tiles, look-ups and the portal over HTTP.
