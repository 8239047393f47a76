//! Databases, tablespaces, languages, access methods, statistics: parsed, and (settings of a database aside) not followed by the replay.

use crate::syntax::ast::{AlterRoleSetting, CreateStatistics, Name, Other, StatementKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;
use crate::syntax::newer;
use crate::syntax::statement::common::{other, plain};

impl Cursor<'_> {
    /// After `CREATE DATABASE`.
    pub(super) fn create_database(&mut self) -> Result<StatementKind> {
        let name = self.name()?;
        self.eat(kw::WITH);
        self.database_options()?;
        Ok(other("CREATE DATABASE", Some(plain(name))))
    }

    fn database_options(&mut self) -> Result<usize> {
        let mut count = 0;
        loop {
            match self.peek().kind {
                TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent => {
                    self.bump();
                }
                TokenKind::Keyword(kw::CONNECTION) => {
                    self.bump();
                    self.expect(kw::LIMIT)?;
                }
                TokenKind::Keyword(kw::ENCODING | kw::LOCATION | kw::OWNER | kw::TABLESPACE | kw::TEMPLATE) => {
                    self.bump();
                }
                _ => return Ok(count),
            }
            self.eat_operator("=");
            if self.at_number_or_sign() {
                self.number()?;
            } else if !self.eat(kw::DEFAULT) {
                self.boolean_or_string()?;
            }
            count += 1;
        }
    }

    /// The forms of ALTER DATABASE that are not RENAME or OWNER TO.
    pub(super) fn alter_database(&mut self, name: Name) -> Result<StatementKind> {
        let tag = "ALTER DATABASE";
        match (self.keyword(), self.keyword_at(1)) {
            (Some(kw::SET), Some(kw::TABLESPACE)) if self.is_name(2) => {
                self.bump();
                self.bump();
                self.name()?;
            }
            (Some(kw::SET | kw::RESET), _) => {
                let setting = self.set_or_reset_clause()?;
                let setting = AlterRoleSetting { role: None, database: Some(name), setting };
                return Ok(StatementKind::AlterRoleSetting(Box::new(setting)));
            }
            (Some(kw::REFRESH), _) => self.expect_all(&[kw::REFRESH, kw::COLLATION, kw::VERSION])?,
            _ => {
                self.eat(kw::WITH);
                self.database_options()?;
            }
        }
        Ok(other(tag, Some(plain(name))))
    }

    /// After `CREATE TABLESPACE`.
    pub(super) fn create_tablespace(&mut self) -> Result<StatementKind> {
        let name = self.name()?;
        if self.eat(kw::OWNER) {
            self.role()?;
        }
        self.expect(kw::LOCATION)?;
        self.string()?;
        self.with_storage_parameters()?;
        Ok(other("CREATE TABLESPACE", Some(plain(name))))
    }

    pub(super) fn alter_tablespace(&mut self, name: Name) -> Result<StatementKind> {
        if !self.eat(kw::RESET) {
            self.expect(kw::SET)?;
        }
        self.storage_parameters()?;
        Ok(other("ALTER TABLESPACE", Some(plain(name))))
    }

    /// From `[TRUSTED] [PROCEDURAL] LANGUAGE` on.
    pub(super) fn create_language(&mut self, or_replace: bool) -> Result<StatementKind> {
        self.eat(kw::TRUSTED);
        self.eat(kw::PROCEDURAL);
        self.expect(kw::LANGUAGE)?;
        let name = self.name()?;
        let mut functions = Vec::new();
        if self.eat(kw::HANDLER) {
            functions.push(("handler", self.handler_name()?));
            if self.eat(kw::INLINE) {
                functions.push(("inline", self.handler_name()?));
            }
            if self.eat(kw::NO) {
                self.expect(kw::VALIDATOR)?;
            } else if self.eat(kw::VALIDATOR) {
                functions.push(("validator", self.handler_name()?));
            }
        }
        let name = Some(plain(name));
        Ok(StatementKind::Other(Box::new(Other {
            tag: "CREATE LANGUAGE",
            name,
            functions,
            or_replace,
            ..Other::default()
        })))
    }

    /// After `CREATE ACCESS METHOD`.
    pub(super) fn create_access_method(&mut self) -> Result<StatementKind> {
        let name = self.name()?;
        self.expect(kw::TYPE)?;
        let part = if self.eat(kw::INDEX) {
            "index"
        } else {
            self.expect(kw::TABLE)?;
            "table"
        };
        self.expect(kw::HANDLER)?;
        let functions = vec![(part, self.handler_name()?)];
        let name = Some(plain(name));
        Ok(StatementKind::Other(Box::new(Other { tag: "CREATE ACCESS METHOD", name, functions, ..Other::default() })))
    }

    /// After `CREATE STATISTICS`.
    pub(super) fn create_statistics(&mut self) -> Result<StatementKind> {
        let if_not_exists = self.if_not_exists()?;
        let named = if_not_exists || (!self.at(kw::ON) && !self.at_kind(TokenKind::LParen));
        let name = if named { Some(self.qualified_name()?) } else { None };
        if !named {
            self.note_newer(self.peek(), &newer::UNNAMED_STATISTICS);
        }
        let kinds = self.optional_columns()?;
        self.expect(kw::ON)?;
        let exprs = self.comma_list(Self::key_expression)?;
        self.expect(kw::FROM)?;
        let from = self.table_references()?;
        let statistics = CreateStatistics { name, if_not_exists, kinds, exprs, from };
        Ok(StatementKind::CreateStatistics(Box::new(statistics)))
    }

    /// After `CREATE ASSERTION`.
    pub(super) fn create_assertion(&mut self) -> Result<StatementKind> {
        let name = self.qualified_name()?;
        self.expect(kw::CHECK)?;
        self.paren_expr()?;
        Err(SyntaxError::new(name.span(), "CREATE ASSERTION is not yet implemented").with_sqlstate("0A000"))
    }
}
