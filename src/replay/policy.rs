//! CREATE POLICY, ALTER POLICY.

use super::error::state;
use super::expr::{self, Place, References};
use super::trigger::is_system;
use super::{Change, Effects, Replayed, SqlError};
use crate::catalog::{Catalog, Class, Definition, DependencyKind, ObjectAddress, Oid, Policy, Relation};
use crate::source::Span;
use crate::syntax::ast::{AlterPolicy, CreatePolicy, Expr, Name, PolicyCommand, QualifiedName, RoleSpec};
use std::sync::Arc;

pub(super) fn create_policy(cat: &mut Catalog, stmt: &CreatePolicy, span: Span) -> Replayed<Effects> {
    let refuse = |expr: &Expr, message: &str| Err(SqlError::new(state::SYNTAX_ERROR, expr.span, message).into());
    match (stmt.command, &stmt.using, &stmt.with_check) {
        (PolicyCommand::Select | PolicyCommand::Delete, _, Some(check)) => {
            return refuse(check, "WITH CHECK cannot be applied to SELECT or DELETE");
        }
        (PolicyCommand::Insert, Some(using), _) => {
            return refuse(using, "only WITH CHECK expression allowed for INSERT");
        }
        _ => {}
    }
    let roles = roles(cat, &stmt.roles)?;
    let table = policy_table(cat, &stmt.table)?;
    let (references, [using_definition, with_check_definition]) =
        check_expressions(cat, &table, [&stmt.using, &stmt.with_check])?;
    cat.must_be_known(&stmt.name)?;
    if table.policy(&stmt.name).is_some() {
        return Err(SqlError::new(
            state::DUPLICATE_OBJECT,
            stmt.name.span,
            format!("policy \"{}\" for table \"{}\" already exists", stmt.name, table.name),
        )
        .about("policy", format!("{}.{}", cat.relation_name(&table), stmt.name))
        .into());
    }
    let oid = cat.new_oid();
    let policy = Policy {
        oid,
        name: stmt.name.text.clone(),
        command: stmt.command,
        permissive: stmt.permissive,
        roles_given: !stmt.roles.is_empty(),
        using: stmt.using.clone(),
        with_check: stmt.with_check.clone(),
        using_definition,
        with_check_definition,
        span,
        origin: cat.origin(),
        roles,
    };
    depend(cat, &policy, &table, &references);
    if let Some(table) = cat.relation_mut(table.oid) {
        table.policies.push(Arc::new(policy));
    }
    cat.set_owner_of(oid, ObjectAddress::new(Class::Relation, table.oid));
    Ok(effect(table.oid, oid, Change::Created))
}

pub(super) fn alter_policy(cat: &mut Catalog, stmt: &AlterPolicy) -> Replayed<Effects> {
    let roles = roles(cat, &stmt.roles)?;
    let table = policy_table(cat, &stmt.table)?;
    let (new, [using_definition, with_check_definition]) =
        check_expressions(cat, &table, [&stmt.using, &stmt.with_check])?;
    cat.must_be_known(&stmt.name)?;
    let Some(old) = table.policy(&stmt.name) else { return Err(undefined_policy(cat, &table, &stmt.name).into()) };
    let refuse = |expr: &Expr, message: &str| Err(SqlError::new(state::SYNTAX_ERROR, expr.span, message).into());
    match (old.command, &stmt.using, &stmt.with_check) {
        (PolicyCommand::Select | PolicyCommand::Delete, _, Some(check)) => {
            return refuse(check, "only USING expression allowed for SELECT, DELETE");
        }
        (PolicyCommand::Insert, Some(using), _) => {
            return refuse(using, "only WITH CHECK expression allowed for INSERT");
        }
        _ => {}
    }
    let mut policy = old.as_ref().clone();
    if !stmt.roles.is_empty() {
        policy.roles = roles;
        policy.roles_given = true;
    }
    if stmt.using.is_some() {
        policy.using = stmt.using.clone();
        policy.using_definition = using_definition;
    }
    if stmt.with_check.is_some() {
        policy.with_check = stmt.with_check.clone();
        policy.with_check_definition = with_check_definition;
    }
    policy.origin.changed = cat.now;
    if stmt.using.is_some() && (stmt.with_check.is_some() || policy.with_check.is_none()) {
        cat.drop_dependencies(policy.oid, |_| true);
    }
    // Where one condition stays, what it needs is not told from what the other needed: all of that stays.
    depend(cat, &policy, &table, &new);
    let oid = policy.oid;
    let place = table.policies.iter().position(|p| p.oid == oid);
    if let Some(table) = cat.relation_mut(table.oid)
        && let Some(slot) = place.and_then(|place| table.policies.get_mut(place))
    {
        *slot = Arc::new(policy);
    }
    Ok(effect(table.oid, oid, Change::Altered))
}

