//! Foreign data: wrappers, servers, user mappings, IMPORT FOREIGN SCHEMA. Parsed, and not followed by the replay.

use crate::syntax::ast::{Name, ObjectKind, Other, StatementKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::kw;
use crate::syntax::statement::common::{other, plain};

impl Cursor<'_> {
    /// After `CREATE FOREIGN DATA WRAPPER`.
    pub(super) fn create_foreign_data_wrapper(&mut self) -> Result<StatementKind> {
        let name = self.name()?;
        self.wrapper_functions()?;
        self.generic_options()?;
        Ok(other("CREATE FOREIGN DATA WRAPPER", Some(plain(name))))
    }

    /// `{HANDLER name | VALIDATOR name | NO HANDLER | NO VALIDATOR}…`: whether there was any.
    fn wrapper_functions(&mut self) -> Result<bool> {
        let mut any = false;
        while self.at_any(&[kw::HANDLER, kw::VALIDATOR, kw::NO]) {
            let no = self.eat(kw::NO);
            if !self.eat(kw::HANDLER) {
                self.expect(kw::VALIDATOR)?;
            }
            if !no {
                self.handler_name()?;
            }
            any = true;
        }
        Ok(any)
    }

    pub(super) fn alter_foreign_data_wrapper(&mut self, name: Name) -> Result<StatementKind> {
        let any = self.wrapper_functions()?;
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
        self.generic_options()?;
        let name = Some(plain(name));
        Ok(StatementKind::Other(Box::new(Other { tag: "CREATE SERVER", name, if_not_exists, needs })))
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
        self.if_not_exists()?;
        self.user_mapping()?;
        self.generic_options()?;
        Ok(other("CREATE USER MAPPING", None))
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
        Ok(StatementKind::Other(Box::new(Other { tag: "IMPORT FOREIGN SCHEMA", name, if_not_exists: false, needs })))
    }
}
