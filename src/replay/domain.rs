//! CREATE DOMAIN, ALTER DOMAIN.

use super::error::state;
use super::types::{depend_on_type, new_type};
use super::{Change, Effects, Replayed, SqlError, Stop, alter_column, expr};
use crate::catalog::{
    Catalog, Class, Definition, DependencyKind, Domain, DomainConstraint, ObjectAddress, Oid, TypeKind, TypeRef,
    choose_constraint_name,
};
use crate::source::Span;
use crate::syntax::ast::{
    AlterDomain, AlterDomainAction, ColumnConstraint, ColumnConstraintKind, CreateDomain, Expr, Name, ObjectKind,
    Symbol,
};
use std::sync::Arc;

pub(super) fn create_domain(cat: &mut Catalog, stmt: &CreateDomain) -> Replayed<Effects> {
    let schema = cat.creation_place(&stmt.name)?;
    let name = &stmt.name.name;
    let owner = cat.session.current_role;
    super::types::make_room(cat, schema, name, "")?;
    let base = cat.resolve_type(&stmt.ty)?;
    let category = match cat.type_(base.oid) {
        Some(ty) if matches!(ty.kind, TypeKind::Pseudo | TypeKind::Shell) => {
            let message = format!("\"{}\" is not a valid base type for a domain", stmt.ty.name.name);
            return Err(SqlError::new(state::DATATYPE_MISMATCH, stmt.ty.span, message).into());
        }
        Some(ty) => ty.category,
        None => return Err(Stop::unknown("the domain's base type is not known")),
    };
    if let Some(collation) = &stmt.collation {
        cat.check_collation(collation, base.oid, collation.span())?;
    }
    let empty = Domain {
        base,
        not_null: false,
        default: None,
        default_definition: Definition::default(),
        constraints: Vec::new(),
    };
    let oid = new_type(cat, schema, name, TypeKind::Domain(Arc::new(empty)), category, owner)?;
    depend_on_type(cat, ObjectAddress::new(Class::Type, oid), base.oid);
    for constraint in &stmt.constraints {
        apply_constraint(cat, oid, constraint)?;
    }
    Ok(Effects::of(Class::Type, oid, Change::Created))
}

fn domain_mut(cat: &mut Catalog, oid: Oid) -> Option<&mut Domain> {
    match &mut cat.type_mut(oid)?.kind {
        TypeKind::Domain(domain) => Some(Arc::make_mut(domain)),
        _ => None,
    }
}

fn domain(cat: &Catalog, oid: Oid) -> Option<&Domain> {
    match &cat.type_(oid)?.kind {
        TypeKind::Domain(domain) => Some(domain),
        _ => None,
    }
}

/// A constraint of CREATE DOMAIN or ALTER DOMAIN … ADD.
fn apply_constraint(cat: &mut Catalog, oid: Oid, constraint: &ColumnConstraint) -> Replayed<()> {
    let refuse = |state, message: &str| Err(SqlError::new(state, constraint.span, message).into());
    match &constraint.kind {
        ColumnConstraintKind::Check { expr, no_inherit } => {
            if *no_inherit {
                return refuse(
                    state::INVALID_OBJECT_DEFINITION,
                    "check constraints for domains cannot be marked NO INHERIT",
                );
            }
            add_check(cat, oid, constraint.name.as_ref(), expr, !constraint.attributes.not_valid)
        }
        ColumnConstraintKind::NotNull { .. } => add_not_null(cat, oid, constraint.name.as_ref()),
        ColumnConstraintKind::Null => match domain(cat, oid) {
            Some(domain) if domain.not_null => refuse(state::SYNTAX_ERROR, "conflicting NULL/NOT NULL constraints"),
            _ => Ok(()),
        },
        ColumnConstraintKind::Default(expr) => {
            if domain(cat, oid).is_some_and(|d| d.default.is_some()) {
                return refuse(state::SYNTAX_ERROR, "multiple default expressions");
            }
            set_default(cat, oid, Some(expr))
        }
        ColumnConstraintKind::Misplaced(_) => {
            refuse(state::FEATURE_NOT_SUPPORTED, "specifying constraint deferrability not supported for domains")
        }
        ColumnConstraintKind::Unique { .. } => {
            refuse(state::SYNTAX_ERROR, "unique constraints not possible for domains")
        }
        ColumnConstraintKind::PrimaryKey(_) => {
            refuse(state::SYNTAX_ERROR, "primary key constraints not possible for domains")
        }
        ColumnConstraintKind::References(_) => {
            refuse(state::SYNTAX_ERROR, "foreign key constraints not possible for domains")
        }
        ColumnConstraintKind::Generated { .. } | ColumnConstraintKind::Identity { .. } => {
            refuse(state::FEATURE_NOT_SUPPORTED, "specifying GENERATED not supported for domains")
        }
    }
}

