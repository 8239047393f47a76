//! Row level security.

pub mod auth_initplan;
pub mod enabled_on_create;
pub mod incomplete_commands;
pub mod no_policy;
pub mod policy_without_rls;
