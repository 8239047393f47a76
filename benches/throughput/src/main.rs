//! `pgdry-throughput FILE…`: how many MB (10⁶ bytes) of whole files pgdry and sqlparser parse in a second on one core, as JSON.
//!
//! sqlparser stops at the first statement that it does not know, so the two are compared on the files that it reads to their end.

use sqlparser::dialect::PostgreSqlDialect;
use sqlparser::parser::Parser;
use std::hint::black_box;
use std::time::{Duration, Instant};

/// Rounds are repeated this long; the median counts.
const MEASURED: Duration = Duration::from_secs(2);

fn main() -> std::io::Result<()> {
    let files: Vec<Vec<u8>> = std::env::args().skip(1).map(std::fs::read).collect::<Result<_, _>>()?;
    let texts: Vec<_> = files.iter().map(|bytes| String::from_utf8_lossy(bytes)).collect();
    let all: Vec<&str> = texts.iter().map(AsRef::as_ref).collect();
    let common: Vec<&str> =
        all.iter().copied().filter(|text| Parser::parse_sql(&PostgreSqlDialect {}, text).is_ok()).collect();
    let figures = serde_json::json!({
        "all": { "files": all.len(), "bytes": bytes(&all), "pgdry": speed(&all, pgdry) },
        "common": {
            "files": common.len(),
            "bytes": bytes(&common),
            "pgdry": speed(&common, pgdry),
            "sqlparser": speed(&common, sqlparser),
        },
    });
    println!("{figures}");
    Ok(())
}

fn pgdry(text: &str) {
    black_box(pgdry::syntax::parse(black_box(text)));
}

fn sqlparser(text: &str) {
    let _ = black_box(Parser::parse_sql(&PostgreSqlDialect {}, black_box(text)));
}

fn bytes(files: &[&str]) -> usize {
    files.iter().map(|text| text.len()).sum()
}

/// MB in a second. What was parsed is freed within the time measured.
fn speed(files: &[&str], parse: fn(&str)) -> f64 {
    let began = Instant::now();
    let mut rounds = Vec::new();
    while began.elapsed() < MEASURED {
        let round = Instant::now();
        files.iter().for_each(|text| parse(text));
        rounds.push(round.elapsed());
    }
    rounds.sort();
    bytes(files) as f64 / 1e6 / rounds[rounds.len() / 2].as_secs_f64()
}