fn set_default(cat: &mut Catalog, oid: Oid, expr: Option<&Arc<Expr>>) -> Replayed<()> {
    let mut definition = Definition::default();
    if let Some(expr) = expr {
        let name = cat.type_(oid).map(|t| t.name.clone()).unwrap_or_default();
        let references = expr::default_of(cat, &name, domain(cat, oid).map(|d| d.base), expr)?;
        definition = references.definition(cat, expr.span);
        references.depend(cat, ObjectAddress::new(Class::Type, oid), DependencyKind::Normal);
    }
    if let Some(domain) = domain_mut(cat, oid) {
        domain.default = expr.cloned();
        domain.default_definition = definition;
    }
    Ok(())
}

/// The named constraint that NOT NULL of a domain is (pg_constraint, from PostgreSQL 17 on).
fn add_not_null(cat: &mut Catalog, oid: Oid, name: Option<&Name>) -> Replayed<()> {
    let Some((schema, domain_name)) = cat.type_(oid).map(|t| (t.schema, t.name.clone())) else { return Ok(()) };
    if domain(cat, oid).is_some_and(|d| d.not_null) {
        return Ok(());
    }
    let name = constraint_name(cat, oid, schema, &domain_name, name, "not_null")?;
    let constraint = new_constraint(cat, oid, schema, &name);
    if let Some(domain) = domain_mut(cat, oid) {
        domain.not_null = true;
        domain.constraints.push(DomainConstraint {
            oid: constraint,
            name,
            expr: None,
            text: "".into(),
            definition: Definition::default(),
            validated: true,
        });
    }
    Ok(())
}

/// The name as given, which must be free (42710), or one that is.
fn constraint_name(
    cat: &Catalog,
    oid: Oid,
    schema: Oid,
    domain_name: &str,
    name: Option<&Name>,
    label: &str,
) -> Replayed<Symbol> {
    let Some(name) = name else {
        return Ok(choose_constraint_name(cat, schema, domain_name, None, label, |_| false).into());
    };
    if domain(cat, oid).is_some_and(|d| d.constraints.iter().any(|c| c.name == name.text)) {
        let message = format!("constraint \"{name}\" for domain \"{domain_name}\" already exists");
        return Err(SqlError::new(state::DUPLICATE_OBJECT, name.span, message)
            .about("constraint", format!("{domain_name}.{name}"))
            .into());
    }
    Ok(name.text.clone())
}

/// A constraint that goes with its domain.
fn new_constraint(cat: &mut Catalog, oid: Oid, schema: Oid, name: &Symbol) -> Oid {
    let constraint = cat.new_oid();
    let ty = ObjectAddress::new(Class::Type, oid);
    cat.set_owner_of(constraint, ty);
    cat.depend(ObjectAddress::new(Class::Constraint, constraint), ty, DependencyKind::Auto);
    cat.add_constraint_name(schema, name, constraint);
    constraint
}

