//! The one list of rules.

use super::{
    Rule, atomicity, compat, data, docs, index, lock, naming, rls, schema, security, suppression, syntax, types,
};

use crate::contract::RULES as CONTRACT;

/// Every rule, by family.
pub static RULES: &[&Rule] = &[
    &syntax::error::RULE,
    &syntax::newer_than_target::RULE,
    &syntax::psql_command::RULE,
    &syntax::empty_migration::RULE,
    &syntax::truncated_identifier::RULE,
    &naming::migration_file::RULE,
    &naming::duplicate_version::RULE,
    &naming::edited_migration::RULE,
    &naming::identifier::RULE,
    &naming::future_version::RULE,
    &naming::after_baseline::RULE,
    &naming::out_of_order::RULE,
    &naming::word::RESERVED_WORD,
    &naming::word::NEEDS_QUOTES,
    &naming::word::PLURAL_TABLES,
    &naming::required_columns::RULE,
    &naming::require_schema::RULE,
    &atomicity::cannot_run_in_transaction::RULE,
    &atomicity::schema_and_data::RULE,
    &atomicity::single_change::RULE,
    &atomicity::enum_value_used::RULE,
    &atomicity::transaction_control::RULE,
    &atomicity::uncommitted::RULE,
    &atomicity::not_idempotent::RULE,
    &atomicity::validate_same_transaction::RULE,
    &atomicity::merge_alter_table::RULE,
    &atomicity::unchecked_do::RULE,
    &schema::UNDEFINED_TABLE,
    &schema::UNDEFINED_COLUMN,
    &schema::UNDEFINED_FUNCTION,
    &schema::UNDEFINED_TYPE,
    &schema::UNDEFINED_OBJECT,
    &schema::UNDEFINED_SCHEMA,
    &schema::DUPLICATE_TABLE,
    &schema::DUPLICATE_COLUMN,
    &schema::DUPLICATE_OBJECT,
    &schema::DUPLICATE_FUNCTION,
    &schema::DEPENDENT_OBJECTS,
    &schema::WRONG_OBJECT_TYPE,
    &schema::INVALID_FOREIGN_KEY,
    &schema::DATATYPE_MISMATCH,
    &schema::INVALID_DEFINITION,
    &schema::REFUSED,
    &schema::MISSING_EXTENSION,
    &schema::invalid_function_body::RULE,
    &schema::insufficient_privilege::RULE,
    &schema::redundant::RULE,
    &rls::enabled_on_create::RULE,
    &rls::no_policy::RULE,
    &rls::policy_without_rls::RULE,
    &rls::incomplete_commands::RULE,
    &rls::auth_initplan::RULE,
    &rls::disabled::RULE,
    &rls::always_true::RULE,
    &rls::multiple_permissive::RULE,
    &rls::user_metadata::RULE,
    &rls::security_definer_view::RULE,
    &rls::auth_users_exposed::RULE,
    &rls::sensitive_columns::RULE,
    &rls::materialized_view_in_api::RULE,
    &rls::foreign_table_in_api::RULE,
    &rls::public_bucket_listing::RULE,
    &rls::graphql_exposed::RULE,
    &rls::queue_exposed::RULE,
    &rls::anon_write::RULE,
    &rls::with_check_weaker::RULE,
    &rls::missing_with_check::RULE,
    &rls::no_role::RULE,
    &rls::isolation::TENANT,
    &rls::isolation::OWNER,
    &rls::nullable_discriminator::RULE,
    &rls::recursive_policy::RULE,
    &rls::inverted_auth_check::RULE,
    &rls::partition_unprotected::RULE,
    &rls::force::RULE,
    &index::foreign_key::RULE,
    &index::duplicate::RULE,
    &index::concurrently::RULE,
    &index::no_primary_key::RULE,
    &index::policy_column::RULE,
    &index::redundant::RULE,
    &index::drop_concurrently::RULE,
    &index::reindex_concurrently::RULE,
    &index::concurrent_if_not_exists::RULE,
    &index::too_many_columns::RULE,
    &index::wrong_method::RULE,
    &types::reg_type::RULE,
    &types::columns::PREFER_TIMESTAMPTZ,
    &types::columns::PREFER_IDENTITY,
    &types::columns::PREFER_BIGINT_KEY,
    &types::columns::PREFER_TEXT,
    &types::columns::NO_CHAR,
    &types::columns::PREFER_JSONB,
    &types::columns::NO_MONEY,
    &types::columns::NO_FLOAT_MONEY,
    &types::columns::NO_TIMETZ,
    &types::foreign_key_mismatch::RULE,
    &types::new_enum::RULE,
    &types::generated_uuid_default::RULE,
    &security::function_search_path::RULE,
    &security::definer_executable::RULE,
    &security::extension_in_public::RULE,
    &security::foreign_key_to_auth_unique::RULE,
    &security::secret_literal::RULE,
    &security::dynamic_sql::RULE,
    &security::grant_all::RULE,
    &security::default_privileges::RULE,
    &security::superuser_or_bypassrls::RULE,
    &security::untrusted_language::RULE,
    &security::managed_schema::RULE,
    &lock::add_column_rewrite::RULE,
    &lock::add_required_column::RULE,
    &lock::set_not_null::RULE,
    &lock::change_type::RULE,
    &lock::add_foreign_key::RULE,
    &lock::add_check::RULE,
    &lock::add_unique::RULE,
    &lock::add_primary_key::RULE,
    &lock::add_exclusion::RULE,
    &lock::refresh_matview::RULE,
    &lock::vacuum_full::RULE,
    &lock::cluster::RULE,
    &lock::set_tablespace_or_logged::RULE,
    &lock::attach_partition::RULE,
    &lock::detach_partition::RULE,
    &lock::rename::RULE,
    &lock::toggle_trigger::RULE,
    &lock::create_trigger::RULE,
    &lock::timeout::LOCK,
    &lock::timeout::STATEMENT,
    &lock::timeout::IDLE,
    &lock::while_exclusive::RULE,
    &lock::wide_window::RULE,
    &lock::add_domain_constraint::RULE,
    &compat::drop::TABLE,
    &compat::drop::COLUMN,
    &compat::drop::VIEW,
    &compat::drop::SCHEMA,
    &compat::drop::FUNCTION,
    &compat::drop::TYPE,
    &compat::drop::SEQUENCE,
    &compat::drop::CONSTRAINT,
    &compat::drop::DEFAULT,
    &compat::drop::NOT_NULL,
    &compat::drop::EXTENSION,
    &compat::drop::DOMAIN,
    &compat::drop::DATABASE,
    &compat::drop::POLICY,
    &compat::drop::TRIGGER,
    &compat::drop::INDEX,
    &compat::drop::GENERATED,
    &compat::rename::TABLE,
    &compat::rename::COLUMN,
    &compat::rename::OBJECT,
    &compat::rename::SCHEMA,
    &compat::rename::ENUM_VALUE,
    &compat::change_column_type::RULE,
    &compat::set_schema::RULE,
    &compat::add_required_column::RULE,
    &compat::change_function_signature::RULE,
    &compat::revoke::RULE,
    &compat::narrow_check::RULE,
    &compat::drop_primary_key::RULE,
    &compat::replace_view_columns::RULE,
    &compat::alter_identity::RULE,
    &compat::destructive_without_note::RULE,
    &data::update_without_where::RULE,
    &data::delete_without_where::RULE,
    &data::truncate::RULE,
    &data::truncate::CASCADE,
    &data::insert_without_columns::RULE,
    &data::large_backfill::RULE,
    &data::seed_in_migration::RULE,
    &data::duplicate_assignment::RULE,
    &docs::header::RULE,
    &docs::comment_on_table::RULE,
    &docs::comment_on_destructive::RULE,
    &suppression::UNUSED,
    &suppression::UNKNOWN_RULE,
    &suppression::NO_REASON,
    &CONTRACT[0],
    &CONTRACT[1],
    &CONTRACT[2],
    &CONTRACT[3],
    &CONTRACT[4],
    &CONTRACT[5],
    &CONTRACT[6],
    &CONTRACT[7],
    &CONTRACT[8],
    &CONTRACT[9],
    &CONTRACT[10],
    &CONTRACT[11],
    &CONTRACT[12],
];

