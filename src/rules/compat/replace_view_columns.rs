//! compat/replace-view-columns: a view that clients may read is made again with other columns.

use super::{list, missing_columns, touched};
use crate::catalog::RelationKind;
use crate::replay::Change;
use crate::rules::prelude::*;

rule!(RULE, "replace-view-columns", "view made again without columns that clients may read", check);

fn check(cx: &mut MigrationContext) {
    for gone in touched(cx, Change::Dropped) {
        let Some(old) = gone.table().filter(|r| matches!(r.kind, RelationKind::View | RelationKind::MaterializedView))
        else {
            continue;
        };
        let Some(again) = gone.namesake(cx).and_then(|oid| cx.after.relation(oid)) else { continue };
        if gone.object.oid != old.oid || again.columns_unknown.is_some() {
            continue;
        }
        let missing: Vec<String> = missing_columns(old, again).iter().map(|c| format!("`{}`", c.name)).collect();
        let retyped: Vec<String> = old
            .live_columns()
            .filter_map(|was| {
                let is = again.column(&was.name).filter(|is| !is.type_unknown && !was.type_unknown)?;
                let (was_type, is_type) = (gone.start.format_type(was.ty), cx.after.format_type(is.ty));
                // A shorter or longer varchar reads as the same.
                (was.ty.oid != is.ty.oid && was_type != is_type)
                    .then(|| format!("`{}` as {is_type} (it was {was_type})", was.name))
            })
            .collect();
        let how = match (missing.is_empty(), retyped.is_empty()) {
            (false, _) => format!("without {}", list(&missing)),
            (true, false) => format!("with {}", list(&retyped)),
            (true, true) => continue,
        };
        let shown = gone.shown();
        let message = format!("view `{shown}` is dropped and made again {how}, which clients may still read");
        cx.report(gone.span, message).help("keep its columns and their types until no client reads them").object(shown);
    }
}
