//! What `pgdry types --target rust` printed.

include!(env!("PGDRY_TYPES"));
