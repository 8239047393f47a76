//! CREATE of every kind: what may stand between CREATE and the kind, and whose grammar goes on.

use crate::syntax::ast::{Persistence, StatementKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;

impl Cursor<'_> {
    pub(super) fn create_statement(&mut self) -> Result<StatementKind> {
        let create = self.bump();
        if self.eat(kw::OR) {
            self.expect(kw::REPLACE)?;
            let kind = self.create_or_replace()?;
            if matches!(&kind, StatementKind::CreateTrigger(trigger) if trigger.constraint) {
                let message = "CREATE OR REPLACE CONSTRAINT TRIGGER is not supported";
                return Err(SyntaxError::new(self.span_from(create), message).with_sqlstate("0A000"));
            }
            return Ok(kind);
        }
        if let Some(persistence) = self.persistence()? {
            return self.create_with_persistence(persistence);
        }
        let Some(keyword) = self.keyword() else { return self.fail() };
        match keyword {
            kw::AGGREGATE | kw::FUNCTION | kw::PROCEDURE | kw::TRIGGER | kw::RULE | kw::TRANSFORM | kw::CONSTRAINT => {
                return self.replaceable(false);
            }
            kw::TRUSTED | kw::PROCEDURAL | kw::LANGUAGE => return self.create_language(false),
            kw::TABLE | kw::SEQUENCE | kw::VIEW | kw::RECURSIVE => {
                return self.create_with_persistence(Persistence::Permanent);
            }
            kw::MATERIALIZED => return self.create_materialized_view(Persistence::Permanent),
            kw::INDEX => return self.create_index(false),
            kw::CONVERSION | kw::DEFAULT => return self.create_conversion(),
            _ => {}
        }
        let first = self.bump();
        match keyword {
            kw::UNIQUE => self.create_index(true),
            kw::POLICY => self.create_policy(),
            kw::TYPE => self.create_type(),
            kw::DOMAIN => self.create_domain(),
            kw::SCHEMA => self.create_schema(),
            kw::EXTENSION => self.create_extension(),
            kw::USER if self.at(kw::MAPPING) && matches!(self.keyword_at(1), Some(kw::FOR | kw::IF)) => {
                self.bump();
                self.create_user_mapping()
            }
            kw::ROLE | kw::GROUP => self.create_role(false),
            kw::USER => self.create_role(true),
            kw::PUBLICATION => self.create_publication(),
            kw::SUBSCRIPTION => self.create_subscription(),
            kw::FOREIGN if self.eat(kw::TABLE) => self.create_foreign_table(),
            kw::FOREIGN => {
                self.expect_all(&[kw::DATA, kw::WRAPPER])?;
                self.create_foreign_data_wrapper()
            }
            kw::SERVER => self.create_server(),
            kw::EVENT => {
                self.expect(kw::TRIGGER)?;
                self.create_event_trigger()
            }
            kw::OPERATOR => self.create_operator(),
            kw::CAST => self.create_cast(),
            kw::COLLATION => self.create_collation(),
            kw::TEXT => self.create_text_search(),
            kw::STATISTICS => self.create_statistics(),
            kw::DATABASE => self.create_database(),
            kw::TABLESPACE => self.create_tablespace(),
            kw::ACCESS => {
                self.expect(kw::METHOD)?;
                self.create_access_method()
            }
            kw::ASSERTION => self.create_assertion(),
            _ => Err(self.error_at(first)),
        }
    }

    /// `[TEMPORARY | TEMP | {LOCAL | GLOBAL} {TEMPORARY | TEMP} | UNLOGGED]`.
    fn persistence(&mut self) -> Result<Option<Persistence>> {
        if self.eat(kw::UNLOGGED) {
            return Ok(Some(Persistence::Unlogged));
        }
        let scope = self.eat(kw::LOCAL) || self.eat(kw::GLOBAL);
        if self.eat(kw::TEMPORARY) || self.eat(kw::TEMP) {
            return Ok(Some(Persistence::Temporary));
        }
        if scope { self.fail() } else { Ok(None) }
    }

    fn create_with_persistence(&mut self, persistence: Persistence) -> Result<StatementKind> {
        match self.keyword() {
            Some(kw::TABLE) => {
                self.bump();
                self.create_table(persistence)
            }
            Some(kw::SEQUENCE) => {
                self.bump();
                self.create_sequence(persistence)
            }
            Some(kw::VIEW | kw::RECURSIVE) => self.create_view(false, persistence),
            Some(kw::MATERIALIZED) if persistence == Persistence::Unlogged => {
                self.create_materialized_view(persistence)
            }
            _ => self.fail(),
        }
    }

    /// After `CREATE OR REPLACE`.
    fn create_or_replace(&mut self) -> Result<StatementKind> {
        if let Some(persistence) = self.persistence()? {
            return self.create_view(true, persistence);
        }
        match self.keyword() {
            Some(kw::VIEW | kw::RECURSIVE) => self.create_view(true, Persistence::Permanent),
            Some(kw::TRUSTED | kw::PROCEDURAL | kw::LANGUAGE) => self.create_language(true),
            _ => self.replaceable(true),
        }
    }

    /// The kinds that take OR REPLACE.
    fn replaceable(&mut self, or_replace: bool) -> Result<StatementKind> {
        let Some(keyword) = self.keyword() else { return self.fail() };
        if matches!(keyword, kw::TRIGGER | kw::CONSTRAINT) {
            return self.create_trigger(or_replace);
        }
        let first = self.bump();
        match keyword {
            kw::AGGREGATE => self.create_aggregate(or_replace),
            kw::FUNCTION => self.create_function(or_replace, false),
            kw::PROCEDURE => self.create_function(or_replace, true),
            kw::RULE => self.create_rule(or_replace),
            kw::TRANSFORM => self.create_transform(),
            _ => Err(self.error_at(first)),
        }
    }
}
