//! Publications and subscriptions.

use crate::syntax::ast::{
    AlterPublication, AlterPublicationAction, CreatePublication, Name, PublicationObject, StatementKind,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;
use crate::syntax::statement::common::{Definition, other, plain};

impl Cursor<'_> {
    /// After `CREATE PUBLICATION`.
    pub(super) fn create_publication(&mut self) -> Result<StatementKind> {
        let name = self.name()?;
        let mut all_tables = false;
        let mut objects = Vec::new();
        if self.eat(kw::FOR) {
            all_tables = self.eat(kw::ALL);
            if all_tables {
                self.expect(kw::TABLES)?;
            } else {
                objects = self.publication_objects()?;
            }
        }
        let with = self.with_definition()?;
        Ok(StatementKind::CreatePublication(Box::new(CreatePublication { name, all_tables, objects, with })))
    }

    /// ADD, SET and DROP of ALTER PUBLICATION.
    pub(super) fn alter_publication(&mut self, name: Name) -> Result<StatementKind> {
        let action = match self.keyword() {
            Some(kw::SET) => {
                self.bump();
                if self.at_kind(TokenKind::LParen) {
                    let options = self.definition()?;
                    AlterPublicationAction::SetOptions(options.into_iter().map(Definition::into_parameter).collect())
                } else {
                    AlterPublicationAction::Set(self.publication_objects()?)
                }
            }
            Some(kw::ADD) => {
                self.bump();
                AlterPublicationAction::Add(self.publication_objects()?)
            }
            Some(kw::DROP) => {
                self.bump();
                AlterPublicationAction::Drop(self.publication_objects()?)
            }
            _ => return self.fail(),
        };
        Ok(StatementKind::AlterPublication(Box::new(AlterPublication { name, action })))
    }

    /// A list whose items without TABLE or TABLES IN SCHEMA go on with the kind of the item before.
    fn publication_objects(&mut self) -> Result<Vec<PublicationObject>> {
        let mut objects: Vec<PublicationObject> = Vec::new();
        loop {
            let object = if self.eat(kw::TABLE) {
                self.publication_table()?
            } else if self.at_all(&[kw::TABLES, kw::IN]) {
                self.bump();
                self.bump();
                self.expect(kw::SCHEMA)?;
                self.publication_schema()?
            } else {
                self.continued_object(objects.last())?
            };
            objects.push(object);
            if !self.eat_kind(TokenKind::Comma) {
                return Ok(objects);
            }
        }
    }

    fn continued_object(&mut self, previous: Option<&PublicationObject>) -> Result<PublicationObject> {
        let start = self.peek();
        if matches!(previous, Some(PublicationObject::Schema(..))) {
            let schema = self.publication_schema()?;
            let message = match self.peek().kind {
                TokenKind::LParen => "column specification not allowed for schema",
                TokenKind::Keyword(kw::WHERE) => "WHERE clause not allowed for schema",
                TokenKind::Dot => "invalid schema name",
                _ => return Ok(schema),
            };
            return Err(SyntaxError::new(start.span(), message));
        }
        if self.at(kw::CURRENT_SCHEMA) && previous.is_some() {
            return Err(SyntaxError::new(start.span(), "invalid table name"));
        }
        let table = if self.at(kw::CURRENT_SCHEMA) { self.publication_schema()? } else { self.publication_table()? };
        if previous.is_some() {
            return Ok(table);
        }
        Err(SyntaxError::new(start.span(), "invalid publication object list")
            .with_help("One of TABLE or TABLES IN SCHEMA must be specified before a standalone table or schema name."))
    }

    fn publication_table(&mut self) -> Result<PublicationObject> {
        let (name, only) = self.relation()?;
        let columns = self.optional_columns()?;
        let filter = if self.eat(kw::WHERE) { Some(self.paren_expr()?) } else { None };
        Ok(PublicationObject::Table { name, only, columns, filter })
    }

    fn publication_schema(&mut self) -> Result<PublicationObject> {
        if let Some(span) = self.eat_span(kw::CURRENT_SCHEMA) {
            return Ok(PublicationObject::Schema(None, span));
        }
        let name = self.name()?;
        let span = name.span;
        Ok(PublicationObject::Schema(Some(name), span))
    }

    /// After `CREATE SUBSCRIPTION`.
    pub(super) fn create_subscription(&mut self) -> Result<StatementKind> {
        let name = self.name()?;
        self.expect(kw::CONNECTION)?;
        self.string()?;
        self.expect(kw::PUBLICATION)?;
        self.name_list()?;
        self.with_definition()?;
        Ok(other("CREATE SUBSCRIPTION", Some(plain(name))))
    }

    /// The forms of ALTER SUBSCRIPTION that are not RENAME or OWNER TO.
    pub(super) fn alter_subscription(&mut self, name: Name) -> Result<StatementKind> {
        match self.keyword() {
            Some(kw::SET) if self.peek_at(1).kind == TokenKind::LParen => {
                self.bump();
                self.definition()?;
            }
            Some(kw::SET | kw::ADD | kw::DROP) => {
                self.bump();
                self.expect(kw::PUBLICATION)?;
                self.name_list()?;
                self.with_definition()?;
            }
            Some(kw::CONNECTION) => {
                self.bump();
                self.string()?;
            }
            Some(kw::REFRESH) => {
                self.bump();
                self.expect(kw::PUBLICATION)?;
                self.with_definition()?;
            }
            Some(kw::ENABLE | kw::DISABLE) => {
                self.bump();
            }
            Some(kw::SKIP) => {
                self.bump();
                self.definition()?;
            }
            _ => return self.fail(),
        }
        Ok(other("ALTER SUBSCRIPTION", Some(plain(name))))
    }
}