/// `policy "p" for table "t" does not exist`.
pub(super) fn undefined_policy(cat: &Catalog, table: &Relation, name: &Name) -> SqlError {
    let message = format!("policy \"{name}\" for table \"{}\" does not exist", table.name);
    SqlError::new(state::UNDEFINED_OBJECT, name.span, message)
        .about("policy", format!("{}.{name}", cat.relation_name(table)))
}

fn effect(table: Oid, policy: Oid, change: Change) -> Effects {
    let mut effects = Effects::none();
    effects.add_in(table, ObjectAddress::new(Class::Policy, policy), change);
    effects
}

fn roles(cat: &Catalog, roles: &[RoleSpec]) -> Replayed<Vec<Oid>> {
    if roles.is_empty() {
        return Ok(vec![Oid::INVALID]);
    }
    let resolved = roles.iter().map(|role| cat.resolve_role(role)).collect::<Replayed<Vec<_>>>()?;
    // PUBLIC swallows the others.
    Ok(if resolved.contains(&Oid::INVALID) { vec![Oid::INVALID] } else { resolved })
}

/// The table of a policy (42P01, 42809).
fn policy_table(cat: &Catalog, name: &QualifiedName) -> Replayed<Arc<Relation>> {
    let relation = cat.resolve_relation(name)?;
    if is_system(cat, relation) {
        let message = format!("permission denied: \"{}\" is a system catalog", relation.name);
        return Err(SqlError::new(state::INSUFFICIENT_PRIVILEGE, name.span(), message).into());
    }
    if !relation.kind.is_table() {
        return Err(super::resolve::wrong_relation_kind(relation, name.span(), "a table").into());
    }
    Ok(relation.clone())
}

fn check_expressions(
    cat: &Catalog,
    table: &Relation,
    exprs: [&Option<Arc<Expr>>; 2],
) -> Replayed<(References, [Definition; 2])> {
    let mut references = References::default();
    let mut definitions = [Definition::default(), Definition::default()];
    for (expr, definition) in exprs.into_iter().zip(&mut definitions) {
        let Some(expr) = expr else { continue };
        let named = expr::in_table(cat, table, expr, Place::Policy)?;
        *definition = named.definition(cat, expr.span);
        references.addresses.extend(named.addresses);
    }
    Ok((references, definitions))
}

fn depend(cat: &mut Catalog, policy: &Policy, table: &Relation, references: &References) {
    let address = ObjectAddress::new(Class::Policy, policy.oid);
    cat.depend(address, ObjectAddress::new(Class::Relation, table.oid), DependencyKind::Auto);
    references.depend(cat, address, DependencyKind::Normal);
    for role in policy.roles.iter().filter(|r| r.is_valid()) {
        cat.depend(address, ObjectAddress::new(Class::Role, *role), DependencyKind::Normal);
    }
}

#[cfg(test)]
mod tests {
    use crate::replay::testing::check;

