//! Row level security.

pub mod always_true;
pub mod anon_write;
pub mod auth_initplan;
pub mod auth_users_exposed;
pub mod disabled;
pub mod enabled_on_create;
pub mod force;
pub mod foreign_table_in_api;
pub mod graphql_exposed;
pub mod incomplete_commands;
pub mod inverted_auth_check;
pub mod isolation;
pub mod materialized_view_in_api;
pub mod missing_with_check;
pub mod multiple_permissive;
pub mod no_policy;
pub mod no_role;
pub mod nullable_discriminator;
pub mod partition_unprotected;
mod passing;
pub mod policy_without_rls;
pub mod public_bucket_listing;
pub mod queue_exposed;
pub mod recursive_policy;
pub mod security_definer_view;
pub mod sensitive_columns;
pub mod user_metadata;
pub mod with_check_weaker;

use crate::catalog::Policy;
use crate::syntax::ast::PolicyCommand;

/// What a policy may be for, and its word.
const COMMANDS: [(PolicyCommand, &str); 4] = [
    (PolicyCommand::Select, "SELECT"),
    (PolicyCommand::Insert, "INSERT"),
    (PolicyCommand::Update, "UPDATE"),
    (PolicyCommand::Delete, "DELETE"),
];

/// Whether the policy lets rows through for the command.
fn permits(policy: &Policy, command: PolicyCommand) -> bool {
    policy.permissive && (policy.command == command || policy.command == PolicyCommand::All)
}
