//! compat/set-schema: what clients use is in another schema at the end of the migration.

use super::rename::still_answers;
use super::{is_trigger_function, schema, touched};
use crate::catalog::Class;
use crate::replay::Change;
use crate::rules::prelude::*;

rule!(RULE, "set-schema", "live object moved to another schema", check);

fn check(cx: &mut MigrationContext) {
    for moved in touched(cx, Change::Moved) {
        let (cat, object) = (moved.start, moved.object);
        let of = |cat: &crate::catalog::Catalog| match object.class {
            Class::Extension => cat.extension(object.oid).map(|e| e.schema),
            _ => Some(schema(cat, object)),
        };
        let (Some(from), Some(to)) =
            (of(cat).and_then(|s| cat.schema(s)), of(cx.after).and_then(|s| cx.after.schema(s)))
        else {
            continue;
        };
        // Of an extension's functions clients mostly say the bare names.
        let is_found = object.class == Class::Extension && cx.after.session.default_search_path.contains(&to.name);
        let is_inner =
            cat.function(object.oid).is_some_and(|f| object.class == Class::Function && is_trigger_function(f));
        if from.name == to.name
            || is_found
            || is_inner
            || (object.class != Class::Extension && still_answers(cx, &moved))
        {
            continue;
        }
        let shown = moved.shown();
        let message =
            format!("moving `{shown}` to schema `{}` breaks clients that look for it in `{}`", to.name, from.name);
        let help = "leave a view or a wrapper of its name behind until no client uses the old place";
        cx.report(moved.span, message).help(help).object(shown);
    }
}
