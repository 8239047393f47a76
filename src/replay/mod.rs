//! Statements applied to the catalog, one module per family, named as in `syntax/`.
//!
//! `replay` walks the files in order and gives each statement PostgreSQL's verdict under psql's autocommit: a refused statement has no effect, an
//! explicit block aborts as a whole.

mod address;
mod aggregate;
mod alter_column;
mod alter_table;
mod assume;
mod base;
mod column_settings;
mod comment;
mod constraint;
mod describe;
mod dml;
mod do_block;
mod domain;
mod drop;
mod effect;
mod error;
mod event_trigger;
mod expr;
mod extension;
mod function;
mod index;
mod inherit;
mod maintenance;
mod operator;
mod other;
mod owner;
mod partition;
mod policy;
mod privileges;
mod publication;
mod reloptions;
mod rename;
mod requirements;
mod resolve;
mod role;
mod rows;
mod rule;
mod schema;
mod sequence;
mod session;
mod set_schema;
mod settings;
mod statistics;
mod table;
mod taint;
#[cfg(test)]
pub(crate) mod testing;
mod timeline;
mod transaction;
mod trigger;
mod types;
mod view;

pub use base::{BaseError, load_base};
pub(crate) use constraint::children;
pub(crate) use describe::object as describe_object;
pub use effect::{Change, Effect, Effects};
pub use error::{Replayed, SqlError, Stop, Subject, state};
pub use function::missing_names;
pub(crate) use privileges::{default_acl, initial_acl};
pub use timeline::{FileReplay, Step, Timeline, Verdict};
pub use transaction::ReplayInPieces;

use crate::catalog::Catalog;
use crate::syntax::ast::{Statement, StatementKind};
use taint::mark_unknown;

/// Applies one statement. On `Err` the catalog may be half changed: the caller puts the old one back.
pub(crate) fn apply(cat: &mut Catalog, statement: &Statement) -> Replayed<Effects> {
    let effects = perform(cat, statement)?;
    rows::note(cat, statement);
    Ok(effects)
}

fn perform(cat: &mut Catalog, statement: &Statement) -> Replayed<Effects> {
    use StatementKind::*;
    match &statement.kind {
        CreateTable(s) => table::create_table(cat, s),
        CreateTableAs(s) => view::create_table_as(cat, s),
        CreateView(s) => view::create_view(cat, s),
        CreateIndex(s) => index::create_index(cat, s),
        CreatePolicy(s) => policy::create_policy(cat, s, statement.span),
        CreateFunction(s) => function::create_function(cat, s),
        CreateTrigger(s) => trigger::create_trigger(cat, s),
        CreateRule(s) => rule::create_rule(cat, s, statement.span),
        CreateAggregate(s) => aggregate::create_aggregate(cat, s, statement.span),
        CreateOperator(s) => operator::create_operator(cat, s, statement.span),
        CreateCast(s) => operator::create_cast(cat, s, statement.span),
        CreateEventTrigger(s) => event_trigger::create_event_trigger(cat, s, statement.span),
        CreateStatistics(s) => statistics::create_statistics(cat, s, statement.span),
        CreateType(s) => types::create_type(cat, s),
        CreateDomain(s) => domain::create_domain(cat, s),
        CreateSequence(s) => sequence::create_sequence(cat, s),
        CreateSchema(s) => schema::create_schema(cat, s),
        CreateExtension(s) => extension::create_extension(cat, s),
        CreateRole(s) => role::create_role(cat, s),
        CreatePublication(s) => publication::create_publication(cat, s),

        AlterTable(s) => alter_table::alter_table(cat, s),
        AlterPolicy(s) => policy::alter_policy(cat, s),
        AlterFunction(s) => function::alter_function(cat, s),
        AlterEnum(s) => types::alter_enum(cat, s),
        AlterDomain(s) => domain::alter_domain(cat, s),
        AlterSequence(s) => sequence::alter_sequence(cat, s),
        AlterExtension(s) => extension::alter_extension(cat, s),
        AlterRole(s) => role::alter_role(cat, s),
        AlterRoleSetting(s) => role::alter_role_setting(cat, s),
        AlterPublication(s) => publication::alter_publication(cat, s),
        Rename(s) => rename::rename(cat, s),
        SetSchema(s) => set_schema::set_schema(cat, s),
        OwnerTo(s) => owner::owner_to(cat, s),
        DependsOnExtension(s) => extension::depends_on_extension(cat, s),

        Drop(s) => drop::drop_objects(cat, s),
        DropOwned(s) => role::drop_owned(cat, s),
        Comment(s) => comment::comment(cat, s),
        SecurityLabel(s) => comment::security_label(cat, s),
        Grant(s) => privileges::grant(cat, s),
        GrantRole(s) => role::grant_role(cat, s),
        AlterDefaultPrivileges(s) => privileges::alter_default_privileges(cat, s),

        Do(s) => do_block::do_block(cat, s),
        Set(s) => settings::set(cat, s),
        Reset(s) => settings::reset(cat, s),
        SetConstraints(s) => settings::set_constraints(cat, s),
        Truncate(s) => dml::truncate(cat, s),
        Lock(s) => dml::lock(cat, s),
        Reindex(s) => maintenance::reindex(cat, s),
        Maintenance(s) => maintenance::maintenance(cat, s),
        RefreshMaterializedView(s) => view::refresh(cat, s),

        Query(s) => dml::query(cat, s),
        Insert(s) => dml::insert(cat, s),
        Update(s) => dml::update(cat, s),
        Delete(s) => dml::delete(cat, s),
        Merge(s) => dml::merge(cat, s),
        Copy(s) => dml::copy(cat, s),
        Call(s) => dml::call(cat, s),
        Other(s) => other::other(cat, s, statement.span),

        // Transactions are the session's; these change nothing that is modelled.
        Show(name) => settings::show(name),
        Transaction(_) => Ok(Effects::none()),
    }
}
