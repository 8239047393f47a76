//! lock/no-lock-timeout: a statement waits for a lock on a live table, and all that come later wait behind it.

use super::{is_live_here, lock_name, meets_clients};
use crate::locks;
use crate::rules::prelude::*;
use crate::source::Span;

pub const RULE: Rule = Rule {
    name: "lock/no-lock-timeout",
    severity: Severity::Warning,
    preset: Preset::Recommended,
    summary: "lock on a live table without a lock_timeout",
    doc: page!("lock/no-lock-timeout"),
    since: "0.1.0",
    check: Check::Migration(check),
};

fn check(cx: &mut MigrationContext) {
    if !meets_clients(cx) {
        return;
    }
    for step in &cx.file.steps {
        let settings = &step.before.session.settings;
        if settings.iter().any(|(name, value)| &**name == "lock_timeout" && &**value != "0") {
            return;
        }
        let waits = locks::of(step).into_iter().find(|lock| {
            lock.mode.blocks().is_some() && is_live_here(&cx.common, &step.before, lock.relation, cx.file.id)
        });
        let Some(lock) = waits else { continue };
        let (name, blocked) = (lock_name(&step.before, lock.relation), lock.mode.blocks().unwrap_or_default());
        let message = format!(
            "the wait for the {} lock on `{name}` has no end without a lock_timeout, and blocks {blocked} that come after it",
            lock.mode.words()
        );
        cx.report(step.span, message)
            .help("`set lock_timeout = '5s';` before it, and run the migration again when it times out")
            .object(name)
            .fix("Set a lock_timeout", (Span::at(step.span.start), "set lock_timeout = '5s';\n".into()));
        return;
    }
}
