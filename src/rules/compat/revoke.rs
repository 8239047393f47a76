//! compat/revoke: a role of clients can do less with a live object at the end of the migration.

use super::{is_trigger_function, list, name, touched};
use crate::catalog::{Acl, Catalog, Class, ObjectAddress, Oid, Privileges};
use crate::replay::Change;
use crate::rules::prelude::*;
use crate::sort::sort;
use crate::source::Span;
use crate::syntax::ast::{RoleSpec, StatementKind};

rule!(RULE, "revoke", "privilege revoked that clients may use", check);

/// What the privileges of an API's client are called.
const NAMES: [(Privileges, &str); 7] = [
    (Privileges::SELECT, "SELECT"),
    (Privileges::INSERT, "INSERT"),
    (Privileges::UPDATE, "UPDATE"),
    (Privileges::DELETE, "DELETE"),
    (Privileges::EXECUTE, "EXECUTE"),
    (Privileges::USAGE, "USAGE"),
    (Privileges::CONNECT, "CONNECT"),
];

fn check(cx: &mut MigrationContext) {
    // By statement: what the first object loses, and how many others lose something.
    let mut found: Vec<(Span, String, String, usize)> = Vec::new();
    for revoked in touched(cx, Change::PrivilegesRevoked).iter().filter(|t| t.object.column == 0) {
        // What is dropped altogether is told of by another rule.
        let called = revoked.start.function(revoked.object.oid).is_none_or(|f| !is_trigger_function(f));
        if name(cx.after, revoked.object, revoked.relation).is_none() || !called {
            continue;
        }
        let mut losers = Vec::new();
        let mut lost = Privileges::default();
        for role in roles(cx, revoked.step.statement.as_ref().map(|s| &s.kind)) {
            let had = privileges(revoked.start, revoked.object, role);
            let gone = had.without(privileges(cx.after, revoked.object, role));
            if NAMES.iter().any(|(p, _)| gone.intersects(*p)) {
                losers.push(cx.after.role(role).map_or("PUBLIC".into(), |r| format!("`{}`", r.name)));
                lost = lost.union(gone);
            }
        }
        if losers.is_empty() {
            continue;
        }
        match found.iter_mut().find(|(span, ..)| *span == revoked.span) {
            Some((.., others)) => *others += 1,
            None => {
                let names: Vec<&str> = NAMES.iter().filter(|(p, _)| lost.intersects(*p)).map(|(_, n)| *n).collect();
                let shown = revoked.shown();
                found.push((revoked.span, format!("{} lost by {}", names.join(", "), list(&losers)), shown, 0));
            }
        }
    }
    for (span, what, shown, others) in found {
        let more = if others == 0 { String::new() } else { format!(" and {others} more") };
        let message = format!("{what} on `{shown}`{more}: clients that still use it are refused");
        cx.report(span, message).help("deploy clients that do without it first").object(shown);
    }
}

/// The roles that a REVOKE names, PUBLIC as the API's own where there are such.
fn roles(cx: &MigrationContext, statement: Option<&StatementKind>) -> Vec<Oid> {
    let api = |roles: &mut Vec<Oid>| {
        roles.extend(["anon", "authenticated"].iter().filter_map(|name| cx.after.role_named(name)).map(|r| r.oid));
    };
    let mut found = Vec::new();
    match statement {
        Some(StatementKind::Grant(revoke)) => {
            for grantee in &revoke.grantees {
                match grantee {
                    RoleSpec::Name(name) => found.extend(cx.after.role_named(name).map(|r| r.oid)),
                    RoleSpec::Public(_) => api(&mut found),
                    _ => {}
                }
            }
            if found.is_empty() && revoke.grantees.iter().any(|g| matches!(g, RoleSpec::Public(_))) {
                found.push(Oid::INVALID);
            }
        }
        _ => api(&mut found),
    }
    sort(&mut found);
    found.dedup();
    found
}

/// What the role may do with the object, by itself or as everybody.
fn privileges(cat: &Catalog, object: ObjectAddress, role: Oid) -> Privileges {
    let (acl, public): (Option<&Acl>, Privileges) = match object.class {
        Class::Relation => (cat.relation(object.oid).and_then(|r| r.acl.as_ref()), Privileges::default()),
        Class::Function => (cat.function(object.oid).and_then(|f| f.acl.as_ref()), Privileges::EXECUTE),
        Class::Schema => (cat.schema(object.oid).and_then(|s| s.acl.as_ref()), Privileges::default()),
        Class::Type => (cat.type_(object.oid).and_then(|t| t.acl.as_ref()), Privileges::USAGE),
        _ => return Privileges::default(),
    };
    let Some(acl) = acl else { return public };
    let own = acl.items.iter().filter(|i| i.grantee == role || !i.grantee.is_valid());
    own.fold(Privileges::default(), |all, item| all.union(item.privileges))
}
