//! Schemas and extensions.

use crate::syntax::ast::{
    AlterExtension, AlterExtensionAction, CreateExtension, CreateSchema, Name, Statement, StatementKind,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::statement::object::Context;

impl Cursor<'_> {
    /// After `CREATE SCHEMA`.
    pub(super) fn create_schema(&mut self) -> Result<StatementKind> {
        let if_not_exists = self.if_not_exists()?;
        let name = if self.at(kw::AUTHORIZATION) { None } else { Some(self.name()?) };
        let authorization = if self.eat(kw::AUTHORIZATION) { Some(self.role()?) } else { None };
        let mut elements = Vec::new();
        while self.at_any(&[kw::CREATE, kw::GRANT]) {
            elements.push(self.schema_element()?);
        }
        if let (true, Some(element)) = (if_not_exists, elements.first()) {
            let message = "CREATE SCHEMA IF NOT EXISTS cannot include schema elements";
            return Err(SyntaxError::new(element.span, message).with_sqlstate("0A000"));
        }
        Ok(StatementKind::CreateSchema(Box::new(CreateSchema { name, if_not_exists, authorization, elements })))
    }

    fn schema_element(&mut self) -> Result<Statement> {
        let second = self.peek_at(1);
        let element = self.statement()?;
        match element.kind {
            StatementKind::CreateTable(_)
            | StatementKind::CreateIndex(_)
            | StatementKind::CreateSequence(_)
            | StatementKind::CreateTrigger(_)
            | StatementKind::Grant(_)
            | StatementKind::CreateView(_) => Ok(element),
            _ => Err(self.error_at(second)),
        }
    }

    /// After `CREATE EXTENSION`.
    pub(super) fn create_extension(&mut self) -> Result<StatementKind> {
        let if_not_exists = self.if_not_exists()?;
        let name = self.name()?;
        self.eat(kw::WITH);
        let (mut schema, mut version, mut cascade) = (None, None, false);
        loop {
            let start = self.peek();
            let again = match self.keyword() {
                Some(kw::SCHEMA) => {
                    self.bump();
                    schema.replace(self.name()?).is_some()
                }
                Some(kw::VERSION) => {
                    self.bump();
                    version.replace(self.word_or_string()?).is_some()
                }
                Some(kw::CASCADE) => {
                    self.bump();
                    std::mem::replace(&mut cascade, true)
                }
                Some(kw::FROM) => {
                    self.bump();
                    self.word_or_string()?;
                    let message = "CREATE EXTENSION ... FROM is no longer supported";
                    return Err(SyntaxError::new(start.span(), message).with_sqlstate("0A000"));
                }
                _ => break,
            };
            if again {
                self.defer(SyntaxError::new(self.span_from(start), "conflicting or redundant options"));
            }
        }
        let extension = CreateExtension { name, if_not_exists, schema, version, cascade };
        Ok(StatementKind::CreateExtension(Box::new(extension)))
    }

    /// UPDATE, ADD and DROP of ALTER EXTENSION.
    pub(super) fn alter_extension(&mut self, name: Name) -> Result<StatementKind> {
        let action = match self.keyword() {
            Some(kw::UPDATE) => {
                self.bump();
                let mut version = None;
                while self.eat(kw::TO) {
                    version = Some(self.word_or_string()?);
                }
                AlterExtensionAction::Update { version }
            }
            Some(keyword @ (kw::ADD | kw::DROP)) => {
                self.bump();
                let (kind, object) = self.object(Context::ExtensionMember)?;
                AlterExtensionAction::Member { add: keyword == kw::ADD, kind, object: Box::new(object) }
            }
            _ => return self.fail(),
        };
        Ok(StatementKind::AlterExtension(Box::new(AlterExtension { name, action })))
    }
}
