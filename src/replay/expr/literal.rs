//! Untyped literals that the parser turns into values at once, where those are names in the catalog.

use super::{Analysis, quiet};
use crate::catalog::{Class, Lookup, Named, ObjectAddress, Oid, TypeKind, TypeRef, oids};
use crate::replay::resolve::undefined_relation;
use crate::replay::{Replayed, SqlError, Stop};
use crate::source::Span;
use crate::syntax::ast::{Expr, ExprKind};
use crate::syntax::{Cursor, Token, TokenKind, lex};

impl Analysis<'_> {
    /// The literal as a value of the type: an enum's label (22P02), the relation that a regclass names (42P01).
    pub(super) fn literal(&mut self, ty: TypeRef, expr: &Expr) -> Replayed<()> {
        match &expr.kind {
            ExprKind::Paren(inner) => self.literal(ty, inner),
            ExprKind::String(text) if ty.oid == oids::REGCLASS => {
                if let Some(relation) = quiet(self.regclass(text, expr.span))?.flatten() {
                    self.refer(ObjectAddress::new(Class::Relation, relation));
                    self.note(expr.span, Named::RelationLiteral(relation));
                }
                Ok(())
            }
            ExprKind::String(text) => self.label(ty, text, expr.span),
            _ => Ok(()),
        }
    }

    fn label(&self, ty: TypeRef, text: &str, span: Span) -> Replayed<()> {
        let Some(found) = self.cat.type_(ty.oid) else { return Ok(()) };
        let TypeKind::Enum(labels) = &found.kind else { return self.check_input(ty, text, span) };
        if labels.iter().any(|l| &**l == text) || self.cat.unknowns.may_be_touched(None, &found.name).is_some() {
            return Ok(());
        }
        let message = format!("invalid input value for enum {}: \"{text}\"", self.cat.format_type(ty));
        Err(SqlError::new("22P02", span, message).into())
    }

    /// The relation that a text names (regclassin); `None` where the text is an oid.
    fn regclass(&self, text: &str, span: Span) -> Replayed<Option<Oid>> {
        if text == "-" || text.bytes().all(|b| b.is_ascii_digit()) {
            return Ok(None);
        }
        let mut tokens = lex(text).tokens;
        if tokens.last().is_none_or(|t| t.kind != TokenKind::Eof) {
            let end = text.len() as u32;
            tokens.push(Token { kind: TokenKind::Eof, start: end, end });
        }
        let mut cursor = Cursor::new(text, &tokens);
        let name = cursor.qualified_name().map_err(|_| Stop::unknown("a name is not read"))?;
        if !cursor.at_kind(TokenKind::Eof) {
            return Err(Stop::unknown("a name is not read"));
        }
        let schema = name.schema.as_ref().map(|s| &s.text);
        match self.cat.lookup(Class::Relation, schema, &name.name) {
            Lookup::Found(oid) => Ok(Some(oid)),
            Lookup::Unknown(reason) => Err(Stop::Unknown(reason)),
            Lookup::Absent => {
                let mut error = undefined_relation(&name);
                error.span = span;
                Err(error.into())
            }
        }
    }
}
