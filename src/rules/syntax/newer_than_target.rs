//! syntax/newer-than-target: a construct that the configured PostgreSQL version does not read.

use crate::rules::prelude::*;
use crate::syntax::Feature;

pub const RULE: Rule = Rule {
    name: "syntax/newer-than-target",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("syntax newer than the configured PostgreSQL version"),
    doc: page!("syntax/newer-than-target"),
    since: "0.1.0",
    check: Check::Statement(check),
};

fn check(cx: &mut StatementContext) {
    let target = cx.common.config.postgres;
    for newer in cx.step.newer.iter().filter(|newer| newer.feature.since > target) {
        let Feature { since, what, instead } = newer.feature;
        let finding = cx.report(newer.span, format!("{what} needs PostgreSQL {since}; the target is {target}"));
        if let Some(instead) = instead {
            finding.help(*instead);
        }
    }
}
