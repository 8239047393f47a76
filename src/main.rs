#![forbid(unsafe_code)]

fn main() -> std::process::ExitCode {
    pgdry::cli::main()
}