/// The rule by its full name.
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.name == name)
}

/// The rule whose name is nearest to a misspelt one, if any is near.
pub fn nearest(name: &str) -> Option<&'static str> {
    let distance = |rule: &Rule| {
        // The family may have been left out.
        let bare = rule.name.split_once('/').map_or(rule.name, |(_, bare)| bare);
        edit_distance(name, rule.name, usize::MAX).min(edit_distance(name, bare, usize::MAX))
    };
    let best = RULES.iter().min_by_key(|rule| distance(rule))?;
    (distance(best) <= 2 + name.len() / 6).then_some(best.name)
}

/// Levenshtein's distance in bytes, where it is `most` or less; else anything above that.
pub fn edit_distance(a: &str, b: &str, most: usize) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        let mut least = row[0];
        for (j, y) in b.bytes().enumerate() {
            let substituted = diagonal + usize::from(x != y);
            diagonal = row[j + 1];
            row[j + 1] = substituted.min(row[j] + 1).min(diagonal + 1);
            least = least.min(row[j + 1]);
        }
        // It never gets less from a row to the next.
        if least > most {
            return least;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_nearest_name() {
        assert_eq!(nearest("rls/no-polcy"), Some("rls/no-policy"));
        assert_eq!(nearest("enabled-on-create"), Some("rls/enabled-on-create"));
        assert_eq!(nearest("something-else-entirely"), None);
        assert_eq!(edit_distance("kitten", "sitting", 3), 3);
        assert!(edit_distance("kitten", "sitting", 2) > 2);
    }

    #[test]
    fn names_are_unique_and_of_the_form_family_slash_name() {
        for (i, rule) in RULES.iter().enumerate() {
            assert!(rule.name.split_once('/').is_some_and(|(f, n)| !f.is_empty() && !n.contains('/')), "{}", rule.name);
            assert!(RULES[..i].iter().all(|other| other.name != rule.name), "{} twice", rule.name);
        }
    }
}
