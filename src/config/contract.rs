//! `[contract]`.

use super::Value;
use super::read::{At, Read};
use crate::contract::{COMMANDS, Contract, TableContract};

const KEYS: [&str; 4] = ["tables", "enums", "extensions", "forbidden"];
const TABLE_KEYS: [&str; 9] =
    ["views", "except", "columns", "primary_key", "rls", "policies", "indexes", "unique", "foreign_keys"];

pub(super) fn read(at: At) -> Read<Contract> {
    let mut contract = Contract::default();
    at.each(&mut |at| {
        match at.key {
            "tables" => contract.tables = at.keyed(table)?,
            "enums" => contract.enums = at.keyed(|labels| labels.texts())?,
            "extensions" => contract.extensions = at.texts()?,
            "forbidden" => contract.forbidden = at.texts()?,
            _ => return Err(at.unknown(&KEYS)),
        }
        Ok(())
    })?;
    Ok(contract)
}

fn table(at: At) -> Read<TableContract> {
    let mut table = TableContract::default();
    at.each(&mut |at| {
        match at.key {
            "views" => table.views = at.bool()?,
            "except" => table.except = at.texts()?,
            "columns" => {
                table.columns = match at.value {
                    Value::List(_) => at.texts()?.into_iter().map(|name| (name, String::new())).collect(),
                    _ => at.keyed(|spec| spec.text())?,
                }
            }
            "primary_key" => table.primary_key = Some(at.text()?),
            "rls" => table.rls = at.bool()?,
            "policies" => {
                table.policies = at.texts()?;
                for item in at.list()?.iter().enumerate() {
                    at.item(item, |command| command.word(&COMMANDS).map(|_| ()))?;
                }
            }
            "indexes" => table.indexes = at.texts()?,
            "unique" => table.unique = at.texts()?,
            "foreign_keys" => table.foreign_keys = at.keyed(|target| target.text())?,
            _ => return Err(at.unknown(&TABLE_KEYS)),
        }
        Ok(())
    })?;
    Ok(table)
}
