//! Storage parameters: which there are, and what they take (reloptions.c).

use super::error::state;
use super::{Replayed, SqlError};
use crate::source::Span;
use crate::syntax::ast::StorageParameter;

/// What a parameter's value is.
enum Value {
    Bool,
    Int(i64, i64),
    Real(i32, i32),
    OneOf(&'static [&'static str]),
}

use Value::{Bool, Int, OneOf, Real};

const MAX: i64 = i32::MAX as i64;
const CLEANUP: Value = OneOf(&["auto", "on", "off", "true", "false", "yes", "no", "1", "0"]);

/// Of tables and materialized views.
const TABLE: [(&str, Value); 22] = [
    ("autovacuum_analyze_scale_factor", Real(0, 100)),
    ("autovacuum_analyze_threshold", Int(0, MAX)),
    ("autovacuum_enabled", Bool),
    ("autovacuum_freeze_max_age", Int(100_000, 2_000_000_000)),
    ("autovacuum_freeze_min_age", Int(0, 1_000_000_000)),
    ("autovacuum_freeze_table_age", Int(0, 2_000_000_000)),
    ("autovacuum_multixact_freeze_max_age", Int(10_000, 2_000_000_000)),
    ("autovacuum_multixact_freeze_min_age", Int(0, 1_000_000_000)),
    ("autovacuum_multixact_freeze_table_age", Int(0, 2_000_000_000)),
    ("autovacuum_vacuum_cost_delay", Real(0, 100)),
    ("autovacuum_vacuum_cost_limit", Int(1, 10_000)),
    ("autovacuum_vacuum_insert_scale_factor", Real(0, 100)),
    ("autovacuum_vacuum_insert_threshold", Int(-1, MAX)),
    ("autovacuum_vacuum_scale_factor", Real(0, 100)),
    ("autovacuum_vacuum_threshold", Int(0, MAX)),
    ("fillfactor", Int(10, 100)),
    ("log_autovacuum_min_duration", Int(-1, MAX)),
    ("parallel_workers", Int(0, 1024)),
    ("toast_tuple_target", Int(128, 8160)),
    ("user_catalog_table", Bool),
    ("vacuum_index_cleanup", CLEANUP),
    ("vacuum_truncate", Bool),
];

const VIEW: [(&str, Value); 3] =
    [("check_option", OneOf(&["local", "cascaded"])), ("security_barrier", Bool), ("security_invoker", Bool)];

const BTREE: [(&str, Value); 2] = [("deduplicate_items", Bool), ("fillfactor", Int(10, 100))];
const HASH: [(&str, Value); 1] = [("fillfactor", Int(10, 100))];
const GIST: [(&str, Value); 2] = [("buffering", OneOf(&["on", "off", "auto"])), ("fillfactor", Int(10, 100))];
const GIN: [(&str, Value); 2] = [("fastupdate", Bool), ("gin_pending_list_limit", Int(64, MAX / 1024))];
const BRIN: [(&str, Value); 2] = [("autosummarize", Bool), ("pages_per_range", Int(1, 131_072))];

/// The parameters of a table; `toast.` before a name is for its TOAST table.
pub(super) fn check_table(options: &[StorageParameter]) -> Replayed<()> {
    for option in options {
        match option.name.split_once('.') {
            None if &*option.name.text == "oids" => {
                if option.value.as_ref().is_none_or(|v| is_true(v)) {
                    let message = "tables declared WITH OIDS are not supported";
                    return Err(SqlError::new(state::FEATURE_NOT_SUPPORTED, option.name.span, message).into());
                }
            }
            None => check(&TABLE, option, &option.name.text)?,
            Some(("toast", name)) => check(&TABLE, option, name)?,
            Some((namespace, _)) => {
                return Err(refused(option.name.span, format!("unrecognized parameter namespace \"{namespace}\"")));
            }
        }
    }
    Ok(())
}

pub(super) fn check_view(options: &[StorageParameter]) -> Replayed<()> {
    options.iter().try_for_each(|option| check(&VIEW, option, &option.name.text))
}

/// The parameters of an index; those of an extension's access method are not known.
pub(super) fn check_index(method: &str, options: &[StorageParameter]) -> Replayed<()> {
    let known: &[(&str, Value)] = match method {
        "btree" => &BTREE,
        "hash" | "spgist" => &HASH,
        "gist" => &GIST,
        "gin" => &GIN,
        "brin" => &BRIN,
        _ => return Ok(()),
    };
    options.iter().try_for_each(|option| check(known, option, &option.name.text))
}

fn is_true(value: &str) -> bool {
    matches!(&*value.to_ascii_lowercase(), "true" | "on" | "yes" | "1" | "t" | "y")
}

fn refused(span: Span, message: String) -> super::Stop {
    SqlError::new(state::INVALID_PARAMETER_VALUE, span, message).into()
}

fn check(known: &[(&str, Value)], option: &StorageParameter, name: &str) -> Replayed<()> {
    let span = option.name.span;
    let Some((_, kind)) = known.iter().find(|(known, _)| *known == name) else {
        return Err(refused(span, format!("unrecognized parameter \"{name}\"")));
    };
    let value = option.value.as_ref().map_or("true", |v| &v.text);
    let out_of_bounds = |low: String, high: String| -> super::Stop {
        SqlError::new(
            state::INVALID_PARAMETER_VALUE,
            span,
            format!("value {value} out of bounds for option \"{name}\""),
        )
        .detail(format!("Valid values are between \"{low}\" and \"{high}\"."))
        .into()
    };
    let invalid = |what: &str| refused(span, format!("invalid value for {what} option \"{name}\": {value}"));
    match kind {
        Bool => {
            match is_true(value) || matches!(&*value.to_ascii_lowercase(), "false" | "off" | "no" | "0" | "f" | "n") {
                true => Ok(()),
                false => Err(invalid("boolean")),
            }
        }
        // Units may follow a number; those are not read.
        Int(low, high) => match value.parse::<i64>() {
            Ok(number) if (*low..=*high).contains(&number) => Ok(()),
            Ok(_) => Err(out_of_bounds(low.to_string(), high.to_string())),
            Err(_) if value.starts_with(|c: char| c.is_ascii_digit() || c == '-') => Ok(()),
            Err(_) => Err(invalid("integer")),
        },
        Real(low, high) => match crate::number::parse(value) {
            Some(number) if (f64::from(*low)..=f64::from(*high)).contains(&number) => Ok(()),
            Some(_) => Err(out_of_bounds(format!("{low}.000000"), format!("{high}.000000"))),
            None => Err(invalid("floating point")),
        },
        OneOf(words) => match words.contains(&&*value.to_ascii_lowercase()) {
            true => Ok(()),
            false => Err(invalid("enum")),
        },
    }
}
