#![forbid(unsafe_code)]

/// A check allocates much and small: a third faster than with the system's.
#[cfg(not(target_arch = "wasm32"))]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    pgdry::cli::main()
}
