//! lock/no-lock-timeout, lock/no-statement-timeout, lock/no-idle-timeout: a lock on a live table that nothing ends, or a wait for one.

use super::{is_live_here, lock_name, meets_clients, same_transaction};
use crate::locks::{self, Lock};
use crate::replay::Step;
use crate::rules::prelude::*;
use crate::source::Span;

const fn rule(name: &'static str, preset: Preset, summary: &'static str, doc: &'static str) -> Rule {
    Rule {
        name,
        severity: Severity::Warning,
        preset,
        summary: native!(summary),
        doc,
        since: "0.1.0",
        check: Check::Migration(check),
    }
}

pub const LOCK: Rule = rule(
    "lock/no-lock-timeout",
    Preset::Recommended,
    "lock on a live table without a lock_timeout",
    page!("lock/no-lock-timeout"),
);
pub const STATEMENT: Rule = rule(
    "lock/no-statement-timeout",
    Preset::Recommended,
    "long work on a live table without a statement_timeout",
    page!("lock/no-statement-timeout"),
);
pub const IDLE: Rule = rule(
    "lock/no-idle-timeout",
    Preset::Strict,
    "transaction that locks a live table without an idle_in_transaction_session_timeout",
    page!("lock/no-idle-timeout"),
);

/// A setting, and what it costs to leave it out.
struct Timeout {
    setting: &'static str,
    value: &'static str,
    /// What stands before the lock and after it in the message.
    message: (&'static str, &'static str),
    help: &'static str,
}

const TIMEOUTS: [(&Rule, Timeout); 3] = [
    (
        &LOCK,
        Timeout {
            setting: "lock_timeout",
            value: "5s",
            message: ("the wait for", "has no end without a lock_timeout, and blocks"),
            help: "before it, and run the migration again when it times out",
        },
    ),
    (
        &STATEMENT,
        Timeout {
            setting: "statement_timeout",
            value: "15min",
            message: ("this goes through all rows under", "with no end set by a statement_timeout, and blocks"),
            help: "before it, or whatever the work may take at most",
        },
    ),
    (
        &IDLE,
        Timeout {
            setting: "idle_in_transaction_session_timeout",
            value: "1min",
            message: ("where the client hangs,", "is held without an idle_in_transaction_session_timeout, and blocks"),
            help: "before the transaction",
        },
    ),
];

fn check(cx: &mut MigrationContext) {
    if !meets_clients(cx) {
        return;
    }
    let Some((_, timeout)) = TIMEOUTS.iter().find(|(rule, _)| rule.name == cx.common.rule.name) else { return };
    for step in &cx.file.steps {
        let settings = &step.before.session.settings;
        if settings.iter().any(|(name, value)| **name == *timeout.setting && &**value != "0") {
            return;
        }
        let live = |lock: &Lock| is_live_here(&cx.common, &step.before, lock.relation, cx.file.id);
        let matters = |lock: &Lock| lock.mode.blocks().is_some() && live(lock) && concerns(cx, step, lock);
        let Some(lock) = locks::of(step).into_iter().find(matters) else { continue };
        let (name, blocked) = (lock_name(&step.before, lock.relation), lock.mode.blocks().unwrap_or_default());
        let (before, after) = timeout.message;
        let message =
            format!("{before} the {} lock on `{name}` {after} {blocked} that come after it", lock.mode.words());
        let set = format!("set {} = '{}';", timeout.setting, timeout.value);
        cx.report(step.span, message)
            .help(format!("`{set}` {}", timeout.help))
            .object(name)
            .fix(format!("Set a {}", timeout.setting), (Span::at(step.span.start), set + "\n"));
        return;
    }
}

/// Whether the running rule is about this lock: any, one that is held for long work, or one that an explicit transaction holds while it waits.
fn concerns(cx: &MigrationContext, step: &Step, lock: &Lock) -> bool {
    match cx.common.rule.name {
        name if name == STATEMENT.name => lock.rewrite || lock.scan || lock.build,
        name if name == IDLE.name => {
            let runner = cx.common.config.runner;
            cx.file
                .steps
                .iter()
                .any(|later| later.span.start > step.span.start && same_transaction(step, later, runner))
        }
        _ => true,
    }
}
