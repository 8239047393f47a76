//! ALTER TABLE and the statements that take its actions: ALTER INDEX, SEQUENCE, VIEW, MATERIALIZED VIEW, FOREIGN TABLE, and TYPE of a
//! composite type.

use crate::syntax::ast::{
    AlterTable, AlterTableAction, AlterTableActionKind as Action, Name, ObjectKind, ObjectName, OwnerTo, QualifiedName,
    Rename, ReplicaIdentity, StatementKind,
};
use crate::syntax::cursor::Cursor;
use crate::syntax::error::{Result, SyntaxError};
use crate::syntax::keywords::kw;
use crate::syntax::lexer::TokenKind;
use crate::syntax::newer;
use crate::syntax::statement::alter::{rename, set_schema};
use crate::syntax::statement::common::other;
use crate::syntax::statement::constraint_attributes;

impl Cursor<'_> {
    /// After `ALTER {TABLE | INDEX | SEQUENCE | VIEW | MATERIALIZED VIEW | FOREIGN TABLE}`.
    pub(super) fn alter_relation(&mut self, kind: ObjectKind) -> Result<StatementKind> {
        use ObjectKind::{ForeignTable, Index, MaterializedView, Sequence, Table};
        if matches!(kind, Table | Index | MaterializedView) && self.at(kw::ALL) {
            return self.move_all(kind);
        }
        let if_exists = self.if_exists();
        let (name, only) = match kind {
            Table | ForeignTable => self.relation()?,
            _ => (self.qualified_name()?, false),
        };
        let object = || ObjectName::Name(name.clone());
        match self.keyword() {
            Some(kw::RENAME) => return self.rename_in_relation(kind, name, if_exists),
            Some(kw::SET) if self.keyword_at(1) == Some(kw::SCHEMA) && kind != Index => {
                self.bump();
                self.bump();
                return Ok(set_schema(kind, object(), if_exists, self.name()?));
            }
            Some(kw::DEPENDS | kw::NO)
                if matches!(kind, Index | MaterializedView)
                    && !if_exists
                    && (self.at(kw::DEPENDS) || self.keyword_at(1) == Some(kw::DEPENDS)) =>
            {
                return self.depends_on_extension(kind, object());
            }
            _ if kind == Sequence && self.at_sequence_option() && !self.at_all(&[kw::NO, kw::INHERIT]) => {
                return self.alter_sequence(name, if_exists);
            }
            _ => {}
        }
        let partition = match kind {
            Table => self.partition_action()?,
            Index if !if_exists => self.index_partition_action()?,
            _ => None,
        };
        let actions = match partition {
            Some(action) => vec![action],
            None => self.comma_list(Self::alter_table_action)?,
        };
        Ok(altered(AlterTable { kind, name, if_exists, only, actions }))
    }

    /// `ALL IN TABLESPACE name [OWNED BY role, …] SET TABLESPACE name [NOWAIT]`.
    fn move_all(&mut self, kind: ObjectKind) -> Result<StatementKind> {
        self.expect_all(&[kw::ALL, kw::IN, kw::TABLESPACE])?;
        self.name()?;
        if self.eat(kw::OWNED) {
            self.expect(kw::BY)?;
            self.roles()?;
        }
        self.expect_all(&[kw::SET, kw::TABLESPACE])?;
        self.name()?;
        self.eat(kw::NOWAIT);
        let tag = match kind {
            ObjectKind::Index => "ALTER INDEX",
            ObjectKind::MaterializedView => "ALTER MATERIALIZED VIEW",
            _ => "ALTER TABLE",
        };
        Ok(other(tag, None))
    }

    /// `RENAME TO name`, `RENAME [COLUMN] name TO name`, `RENAME CONSTRAINT name TO name`.
    fn rename_in_relation(
        &mut self,
        kind: ObjectKind,
        relation: QualifiedName,
        if_exists: bool,
    ) -> Result<StatementKind> {
        use ObjectKind::{Column, Constraint, ForeignTable, MaterializedView, Table, View};
        self.bump();
        if self.eat(kw::TO) {
            let to = self.name()?;
            return Ok(rename(kind, ObjectName::Name(relation), if_exists, to));
        }
        let (kind, relation_kind, object) = if kind == Table && self.eat(kw::CONSTRAINT) {
            (Constraint, kind, ObjectName::OnRelation { name: self.name()?, relation })
        } else if matches!(kind, Table | View | MaterializedView | ForeignTable) {
            self.eat(kw::COLUMN);
            (Column, kind, ObjectName::Column { relation, column: self.name()? })
        } else {
            return self.fail();
        };
        self.expect(kw::TO)?;
        let to = self.name()?;
        let behavior = Default::default();
        let relation_kind = Some(relation_kind);
        Ok(StatementKind::Rename(Box::new(Rename { kind, relation_kind, object, if_exists, to, behavior })))
    }

    fn partition_action(&mut self) -> Result<Option<AlterTableAction>> {
        let start = self.peek();
        let kind = match self.keyword() {
            Some(kw::ATTACH) => {
                self.bump();
                self.expect(kw::PARTITION)?;
                let partition = self.qualified_name()?;
                Action::AttachPartition { partition, bound: self.partition_bound()? }
            }
            Some(kw::DETACH) => {
                self.bump();
                self.expect(kw::PARTITION)?;
                let partition = self.qualified_name()?;
                let concurrently = self.eat_span(kw::CONCURRENTLY);
                if concurrently.is_none() {
                    self.eat(kw::FINALIZE);
                }
                Action::DetachPartition { partition, concurrently }
            }
            _ => return Ok(None),
        };
        Ok(Some(AlterTableAction { span: self.span_from(start), kind }))
    }

    fn index_partition_action(&mut self) -> Result<Option<AlterTableAction>> {
        let start = self.peek();
        if !self.eat(kw::ATTACH) {
            return Ok(None);
        }
        self.expect(kw::PARTITION)?;
        let kind = Action::AttachIndex { index: self.qualified_name()? };
        Ok(Some(AlterTableAction { span: self.span_from(start), kind }))
    }

    fn alter_table_action(&mut self) -> Result<AlterTableAction> {
        let start = self.peek();
        let kind = self.alter_table_action_kind()?;
        Ok(AlterTableAction { span: self.span_from(start), kind })
    }

    fn alter_table_action_kind(&mut self) -> Result<Action> {
        let Some(keyword) = self.keyword() else { return self.fail() };
        if keyword == kw::OPTIONS {
            self.alter_generic_options()?;
            return Ok(Action::ForeignOptions);
        }
        let first = self.bump();
        match keyword {
            kw::ADD => self.add_action(),
            kw::DROP => self.drop_action(),
            kw::ALTER => self.alter_column_action(),
            kw::SET => self.set_action(),
            kw::RESET => {
                let options = self.storage_parameters()?;
                Ok(Action::ResetOptions(options.into_iter().map(|option| option.name).collect()))
            }
            kw::ENABLE | kw::DISABLE => self.enable_action(keyword == kw::ENABLE),
            kw::VALIDATE => {
                self.expect(kw::CONSTRAINT)?;
                Ok(Action::ValidateConstraint { name: self.name()? })
            }
            kw::CLUSTER => {
                self.expect(kw::ON)?;
                Ok(Action::ClusterOn { index: self.name()? })
            }
            kw::INHERIT => Ok(Action::Inherit { parent: self.qualified_name()? }),
            kw::NO if self.eat(kw::INHERIT) => Ok(Action::NoInherit { parent: self.qualified_name()? }),
            kw::NO => {
                self.expect_all(&[kw::FORCE, kw::ROW, kw::LEVEL, kw::SECURITY])?;
                Ok(Action::ForceRowSecurity { force: false })
            }
            kw::FORCE => {
                self.expect_all(&[kw::ROW, kw::LEVEL, kw::SECURITY])?;
                Ok(Action::ForceRowSecurity { force: true })
            }
            kw::OF => Ok(Action::OfType { ty: self.qualified_name()? }),
            kw::NOT => {
                self.expect(kw::OF)?;
                Ok(Action::NotOfType)
            }
            kw::OWNER => {
                self.expect(kw::TO)?;
                Ok(Action::OwnerTo { owner: self.role()? })
            }
            kw::REPLICA => {
                self.expect(kw::IDENTITY)?;
                self.replica_identity()
            }
            _ => Err(self.error_at(first)),
        }
    }

    fn replica_identity(&mut self) -> Result<Action> {
        if self.eat(kw::USING) {
            self.expect(kw::INDEX)?;
            return Ok(Action::ReplicaIdentity(ReplicaIdentity::Index(self.name()?)));
        }
        let identity = match self.keyword() {
            Some(kw::NOTHING) => ReplicaIdentity::Nothing,
            Some(kw::FULL) => ReplicaIdentity::Full,
            Some(kw::DEFAULT) => ReplicaIdentity::Default,
            _ => return self.fail(),
        };
        self.bump();
        Ok(Action::ReplicaIdentity(identity))
    }

    fn add_action(&mut self) -> Result<Action> {
        if self.at_table_constraint() {
            return self.table_constraint().map(Action::AddConstraint);
        }
        self.eat(kw::COLUMN);
        let if_not_exists = self.if_not_exists()?;
        Ok(Action::AddColumn { column: self.column_definition()?, if_not_exists, behavior: Default::default() })
    }

    fn drop_action(&mut self) -> Result<Action> {
        if self.eat(kw::CONSTRAINT) {
            let if_exists = self.if_exists();
            let name = self.name()?;
            return Ok(Action::DropConstraint { name, if_exists, behavior: self.behavior() });
        }
        self.eat(kw::COLUMN);
        let if_exists = self.if_exists();
        let column = self.name()?;
        Ok(Action::DropColumn { column, if_exists, behavior: self.behavior() })
    }

    /// After SET as an action of its own.
    fn set_action(&mut self) -> Result<Action> {
        let Some(keyword) = self.keyword() else {
            return self.storage_parameters().map(Action::SetOptions);
        };
        match keyword {
            kw::WITHOUT => {
                self.bump();
                if self.eat(kw::CLUSTER) {
                    return Ok(Action::SetWithoutCluster);
                }
                self.expect(kw::OIDS)?;
                Ok(Action::SetWithoutOids)
            }
            kw::LOGGED | kw::UNLOGGED => {
                self.bump();
                Ok(Action::SetLogged { logged: keyword == kw::LOGGED })
            }
            kw::ACCESS => {
                self.bump();
                self.expect(kw::METHOD)?;
                let method = self.peek();
                if self.eat(kw::DEFAULT) {
                    self.note_newer(method, &newer::DEFAULT_ACCESS_METHOD);
                    return Ok(Action::SetAccessMethod(None));
                }
                Ok(Action::SetAccessMethod(Some(self.name()?)))
            }
            kw::TABLESPACE => {
                self.bump();
                Ok(Action::SetTablespace { tablespace: self.name()? })
            }
            _ => self.fail(),
        }
    }

    /// After ENABLE or DISABLE.
    fn enable_action(&mut self, enable: bool) -> Result<Action> {
        if self.eat(kw::ROW) {
            self.expect_all(&[kw::LEVEL, kw::SECURITY])?;
            return Ok(Action::RowSecurity { enable });
        }
        let qualified = enable && (self.eat(kw::ALWAYS) || self.eat(kw::REPLICA));
        if self.eat(kw::RULE) {
            return Ok(Action::Rule { enable, name: self.name()? });
        }
        self.expect(kw::TRIGGER)?;
        if !qualified && self.at_any(&[kw::ALL, kw::USER]) {
            self.bump();
            return Ok(Action::Trigger { enable, name: None });
        }
        Ok(Action::Trigger { enable, name: Some(self.name()?) })
    }

    /// After ALTER as an action.
    fn alter_column_action(&mut self) -> Result<Action> {
        if self.eat(kw::CONSTRAINT) {
            return self.alter_constraint();
        }
        self.eat(kw::COLUMN);
        if self.at_kind(TokenKind::Integer) {
            return self.alter_numbered_column();
        }
        let column = self.name()?;
        match self.keyword() {
            Some(kw::SET) => self.alter_column_set(column),
            Some(kw::RESET) if self.peek_at(1).kind == TokenKind::LParen => {
                self.bump();
                Ok(Action::ColumnOptions { column, set: false, options: self.storage_parameters()? })
            }
            Some(kw::RESTART) => {
                let (always, options) = self.identity_options()?;
                Ok(Action::SetIdentity { column, always, options })
            }
            Some(kw::DROP) => self.alter_column_drop(column),
            Some(kw::ADD) => {
                self.expect_all(&[kw::ADD, kw::GENERATED])?;
                let always = self.generated_when()?;
                self.expect_all(&[kw::AS, kw::IDENTITY])?;
                Ok(Action::AddIdentity { column, always, options: self.optional_sequence_options()? })
            }
            Some(kw::TYPE) => self.alter_column_type(column),
            Some(kw::OPTIONS) => {
                self.alter_generic_options()?;
                Ok(Action::ColumnOptions { column, set: true, options: Vec::new() })
            }
            _ => self.fail(),
        }
    }

    fn alter_constraint(&mut self) -> Result<Action> {
        let name = self.name()?;
        let inherit = self.peek();
        if self.eat(kw::INHERIT) {
            self.note_newer(inherit, &newer::ALTER_INHERITANCE);
            return Ok(Action::AlterConstraint { name });
        }
        let mut n = 0;
        while self.keyword_at(n).is_some() {
            if self.keyword_at(n) == Some(kw::NOT) && self.keyword_at(n + 1) == Some(kw::VALID) {
                let span = self.peek_at(n).span().to(self.peek_at(n + 1).span());
                let error = SyntaxError::new(span, "constraints cannot be altered to be NOT VALID");
                return Err(error.with_sqlstate("0A000"));
            }
            n += 1;
        }
        let attributes = self.peek();
        if self.constraint_attributes(constraint_attributes::ALTERED)?.no_inherit {
            self.note_newer(attributes, &newer::ALTER_INHERITANCE);
        }
        Ok(Action::AlterConstraint { name })
    }

    /// `ALTER COLUMN number SET STATISTICS …` of an index.
    fn alter_numbered_column(&mut self) -> Result<Action> {
        let number = self.integer()?;
        if !self.text_of(number).parse::<i16>().is_ok_and(|number| number > 0) {
            let error = SyntaxError::new(number.span(), "column number must be in range from 1 to 32767");
            return Err(error.with_sqlstate("22023"));
        }
        self.expect_all(&[kw::SET, kw::STATISTICS])?;
        let target = self.statistics_target()?;
        Ok(Action::SetStatistics { column: None, target })
    }

    pub(super) fn statistics_target(&mut self) -> Result<Option<Name>> {
        let target = self.peek();
        if self.eat(kw::DEFAULT) {
            self.note_newer(target, &newer::DEFAULT_STATISTICS);
            return Ok(None);
        }
        self.signed_integer().map(Some)
    }

    /// `SET …` of a column.
    fn alter_column_set(&mut self, column: Name) -> Result<Action> {
        match self.keyword_at(1) {
            Some(kw::DATA) => return self.alter_column_type(column),
            Some(kw::DEFAULT) => {
                self.bump();
                self.bump();
                return Ok(Action::SetDefault { column, expr: self.expr()?.into() });
            }
            Some(kw::NOT) => {
                self.expect_all(&[kw::SET, kw::NOT, kw::NULL])?;
                return Ok(Action::SetNotNull { column });
            }
            Some(kw::EXPRESSION) => {
                let set = self.peek();
                self.expect_all(&[kw::SET, kw::EXPRESSION, kw::AS])?;
                self.note_newer(set, &newer::SET_EXPRESSION);
                return Ok(Action::SetExpression { column, expr: self.paren_expr()?.into() });
            }
            Some(kw::STATISTICS) => {
                self.bump();
                self.bump();
                let target = self.statistics_target()?;
                return Ok(Action::SetStatistics { column: Some(column), target });
            }
            Some(kw::STORAGE) => {
                self.bump();
                let word = self.bump();
                let storage = self.name_or_default()?;
                if &*storage.text == "default" {
                    self.note_newer(word, &newer::COLUMN_STORAGE);
                }
                return Ok(Action::SetStorage { column, storage });
            }
            Some(kw::COMPRESSION) => {
                self.bump();
                let Some(method) = self.column_compression()? else { return self.fail() };
                return Ok(Action::SetCompression { column, method });
            }
            _ => {}
        }
        if self.peek_at(1).kind == TokenKind::LParen {
            self.bump();
            return Ok(Action::ColumnOptions { column, set: true, options: self.storage_parameters()? });
        }
        let (always, options) = self.identity_options()?;
        Ok(Action::SetIdentity { column, always, options })
    }

    /// `DROP …` of a column.
    fn alter_column_drop(&mut self, column: Name) -> Result<Action> {
        self.bump();
        match self.keyword() {
            Some(kw::DEFAULT) => {
                self.bump();
                Ok(Action::DropDefault { column })
            }
            Some(kw::EXPRESSION) => {
                self.bump();
                Ok(Action::DropExpression { column, if_exists: self.if_exists() })
            }
            Some(kw::IDENTITY) => {
                self.bump();
                Ok(Action::DropIdentity { column, if_exists: self.if_exists() })
            }
            _ => {
                self.expect_all(&[kw::NOT, kw::NULL])?;
                Ok(Action::DropNotNull { column })
            }
        }
    }

    /// `[SET DATA] TYPE type [COLLATE …] [USING expr]`.
    fn alter_column_type(&mut self, column: Name) -> Result<Action> {
        if self.eat(kw::SET) {
            self.expect(kw::DATA)?;
        }
        self.expect(kw::TYPE)?;
        let ty = self.type_name()?;
        let collation = self.collation()?;
        let using = if self.eat(kw::USING) { Some(self.expr()?) } else { None };
        Ok(Action::ColumnType { column, ty, collation, using, behavior: Default::default() })
    }

    /// The ATTRIBUTE actions of ALTER TYPE.
    pub(super) fn alter_composite_type(&mut self, name: QualifiedName) -> Result<StatementKind> {
        let actions = self.comma_list(|cursor| {
            let start = cursor.peek();
            let kind = cursor.attribute_action()?;
            Ok(AlterTableAction { span: cursor.span_from(start), kind })
        })?;
        Ok(altered(AlterTable { kind: ObjectKind::Type, name, if_exists: false, only: false, actions }))
    }

    fn attribute_action(&mut self) -> Result<Action> {
        let Some(keyword @ (kw::ADD | kw::DROP | kw::ALTER)) = self.keyword() else { return self.fail() };
        self.bump();
        self.expect(kw::ATTRIBUTE)?;
        match keyword {
            kw::ADD => {
                let column = self.attribute_definition()?;
                Ok(Action::AddColumn { column, if_not_exists: false, behavior: self.behavior() })
            }
            kw::DROP => {
                let if_exists = self.if_exists();
                let column = self.name()?;
                Ok(Action::DropColumn { column, if_exists, behavior: self.behavior() })
            }
            _ => {
                let column = self.name()?;
                if self.eat(kw::SET) {
                    self.expect(kw::DATA)?;
                }
                self.expect(kw::TYPE)?;
                let ty = self.type_name()?;
                let collation = self.collation()?;
                Ok(Action::ColumnType { column, ty, collation, using: None, behavior: self.behavior() })
            }
        }
    }
}

/// OWNER TO alone is a statement of its own kind, whatever it is said of.
fn altered(mut table: AlterTable) -> StatementKind {
    match table.actions.pop() {
        Some(AlterTableAction { kind: Action::OwnerTo { owner }, .. }) if table.actions.is_empty() => {
            let object = ObjectName::Name(table.name);
            StatementKind::OwnerTo(Box::new(OwnerTo { kind: table.kind, object, if_exists: table.if_exists, owner }))
        }
        last => {
            table.actions.extend(last);
            StatementKind::AlterTable(Box::new(table))
        }
    }
}
