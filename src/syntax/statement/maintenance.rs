//! TRUNCATE, LOCK, REINDEX, VACUUM, ANALYZE, CLUSTER.

use crate::syntax::ast::{
    Lock, Maintenance, MaintenanceCommand, Name, QualifiedName, Reindex, ReindexKind, StatementKind, StorageParameter,
    Truncate,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::Result;
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;
use crate::syntax::newer;
use crate::syntax::statement::common::plain;

impl Cursor<'_> {
    pub(super) fn truncate(&mut self) -> Result<StatementKind> {
        self.bump();
        self.eat(kw::TABLE);
        let tables = self.relations()?;
        let restart_identity = self.at(kw::RESTART);
        if restart_identity || self.at(kw::CONTINUE) {
            self.bump();
            self.expect(kw::IDENTITY)?;
        }
        let behavior = self.behavior();
        Ok(StatementKind::Truncate(Box::new(Truncate { tables, restart_identity, behavior })))
    }

    fn relations(&mut self) -> Result<Vec<QualifiedName>> {
        self.comma_list(|cursor| cursor.relation().map(|(name, _)| name))
    }

    pub(super) fn lock(&mut self) -> Result<StatementKind> {
        self.bump();
        self.eat(kw::TABLE);
        let tables = self.relations()?;
        let mut mode = "ACCESS EXCLUSIVE";
        if self.eat(kw::IN) {
            mode = self.lock_mode()?;
            self.expect(kw::MODE)?;
        }
        self.eat(kw::NOWAIT);
        Ok(StatementKind::Lock(Box::new(Lock { tables, mode: mode.into() })))
    }

    fn lock_mode(&mut self) -> Result<&'static str> {
        if self.eat(kw::ACCESS) {
            if self.eat(kw::SHARE) {
                return Ok("ACCESS SHARE");
            }
            self.expect(kw::EXCLUSIVE)?;
            return Ok("ACCESS EXCLUSIVE");
        }
        if self.eat(kw::ROW) {
            if self.eat(kw::SHARE) {
                return Ok("ROW SHARE");
            }
            self.expect(kw::EXCLUSIVE)?;
            return Ok("ROW EXCLUSIVE");
        }
        if !self.eat(kw::SHARE) {
            self.expect(kw::EXCLUSIVE)?;
            return Ok("EXCLUSIVE");
        }
        if self.eat(kw::UPDATE) {
            self.expect(kw::EXCLUSIVE)?;
            return Ok("SHARE UPDATE EXCLUSIVE");
        }
        if self.eat(kw::ROW) {
            self.expect(kw::EXCLUSIVE)?;
            return Ok("SHARE ROW EXCLUSIVE");
        }
        Ok("SHARE")
    }

    pub(super) fn reindex(&mut self) -> Result<StatementKind> {
        self.bump();
        let options = self.parenthesised_options()?;
        let kind = match self.keyword() {
            Some(kw::INDEX) => ReindexKind::Index,
            Some(kw::TABLE) => ReindexKind::Table,
            Some(kw::SCHEMA) => ReindexKind::Schema,
            Some(kw::DATABASE) => ReindexKind::Database,
            Some(kw::SYSTEM) => ReindexKind::System,
            _ => return self.fail(),
        };
        let kind_token = self.bump();
        let option = find_option(&options, "concurrently").map(|option| option.name.span);
        let concurrently = self.eat_span(kw::CONCURRENTLY).or(option);
        let name = match kind {
            ReindexKind::Index | ReindexKind::Table => Some(self.qualified_name()?),
            ReindexKind::Schema => Some(plain(self.name()?)),
            ReindexKind::Database | ReindexKind::System if self.at_name() => Some(plain(self.name()?)),
            ReindexKind::Database | ReindexKind::System => {
                self.note_newer(kind_token, &newer::UNNAMED_REINDEX);
                None
            }
        };
        Ok(StatementKind::Reindex(Box::new(Reindex { kind, name, concurrently })))
    }

    fn parenthesised_options(&mut self) -> Result<Vec<StorageParameter>> {
        if self.at_kind(TokenKind::LParen) { self.utility_options() } else { Ok(Vec::new()) }
    }

    pub(super) fn vacuum(&mut self) -> Result<StatementKind> {
        self.bump();
        let full = if self.at_kind(TokenKind::LParen) {
            find_option(&self.utility_options()?, "full").is_some()
        } else {
            let full = self.eat(kw::FULL);
            self.eat(kw::FREEZE);
            self.eat(kw::VERBOSE);
            let _ = self.eat(kw::ANALYZE) || self.eat(kw::ANALYSE);
            full
        };
        let tables = self.vacuumed_tables()?;
        Ok(maintenance(MaintenanceCommand::Vacuum, full, tables))
    }

    pub(super) fn analyze(&mut self) -> Result<StatementKind> {
        self.bump();
        if self.parenthesised_options()?.is_empty() {
            self.eat(kw::VERBOSE);
        }
        let tables = self.vacuumed_tables()?;
        Ok(maintenance(MaintenanceCommand::Analyze, false, tables))
    }

    /// `[[ONLY] name [(column, …)], …]`.
    fn vacuumed_tables(&mut self) -> Result<Vec<(QualifiedName, Vec<Name>)>> {
        if !self.at_name() && !self.at(kw::ONLY) {
            return Ok(Vec::new());
        }
        self.comma_list(|cursor| {
            if cursor.at(kw::ONLY) {
                cursor.note_newer(cursor.peek(), &newer::VACUUM_ONLY);
            }
            let (name, _) = cursor.relation()?;
            Ok((name, cursor.optional_columns()?))
        })
    }

    pub(super) fn cluster(&mut self) -> Result<StatementKind> {
        self.bump();
        let options = self.at_kind(TokenKind::LParen);
        if options {
            self.utility_options()?;
        } else {
            self.eat(kw::VERBOSE);
        }
        let mut tables = Vec::new();
        if self.at_name() {
            let name = self.qualified_name()?;
            // `CLUSTER index ON table`, as before PostgreSQL 8.3.
            if !options && name.schema.is_none() && self.eat(kw::ON) {
                tables.push((self.qualified_name()?, Vec::new()));
            } else {
                self.access_method()?;
                tables.push((name, Vec::new()));
            }
        }
        Ok(maintenance(MaintenanceCommand::Cluster, false, tables))
    }
}

/// The option of this name, unless it is switched off.
fn find_option<'a>(options: &'a [StorageParameter], name: &str) -> Option<&'a StorageParameter> {
    let off = |value: &Name| matches!(value.to_ascii_lowercase().as_str(), "false" | "off" | "0");
    options.iter().find(|option| &*option.name == name && !option.value.as_ref().is_some_and(off))
}

fn maintenance(command: MaintenanceCommand, full: bool, tables: Vec<(QualifiedName, Vec<Name>)>) -> StatementKind {
    StatementKind::Maintenance(Box::new(Maintenance { command, full, tables }))
}