fn add_check(cat: &mut Catalog, oid: Oid, name: Option<&Name>, expr: &Arc<Expr>, validated: bool) -> Replayed<()> {
    let Some((schema, domain_name)) = cat.type_(oid).map(|t| (t.schema, t.name.clone())) else { return Ok(()) };
    let name = constraint_name(cat, oid, schema, &domain_name, name, "check")?;
    let Some(base) = domain(cat, oid).map(|d| d.base) else { return Ok(()) };
    let references = expr::domain_check(cat, base, expr)?;
    let definition = references.definition(cat, expr.span);
    let constraint_oid = new_constraint(cat, oid, schema, &name);
    references.depend(cat, ObjectAddress::new(Class::Constraint, constraint_oid), DependencyKind::Normal);
    if let Some(domain) = domain_mut(cat, oid) {
        domain.constraints.push(DomainConstraint {
            oid: constraint_oid,
            name,
            expr: Some(expr.clone()),
            text: expr.to_string().into(),
            definition,
            validated,
        });
    }
    Ok(())
}

pub(super) fn alter_domain(cat: &mut Catalog, stmt: &AlterDomain) -> Replayed<Effects> {
    let Some(ty) = cat.find_type_by_name(&stmt.name)? else {
        return Err(super::address::undefined_object(ObjectKind::Type, &stmt.name).into());
    };
    let oid = ty.oid;
    if !matches!(ty.kind, TypeKind::Domain(_)) {
        let message = format!("{} is not a domain", cat.format_type(TypeRef::plain(oid)));
        return Err(SqlError::new(state::WRONG_OBJECT_TYPE, stmt.name.span(), message).into());
    }
    let undefined = |name: &Name| -> Stop {
        let message = format!("constraint \"{name}\" of domain \"{}\" does not exist", stmt.name);
        SqlError::new(state::UNDEFINED_OBJECT, name.span, message)
            .about("constraint", format!("{}.{name}", stmt.name))
            .into()
    };
    match &stmt.action {
        AlterDomainAction::SetDefault(expr) => set_default(cat, oid, Some(expr))?,
        AlterDomainAction::DropDefault => set_default(cat, oid, None)?,
        AlterDomainAction::SetNotNull if domain(cat, oid).is_some_and(|d| d.not_null) => {}
        AlterDomainAction::SetNotNull => {
            check_values(cat, oid, stmt.name.span())?;
            add_not_null(cat, oid, None)?;
        }
        AlterDomainAction::DropNotNull => {
            let named = domain(cat, oid).and_then(|d| d.constraints.iter().find(|c| c.expr.is_none())).map(|c| c.oid);
            if let Some(constraint) = named {
                drop_constraint(cat, oid, constraint);
            }
        }
        AlterDomainAction::AddConstraint(constraint) => {
            let before = domain(cat, oid).map(|d| d.constraints.len());
            apply_constraint(cat, oid, constraint)?;
            if !constraint.attributes.not_valid && domain(cat, oid).map(|d| d.constraints.len()) != before {
                check_values(cat, oid, constraint.span)?;
            }
        }
        AlterDomainAction::DropConstraint { name, if_exists, .. } => {
            let found =
                domain(cat, oid).and_then(|d| d.constraints.iter().find(|c| c.name == name.text)).map(|c| c.oid);
            match found {
                Some(constraint) => drop_constraint(cat, oid, constraint),
                None if *if_exists => return Ok(Effects::none()),
                None => return Err(undefined(name)),
            }
        }
        AlterDomainAction::ValidateConstraint { name } => {
            let constraint = domain_mut(cat, oid).and_then(|d| d.constraints.iter_mut().find(|c| c.name == name.text));
            match constraint {
                Some(constraint) if constraint.validated => {}
                Some(constraint) => {
                    constraint.validated = true;
                    check_values(cat, oid, name.span)?;
                }
                None => return Err(undefined(name)),
            }
        }
    }
    let now = cat.now;
    if let Some(ty) = cat.type_mut(oid) {
        ty.origin.changed = now;
    }
    Ok(Effects::of(Class::Type, oid, Change::Altered))
}

