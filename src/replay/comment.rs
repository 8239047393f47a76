//! COMMENT ON, SECURITY LABEL.

use super::error::state;
use super::{Change, Effects, Replayed, SqlError, Stop};
use crate::catalog::{Catalog, RelationKind};
use crate::syntax::ast::{Comment, ObjectKind, ObjectName, SecurityLabel};

pub(super) fn comment(cat: &mut Catalog, stmt: &Comment) -> Replayed<Effects> {
    // A database that is not there is worth a warning only.
    let address = match stmt.kind {
        ObjectKind::Database => match cat.find_object(stmt.kind, &stmt.object)? {
            Some(address) => address,
            None => return Ok(Effects::none()),
        },
        _ => cat.resolve_object(stmt.kind, &stmt.object)?,
    };
    if let (ObjectKind::Column, ObjectName::Column { relation: name, .. }) = (stmt.kind, &stmt.object) {
        let relation = cat.resolve_relation(name)?;
        if relation.kind.is_index() || relation.kind == RelationKind::Sequence {
            let message = format!("cannot set comment on relation \"{}\"", relation.name);
            let detail = match relation.kind {
                RelationKind::Sequence => "This operation is not supported for sequences.",
                _ => "This operation is not supported for indexes.",
            };
            return Err(SqlError::new(state::WRONG_OBJECT_TYPE, name.span(), message).detail(detail).into());
        }
    }
    // A rule's address is its relation's, whose comment this is not.
    if stmt.kind != ObjectKind::Rule {
        // An empty comment is none.
        let text = stmt.text.as_ref().map(|t| t.text.clone()).filter(|t| !t.is_empty());
        cat.set_comment(address, text);
    }
    let mut effects = Effects::none();
    effects.add_in(cat.relation_of(address), address, Change::Commented);
    Ok(effects)
}

pub(super) fn security_label(cat: &mut Catalog, stmt: &SecurityLabel) -> Replayed<Effects> {
    cat.resolve_object(stmt.kind, &stmt.object)?;
    Err(Stop::unknown("whether a provider of security labels is loaded is not known"))
}
