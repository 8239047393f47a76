//! compat/change-column-type: a column of a live table has another type at the end of the migration.

use super::changed_columns;
use crate::catalog::{TypeRef, oids};
use crate::replay::Change;
use crate::rules::prelude::*;

rule!(RULE, "change-column-type", "type of a live column changed so that clients notice", check);

fn check(cx: &mut MigrationContext) {
    for change in changed_columns(cx, Change::TypeChanged) {
        let (old, new) = (change.before, change.after);
        let is = cx.after.format_type(new.ty);
        let message = if old.type_unknown || new.type_unknown {
            format!("`{}` becomes {is}: clients that expect another type break", change.touched.shown())
        } else {
            let was = change.touched.start.format_type(old.ty);
            if was == is || is_unnoticed(old.ty, new.ty) {
                continue;
            }
            let what = if old.ty.oid == new.ty.oid { "write what fits in" } else { "expect" };
            format!("`{}` becomes {is}: clients that {what} {was} break", change.touched.shown())
        };
        let help = "add a column of the new type, keep both filled, and drop the old one when no client uses it";
        let shown = change.touched.shown();
        cx.report(change.touched.span, message).help(help).object(shown);
    }
}

/// Whether clients read the same values, and may write what they wrote.
fn is_unnoticed(old: TypeRef, new: TypeRef) -> bool {
    // What precedes a numeric's scale in the modifier is its precision.
    let numeric = (new.modifier - 4) & 0xffff == (old.modifier - 4) & 0xffff && new.modifier >= old.modifier;
    let wider = old.modifier >= 0 && if new.oid == oids::NUMERIC { numeric } else { new.modifier >= old.modifier };
    match (old.oid, new.oid) {
        (oids::JSON, oids::JSONB) => true,
        (oids::VARCHAR | oids::TEXT, oids::TEXT) => true,
        (oids::TEXT, oids::VARCHAR) => new.modifier < 0,
        (oids::BIT | oids::BPCHAR, _) => false,
        (a, b) => a == b && (new.modifier < 0 || wider),
    }
}
