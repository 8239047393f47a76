//! CREATE TABLE, CREATE FOREIGN TABLE, CREATE TABLE AS.

use crate::syntax::ast::{
    CreateTable, CreateTableAs, LikeClause, LikeOptions, PartitionBound, PartitionBoundKind, PartitionBy,
    PartitionStrategy, Persistence, QualifiedName, StatementKind, StorageParameter, TableElement, TableSource,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;

impl Cursor<'_> {
    /// After `CREATE [persistence] TABLE`.
    pub(super) fn create_table(&mut self, persistence: Persistence) -> Result<StatementKind> {
        let if_not_exists = self.if_not_exists()?;
        let name = self.qualified_name()?;
        let mut table = empty_table(name, if_not_exists, persistence);
        match self.peek().kind {
            TokenKind::LParen if !self.at_column_names() => {
                table.elements = self.table_elements()?;
                table.inherits = self.inherits()?;
            }
            TokenKind::Keyword(kw::OF) => {
                self.bump();
                table.of_type = Some(self.qualified_name()?);
                table.elements = self.typed_elements()?;
            }
            TokenKind::Keyword(kw::PARTITION) => self.partition_of(&mut table)?,
            _ => return self.create_table_as(table),
        }
        table.partition_by = self.partition_by()?;
        table.access_method = self.access_method()?;
        table.with = self.with_or_without_oids()?;
        table.on_commit = self.on_commit()?;
        table.tablespace = self.tablespace()?;
        Ok(StatementKind::CreateTable(Box::new(table)))
    }

    /// After `CREATE FOREIGN TABLE`.
    pub(super) fn create_foreign_table(&mut self) -> Result<StatementKind> {
        let if_not_exists = self.if_not_exists()?;
        let name = self.qualified_name()?;
        let mut table = empty_table(name, if_not_exists, Persistence::Permanent);
        if self.at(kw::PARTITION) {
            self.partition_of(&mut table)?;
        } else {
            table.elements = self.table_elements()?;
            table.inherits = self.inherits()?;
        }
        self.expect(kw::SERVER)?;
        table.foreign_server = Some(self.name()?);
        let start = self.peek();
        self.generic_options()?;
        table.foreign_options = (self.peek().start > start.start).then(|| self.span_from(start));
        Ok(StatementKind::CreateTable(Box::new(table)))
    }

    /// `(name, …` or `(name)`: the column names of CREATE TABLE AS, not definitions.
    fn at_column_names(&self) -> bool {
        self.is_name(1) && matches!(self.peek_at(2).kind, TokenKind::Comma | TokenKind::RParen)
    }

    fn create_table_as(&mut self, table: CreateTable) -> Result<StatementKind> {
        let columns = self.optional_columns()?;
        self.access_method()?;
        self.with_or_without_oids()?;
        self.on_commit()?;
        self.tablespace()?;
        self.expect(kw::AS)?;
        let query = if self.eat(kw::EXECUTE) {
            let prepared = self.name()?;
            self.execute_parameters()?;
            TableSource::Execute(prepared)
        } else {
            TableSource::Query(self.query()?.into())
        };
        let with_data = self.with_data()?;
        Ok(StatementKind::CreateTableAs(Box::new(CreateTableAs {
            name: table.name,
            if_not_exists: table.if_not_exists,
            materialized: false,
            persistence: table.persistence,
            columns,
            query,
            with_data,
        })))
    }

    /// `[WITH [NO] DATA]`: false for NO.
    pub(super) fn with_data(&mut self) -> Result<bool> {
        if !self.eat(kw::WITH) {
            return Ok(true);
        }
        let no = self.eat(kw::NO);
        self.expect(kw::DATA)?;
        Ok(!no)
    }

    /// `( element, … )`; none is allowed.
    fn table_elements(&mut self) -> Result<Vec<TableElement>> {
        self.expect_kind(TokenKind::LParen)?;
        if self.eat_kind(TokenKind::RParen) {
            return Ok(Vec::new());
        }
        let elements = self.comma_list(Self::table_element)?;
        self.expect_kind(TokenKind::RParen)?;
        Ok(elements)
    }

    fn table_element(&mut self) -> Result<TableElement> {
        if self.at(kw::LIKE) {
            return self.like_clause().map(TableElement::Like);
        }
        if self.at_table_constraint() {
            return self.table_constraint().map(TableElement::Constraint);
        }
        self.column_definition().map(|column| TableElement::Column(Box::new(column)))
    }

    /// `[( element, … )]` of a typed table or a partition.
    fn typed_elements(&mut self) -> Result<Vec<TableElement>> {
        if !self.at_kind(TokenKind::LParen) {
            return Ok(Vec::new());
        }
        self.paren_list(|cursor| {
            if cursor.at_table_constraint() {
                return cursor.table_constraint().map(TableElement::Constraint);
            }
            cursor.column_options().map(|column| TableElement::Column(Box::new(column)))
        })
    }

    fn like_clause(&mut self) -> Result<LikeClause> {
        let start = self.bump();
        let table = self.qualified_name()?;
        let mut including = LikeOptions::default();
        while self.at_any(&[kw::INCLUDING, kw::EXCLUDING]) {
            let on = self.at(kw::INCLUDING);
            self.bump();
            let option = match self.keyword() {
                Some(kw::COMMENTS) => &mut including.comments,
                Some(kw::COMPRESSION) => &mut including.compression,
                Some(kw::CONSTRAINTS) => &mut including.constraints,
                Some(kw::DEFAULTS) => &mut including.defaults,
                Some(kw::GENERATED) => &mut including.generated,
                Some(kw::IDENTITY) => &mut including.identity,
                Some(kw::INDEXES) => &mut including.indexes,
                Some(kw::STATISTICS) => &mut including.statistics,
                Some(kw::STORAGE) => &mut including.storage,
                Some(kw::ALL) => {
                    self.bump();
                    including = every_like_option(on);
                    continue;
                }
                _ => return self.fail(),
            };
            *option = on;
            self.bump();
        }
        Ok(LikeClause { table, including, span: self.span_from(start) })
    }

    fn inherits(&mut self) -> Result<Vec<QualifiedName>> {
        if self.eat(kw::INHERITS) { self.paren_list(Self::qualified_name) } else { Ok(Vec::new()) }
    }

    fn partition_of(&mut self, table: &mut CreateTable) -> Result<()> {
        self.bump();
        self.expect(kw::OF)?;
        table.partition_of = Some(self.qualified_name()?);
        table.elements = self.typed_elements()?;
        table.partition_bound = Some(self.partition_bound()?);
        Ok(())
    }

    /// `FOR VALUES …` or `DEFAULT`.
    pub(super) fn partition_bound(&mut self) -> Result<PartitionBound> {
        let start = self.peek();
        if self.eat(kw::DEFAULT) {
            return Ok(PartitionBound { span: start.span(), kind: PartitionBoundKind::Default });
        }
        self.expect_all(&[kw::FOR, kw::VALUES])?;
        let kind = match self.keyword() {
            Some(kw::WITH) => {
                self.bump();
                self.hash_bound()?
            }
            Some(kw::IN) => {
                self.bump();
                PartitionBoundKind::List(self.paren_expr_list()?)
            }
            Some(kw::FROM) => {
                self.bump();
                let from = self.paren_expr_list()?;
                self.expect(kw::TO)?;
                PartitionBoundKind::Range { from, to: self.paren_expr_list()? }
            }
            _ => return self.fail(),
        };
        Ok(PartitionBound { span: self.span_from(start), kind })
    }

    /// `( MODULUS integer, REMAINDER integer )`.
    fn hash_bound(&mut self) -> Result<PartitionBoundKind> {
        let open = self.peek();
        let options = self.paren_list(|cursor| {
            let word = cursor.non_reserved_word()?;
            let number = cursor.integer()?;
            Ok((word, integer_value(cursor.text_of(number))))
        })?;
        if let Some((other, _)) = options.iter().find(|(word, _)| !matches!(&*word.text, "modulus" | "remainder")) {
            let message = format!("unrecognized hash partition bound specification \"{other}\"");
            return Err(SyntaxError::new(other.span, message));
        }
        let value = |what: &str| -> Result<i32> {
            let mut given = options.iter().filter(|(word, _)| *word.text == *what);
            let Some((_, number)) = given.next() else {
                let message = format!("{what} for hash partition must be specified");
                return Err(SyntaxError::new(self.span_from(open), message));
            };
            match given.next_back() {
                Some((again, _)) => {
                    let message = format!("{what} for hash partition provided more than once");
                    Err(SyntaxError::new(again.span, message).with_sqlstate("42710"))
                }
                None => Ok(*number),
            }
        };
        Ok(PartitionBoundKind::Hash { modulus: value("modulus")?, remainder: value("remainder")? })
    }

    fn partition_by(&mut self) -> Result<Option<PartitionBy>> {
        if !self.eat(kw::PARTITION) {
            return Ok(None);
        }
        self.expect(kw::BY)?;
        let word = self.name()?;
        let keys = self.paren_list(Self::partition_key)?;
        let strategy = match word.text.to_ascii_lowercase().as_str() {
            "range" => PartitionStrategy::Range,
            "list" => PartitionStrategy::List,
            "hash" => PartitionStrategy::Hash,
            _ => {
                let message = format!("unrecognized partitioning strategy \"{word}\"");
                return Err(SyntaxError::new(word.span, message).with_sqlstate("22023"));
            }
        };
        Ok(Some(PartitionBy { strategy, keys }))
    }

    /// `[WITH (…) | WITHOUT OIDS]`.
    fn with_or_without_oids(&mut self) -> Result<Vec<StorageParameter>> {
        if self.eat(kw::WITHOUT) {
            self.expect(kw::OIDS)?;
            return Ok(Vec::new());
        }
        self.with_storage_parameters()
    }

    /// `[ON COMMIT {DROP | DELETE ROWS | PRESERVE ROWS}]`.
    fn on_commit(&mut self) -> Result<bool> {
        if !self.eat(kw::ON) {
            return Ok(false);
        }
        self.expect(kw::COMMIT)?;
        if self.eat(kw::DROP) {
            return Ok(true);
        }
        if !self.eat(kw::DELETE) {
            self.expect(kw::PRESERVE)?;
        }
        self.expect(kw::ROWS).map(|_| true)
    }
}

fn empty_table(name: QualifiedName, if_not_exists: bool, persistence: Persistence) -> CreateTable {
    CreateTable {
        name,
        if_not_exists,
        persistence,
        foreign_server: None,
        foreign_options: None,
        elements: Vec::new(),
        inherits: Vec::new(),
        partition_of: None,
        partition_bound: None,
        partition_by: None,
        of_type: None,
        with: Vec::new(),
        tablespace: None,
        access_method: None,
        on_commit: false,
    }
}

fn every_like_option(on: bool) -> LikeOptions {
    LikeOptions {
        comments: on,
        compression: on,
        constraints: on,
        defaults: on,
        generated: on,
        identity: on,
        indexes: on,
        statistics: on,
        storage: on,
    }
}

/// An integer constant in any of its bases; the lexer has seen that it fits.
fn integer_value(text: &str) -> i32 {
    let digits = text.replace('_', "");
    let radix = match digits.get(..2) {
        Some("0x" | "0X") => 16,
        Some("0o" | "0O") => 8,
        Some("0b" | "0B") => 2,
        _ => return digits.parse().unwrap_or(i32::MAX),
    };
    i32::from_str_radix(digits.get(2..).unwrap_or(""), radix).unwrap_or(i32::MAX)
}
