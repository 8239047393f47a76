//! What a rule's file needs.

pub(super) use super::context::{created_name, insert_after, is_certain, is_security_certain, is_sure, sql_name};
pub(super) use super::splinter;
pub(super) use super::{Check, Edit, MigrationContext, Preset, ProjectContext, Rule, Severity, StatementContext};
pub(super) use crate::catalog::sql_identifier;
