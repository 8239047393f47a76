//! Foreign data: wrappers, servers, user mappings, IMPORT FOREIGN SCHEMA. Parsed, and not followed by the replay.

use crate::syntax::ast::{Name, ObjectKind, ObjectName, Other, QualifiedName, StatementKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::kw;
use crate::syntax::statement::common::{other, plain};

impl Cursor<'_> {
    /// After `CREATE FOREIGN DATA WRAPPER`.
    pub(super) fn create_foreign_data_wrapper(&mut self) -> Result<StatementKind> {
        let name = self.name()?;
        let (functions, _) = self.wrapper_functions()?;
        let options = self.generic_options()?;
        let name = Some(plain(name));
        let tag = "CREATE FOREIGN DATA WRAPPER";
        Ok(StatementKind::Other(Box::new(Other { tag, name, functions, options, ..Other::default() })))
    }

    /// `{HANDLER name | VALIDATOR name | NO HANDLER | NO VALIDATOR}…`: the functions, and whether there was any.
    fn wrapper_functions(&mut self) -> Result<(Vec<(&'static str, QualifiedName)>, bool)> {
        let mut any = false;
        let mut functions = Vec::new();
        while self.at_any(&[kw::HANDLER, kw::VALIDATOR, kw::NO]) {
            let no = self.eat(kw::NO);
            let part = if self.eat(kw::HANDLER) {
                "handler"
            } else {
                self.expect(kw::VALIDATOR)?;
                "validator"
            };
            if !no {
                functions.push((part, self.handler_name()?));
            }
            any = true;
        }
        Ok((functions, any))
    }

    pub(super) fn alter_foreign_data_wrapper(&mut self, name: Name) -> Result<StatementKind> {
        let (_, any) = self.wrapper_functions()?;
        if !any || self.at(kw::OPTIONS) {
            self.alter_generic_options()?;
        }
        Ok(other("ALTER FOREIGN DATA WRAPPER", Some(plain(name))))
    }

    /// After `CREATE SERVER`.
    pub(super) fn create_server(&mut self) -> Result<StatementKind> {
        let if_not_exists = self.if_not_exists()?;
        let name = self.name()?;
        if self.eat(kw::TYPE) {
            self.string()?;
        }
        self.server_version()?;
        self.expect_all(&[kw::FOREIGN, kw::DATA, kw::WRAPPER])?;
        let needs = Some((ObjectKind::ForeignDataWrapper, self.name()?));
        let options = self.generic_options()?;
        let name = Some(plain(name));
        Ok(StatementKind::Other(Box::new(Other {
            tag: "CREATE SERVER",
            name,
            if_not_exists,
            needs,
            options,
            ..Other::default()
        })))
    }

    /// `[VERSION {'version' | NULL}]`.
    fn server_version(&mut self) -> Result<bool> {
        if !self.eat(kw::VERSION) {
            return Ok(false);
        }
        if !self.eat(kw::NULL) {
            self.string()?;
        }
        Ok(true)
    }

    pub(super) fn alter_server(&mut self, name: Name) -> Result<StatementKind> {
        let version = self.server_version()?;
        if !version || self.at(kw::OPTIONS) {
            self.alter_generic_options()?;
        }
        Ok(other("ALTER SERVER", Some(plain(name))))
    }

    /// After `CREATE USER MAPPING`.
    pub(super) fn create_user_mapping(&mut self) -> Result<StatementKind> {
        let if_not_exists = self.if_not_exists()?;
        let mapping = self.user_mapping_of("CREATE USER MAPPING")?;
        let options = self.generic_options()?;
        Ok(StatementKind::Other(Box::new(Other { if_not_exists, options, ..mapping })))
    }

    /// `FOR role SERVER server`.
    pub(super) fn user_mapping_of(&mut self, tag: &'static str) -> Result<Other> {
        let ObjectName::UserMapping { user, server } = self.user_mapping()? else { return self.fail() };
        let needs = Some((ObjectKind::Server, server));
        Ok(Other { tag, needs, role: Some(user), ..Other::default() })
    }

    pub(super) fn import_foreign_schema(&mut self) -> Result<StatementKind> {
        self.expect_all(&[kw::IMPORT, kw::FOREIGN, kw::SCHEMA])?;
        let name = self.name()?;
        let limit = self.eat(kw::LIMIT);
        if limit {
            self.expect(kw::TO)?;
        }
        if limit || self.eat(kw::EXCEPT) {
            self.paren_list(Self::relation)?;
        }
        self.expect_all(&[kw::FROM, kw::SERVER])?;
        let needs = Some((ObjectKind::Server, self.name()?));
        self.expect(kw::INTO)?;
        self.name()?;
        self.generic_options()?;
        let name = Some(plain(name));
        Ok(StatementKind::Other(Box::new(Other { tag: "IMPORT FOREIGN SCHEMA", name, needs, ..Other::default() })))
    }
}
