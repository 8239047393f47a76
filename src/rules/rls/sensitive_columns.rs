//! rls/sensitive-columns: columns that sound like secrets in a table that everyone reads.

use crate::catalog::RelationKind;
use crate::rules::prelude::*;

pub const RULE: Rule = Rule {
    name: "rls/sensitive-columns",
    severity: Severity::Error,
    preset: Preset::Recommended,
    summary: native!("column that sounds secret in a table without row level security"),
    doc: page!("rls/sensitive-columns"),
    since: "0.1.0",
    check: Check::Project(check),
};

const NAMES: &str = " password passwd pwd passphrase secret secret_key private_key api_key apikey auth_key token jwt access_token \
    refresh_token oauth_token session_token bearer_token auth_code session_id session_key session_secret recovery_code backup_code \
    verification_code otp two_factor 2fa_secret 2fa_code ssn social_security social_security_number driver_license drivers_license \
    license_number passport_number passport_id national_id tax_id credit_card card_number cvv cvc cvn bank_account account_number \
    routing_number iban swift_code bic health_record medical_record patient_id insurance_number health_insurance medical_insurance \
    treatment mac_address macaddr imei device_uuid pgp_key gpg_key ssh_key certificate license_key activation_key facial_recognition ";

fn check(cx: &mut ProjectContext) {
    for (table, location) in cx.own_relations() {
        if table.kind != RelationKind::Table
            || table.row_security.enabled
            || table.doubt.security
            || !splinter::is_in_api(cx, table)
        {
            continue;
        }
        let is_secret = |name: &str| NAMES.contains(&format!(" {} ", name.to_ascii_lowercase().replace('-', "_")));
        let columns: Vec<&str> = table.live_columns().map(|c| &*c.name).filter(|name| is_secret(name)).collect();
        if columns.is_empty() {
            continue;
        }
        let name = cx.schema.relation_name(table);
        let message = format!("clients read {} of `{name}`: it has no row level security", columns.join(", "));
        let (schema, table) = splinter::names(cx.schema, table);
        cx.report(cx.name_location(location), message)
            .help("enable row level security, or keep such columns in a table that the API does not reach")
            .object(name)
            .splinter("sensitive_columns_exposed", &["sensitive_columns_exposed", schema, table]);
    }
}