/// Whether PostgreSQL finds all values that a new constraint is about: it does not look into arrays, ranges and rows (get_rels_with_domain).
fn check_values(cat: &Catalog, oid: Oid, span: Span) -> Replayed<()> {
    let name = cat.format_type(TypeRef::plain(oid));
    for ty in cat.types() {
        match &ty.kind {
            TypeKind::Domain(domain) if domain.base.oid == oid => check_values(cat, ty.oid, span)?,
            TypeKind::Array(within) | TypeKind::Range { subtype: within, .. } if *within == oid => {
                alter_column::check_stored(cat, ty.oid, &name, span)?;
            }
            _ => {}
        }
    }
    let mut users = cat.relations().filter(|r| r.live_columns().any(|c| c.ty.oid == oid));
    users.try_for_each(|r| alter_column::check_stored(cat, r.row_type, &name, span))
}

/// Takes a constraint off its domain.
pub(super) fn drop_constraint(cat: &mut Catalog, domain: Oid, constraint: Oid) {
    let Some(schema) = cat.type_(domain).map(|t| t.schema) else { return };
    let mut name = None;
    if let Some(domain) = domain_mut(cat, domain)
        && let Some(place) = domain.constraints.iter().position(|c| c.oid == constraint)
    {
        let dropped = domain.constraints.remove(place);
        domain.not_null &= dropped.expr.is_some();
        name = Some(dropped.name);
    }
    if let Some(name) = name {
        cat.remove_constraint_name(schema, &name, constraint);
    }
    cat.remove(Class::Constraint, constraint);
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn domains_as_postgresql_answers() {
        check(&[
            ("", "create domain email as text check (value ~ '@')", "ok"),
            ("create domain email as text", "create domain email as text", "42710 type \"email\" already exists"),
            ("", "create domain email as nothing", "42704 type \"nothing\" does not exist"),
            ("", "create domain email as text check (valu ~ '@')", "42703 column \"valu\" does not exist"),
            ("", "create domain email as text not null null", "42601 conflicting NULL/NOT NULL constraints"),
            ("", "create domain email as text unique", "42601 unique constraints not possible for domains"),
            ("", "create domain email as text primary key", "42601 primary key constraints not possible for domains"),
            ("", "create domain email as text default 'a' default 'b'", "42601 multiple default expressions"),
            (
                "",
                "create domain email as text constraint c check (value > '') constraint c check (value > 'a')",
                "42710 constraint \"c\" for domain \"email\" already exists",
            ),
            ("", "create domain email as record", "42804 \"record\" is not a valid base type for a domain"),
            ("create domain email as text", "alter domain email add constraint c check (value > '')", "ok"),
            ("create domain email as text check (value > '')", "alter domain email drop constraint email_check", "ok"),
            (
                "create domain email as text",
                "alter domain email drop constraint c",
                "42704 constraint \"c\" of domain \"email\" does not exist",
            ),
            ("create domain email as text", "alter domain email drop constraint if exists c", "ok"),
            (
                "create domain email as text",
                "alter domain email validate constraint c",
                "42704 constraint \"c\" of domain \"email\" does not exist",
            ),
            ("create domain email as text", "alter domain email set not null", "ok"),
            ("", "alter domain email set not null", "42704 type \"email\" does not exist"),
            ("", "alter domain text set not null", "42809 text is not a domain"),
            (
                "create domain email as text constraint c check (value > '')",
                "comment on constraint c on domain email is 'x'",
                "ok",
            ),
            (
                "create domain email as text",
                "comment on constraint c on domain email is 'x'",
                "42704 constraint \"c\" for domain email does not exist",
            ),
        ]);
    }
}