    #[test]
    fn policies_as_postgresql_answers() {
        check(&[
            ("create table t (a int primary key, b text)", "create policy p on t using (a > 0)", "ok"),
            (
                "create table t (a int primary key, b text); create policy p on t for select using (true)",
                "create policy p on t using (true)",
                "42710 policy \"p\" for table \"t\" already exists",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on nothing using (true)",
                "42P01 relation \"nothing\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on nowhere.t using (true)",
                "3F000 schema \"nowhere\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t to nobody using (true)",
                "42704 role \"nobody\" does not exist",
            ),
            ("", "create policy p on nothing to nobody using (true)", "42704 role \"nobody\" does not exist"),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t for select with check (true)",
                "42601 WITH CHECK cannot be applied to SELECT or DELETE",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t for delete with check (true)",
                "42601 WITH CHECK cannot be applied to SELECT or DELETE",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t for insert using (true)",
                "42601 only WITH CHECK expression allowed for INSERT",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t for insert with check (c = 1)",
                "42703 column \"c\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t using (t.c = 1)",
                "42703 column t.c does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t using (u.a = 1)",
                "42P01 missing FROM-clause entry for table \"u\"",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t using (exists (select 1 from nothing where x = a))",
                "42P01 relation \"nothing\" does not exist",
            ),
            (
                "create table t (a int primary key, b text); create table u (c int, d int)",
                "create policy p on t using (exists (select 1 from u where u.c = t.a and d > b::int))",
                "ok",
            ),
            (
                "create table t (a int primary key, b text); create table u (c int, a int)",
                "create policy p on t using (exists (select 1 from u where u.c = t.a and e > 1))",
                "42703 column \"e\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t using (is_admin())",
                "42883 function is_admin() does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t using (is_admin(a, 'x', 1, b))",
                "42883 function is_admin(integer, unknown, integer, text) does not exist",
            ),
            ("create table t (a int primary key, b text)", "create policy p on t using (auth.uid()::text = b)", "ok"),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t using ((select auth.uid()) is not null and auth.jwt() ->> 'role' = 'x')",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t using (auth.uid(1) is not null)",
                "42883 function auth.uid(integer) does not exist",
            ),
            (
                "create table t (a int primary key, b text); create function f() returns bool language sql as 'select true'; create function f(x int default 1) returns bool language sql as 'select true'",
                "create policy p on t using (f())",
                "42725 function f() is not unique",
            ),
            (
                "create table t (a int primary key, b text); create function f(x int) returns bool language sql as 'select true'; create function f(x int, y int default 1) returns bool language sql as 'select true'",
                "create policy p on t using (f(a))",
                "42725 function f(integer) is not unique",
            ),
            (
                "create table t (a int primary key, b text); create function f(x int) returns bool language sql as 'select true'; create function f(x text, y int default 1) returns bool language sql as 'select true'",
                "create policy p on t using (f(a))",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t using (b::nothing is null)",
                "42704 type \"nothing\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t using (t is not null and t.ctid is not null)",
                "ok",
            ),
            (
                "create table t (a int primary key, b text); create view v as select * from t",
                "create policy p on v using (true)",
                "42809 \"v\" is not a table",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on pg_class using (true)",
                "42501 permission denied: \"pg_class\" is a system catalog",
            ),
            (
                "create table t (a int primary key, b text); create policy p on t for select using (true)",
                "alter policy p on t using (a > 1)",
                "ok",
            ),
            (
                "create table t (a int primary key, b text); create policy p on t for select using (true)",
                "alter policy q on t using (a > 1)",
                "42704 policy \"q\" for table \"t\" does not exist",
            ),
            (
                "create table t (a int primary key, b text); create policy p on t for select using (true)",
                "alter policy p on t using (c > 1)",
                "42703 column \"c\" does not exist",
            ),
            (
                "create table t (a int primary key, b text); create policy p on t for select using (true)",
                "alter policy p on t with check (true)",
                "42601 only USING expression allowed for SELECT, DELETE",
            ),
            (
                "create table t (a int primary key, b text); create policy p on t for insert with check (true)",
                "alter policy p on t using (true)",
                "42601 only WITH CHECK expression allowed for INSERT",
            ),
            (
                "create table t (a int primary key, b text); create policy p on t for select using (true)",
                "alter policy p on t to nobody",
                "42704 role \"nobody\" does not exist",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t using (a in (with x as (select a from t) select a from x))",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t using (a in (with x as (select a from t) select b::int from x))",
                "ok",
            ),
            (
                "create table t (a int primary key, b text)",
                "create policy p on t using (exists (with x(c) as (select a from t) select x.a from x))",
                "42703 column x.a does not exist",
            ),
        ]);
    }
}
