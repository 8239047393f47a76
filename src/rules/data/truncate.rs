//! data/truncate, data/truncate-cascade: a table is emptied, and with CASCADE all that refer to it.

use super::{referring, target};
use crate::catalog::Oid;
use crate::rules::prelude::*;
use crate::syntax::ast::{Behavior, StatementKind};

pub const RULE: Rule = Rule {
    name: "data/truncate",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: native!("TRUNCATE of a table that may have rows"),
    doc: page!("data/truncate"),
    since: "0.1.0",
    check: Check::Statement(check),
};

pub const CASCADE: Rule = Rule {
    name: "data/truncate-cascade",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("TRUNCATE that empties other tables as well"),
    doc: page!("data/truncate-cascade"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let StatementKind::Truncate(truncate) = &cx.statement.kind else { return };
    let cascades = cx.common.rule.name == CASCADE.name;
    let Some((place, table)) = truncate.tables.iter().find_map(|name| Some((name.span(), target(cx, name)?))) else {
        return;
    };
    let mut others: Vec<String> = Vec::new();
    if truncate.behavior == Behavior::Cascade {
        let named: Vec<Oid> =
            truncate.tables.iter().filter_map(|name| Some(cx.before.find_relation(name).ok()??.oid)).collect();
        let names = referring(cx.before, &named).into_iter().filter_map(|oid| cx.before.relation(oid));
        others = names.map(|r| format!("`{}`", cx.before.relation_name(r))).collect();
    }
    if others.is_empty() == cascades {
        return;
    }
    let name = cx.before.relation_name(table);
    let (message, help) = if cascades {
        let count = others.len();
        others.truncate(3);
        let more = if count > 3 { format!(" and {} more", count - 3) } else { String::new() };
        let message = format!("TRUNCATE … CASCADE of `{name}` empties {}{more} as well", others.join(", "));
        (message, "name every table that is to be emptied, and leave CASCADE out")
    } else {
        let message = format!("every row of `{name}` is thrown away, without its DELETE triggers");
        (message, "delete the rows that are no longer needed with a WHERE, or empty the table by hand after a backup")
    };
    cx.report(place, message).help(help).object(name);
}
