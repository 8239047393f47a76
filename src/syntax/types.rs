//! Types (the grammar's Typename), with the grammar's own spellings resolved to pg_catalog's names.

use super::ast::{Expr, ExprKind, Name, QualifiedName, TypeName};
use super::cursor::Cursor;
use super::error::{Result, SyntaxError};
use super::keywords::{Category, Keyword, kw};
use super::lexer::{Token, TokenKind};
use crate::source::Span;

/// The fields of an interval by their bit in its range mask (utils/datetime.h).
const MONTH: u32 = 1 << 1;
const YEAR: u32 = 1 << 2;
const DAY: u32 = 1 << 3;
const HOUR: u32 = 1 << 10;
const MINUTE: u32 = 1 << 11;
const SECOND: u32 = 1 << 12;
/// `interval(3)`: every field, and a precision.
const FULL_RANGE: u32 = 0x7fff;

impl Cursor<'_> {
    /// A type: `[SETOF] name [(modifiers)] [[]… | ARRAY [[n]]]`.
    pub fn type_name(&mut self) -> Result<TypeName> {
        let start = self.peek();
        let setof = self.eat(kw::SETOF);
        let (name, modifiers) = self.simple_type()?;
        self.finish_type(start, setof, name, modifiers)
    }

    /// A type as an argument or result of a function: `table.column%TYPE` too.
    pub fn function_type(&mut self) -> Result<TypeName> {
        let before = self.position();
        let start = self.peek();
        let setof = self.eat(kw::SETOF);
        if let Some(ty) = self.percent_type(start, setof)? {
            return Ok(ty);
        }
        self.set_position(before);
        self.type_name()
    }

    /// A type without SETOF and array bounds: what a sequence is AS.
    pub fn simple_type_name(&mut self) -> Result<TypeName> {
        let start = self.peek();
        let (name, modifiers) = self.simple_type()?;
        let span = self.span_from(start);
        Ok(TypeName { name, modifiers, array_dimensions: 0, setof: false, percent_type: None, span })
    }

    /// Whether a type may start `n` tokens on.
    pub fn is_type_start(&self, n: usize) -> bool {
        match self.peek_at(n).kind {
            TokenKind::Ident | TokenKind::QuotedIdent | TokenKind::UnicodeIdent => true,
            TokenKind::Keyword(keyword) => match keyword.category() {
                Category::Unreserved | Category::TypeOrFunction => !self.is_half_of_a_pair(n),
                Category::ColumnName => is_type_keyword(keyword) || keyword == kw::SETOF,
                Category::Reserved => false,
            },
            _ => false,
        }
    }

    fn finish_type(
        &mut self,
        start: Token,
        setof: bool,
        name: QualifiedName,
        modifiers: Vec<Expr>,
    ) -> Result<TypeName> {
        let mut array_dimensions = 0u8;
        if self.eat(kw::ARRAY) {
            array_dimensions = 1;
            if self.eat_kind(TokenKind::LBracket) {
                self.expect_kind(TokenKind::Integer)?;
                self.expect_kind(TokenKind::RBracket)?;
            }
        } else {
            while self.eat_kind(TokenKind::LBracket) {
                self.eat_kind(TokenKind::Integer);
                self.expect_kind(TokenKind::RBracket)?;
                array_dimensions = array_dimensions.saturating_add(1);
            }
        }
        let span = self.span_from(start);
        Ok(TypeName { name, modifiers, array_dimensions, setof, percent_type: None, span })
    }

    fn percent_type(&mut self, start: Token, setof: bool) -> Result<Option<TypeName>> {
        let Ok(first) = self.type_function_name() else { return Ok(None) };
        let mut parts = vec![first];
        while self.eat_kind(TokenKind::Dot) {
            parts.push(self.label()?);
        }
        if parts.len() < 2 || !self.at_operator("%") || self.keyword_at(1) != Some(kw::TYPE) {
            return Ok(None);
        }
        self.bump();
        self.bump();
        let column = parts.pop();
        let name = self.qualified_parts(parts)?;
        let span = self.span_from(start);
        Ok(Some(TypeName { name, modifiers: Vec::new(), array_dimensions: 0, setof, percent_type: column, span }))
    }

    fn simple_type(&mut self) -> Result<(QualifiedName, Vec<Expr>)> {
        let start = self.peek();
        let keyword = self.keyword();
        let double_precision = keyword == Some(kw::DOUBLE) && self.keyword_at(1) == Some(kw::PRECISION);
        match keyword {
            Some(keyword) if is_type_keyword(keyword) || double_precision => {
                self.bump();
                let (name, modifiers) = self.built_in_type(keyword, start)?;
                let span = self.span_from(start);
                let part = |text: &str| Name::new(text, span);
                Ok((
                    QualifiedName { database: None, schema: Some(part("pg_catalog")), name: part(name), only: false },
                    modifiers,
                ))
            }
            _ => {
                let mut parts = vec![self.type_function_name()?];
                while self.eat_kind(TokenKind::Dot) {
                    parts.push(self.label()?);
                }
                Ok((self.qualified_parts(parts)?, self.type_modifiers()?))
            }
        }
    }

    /// A type that the grammar spells itself, after its first keyword.
    fn built_in_type(&mut self, keyword: Keyword, start: Token) -> Result<(&'static str, Vec<Expr>)> {
        let plain = |name| Ok((name, Vec::new()));
        match keyword {
            kw::INT | kw::INTEGER => plain("int4"),
            kw::SMALLINT => plain("int2"),
            kw::BIGINT => plain("int8"),
            kw::REAL => plain("float4"),
            kw::BOOLEAN => plain("bool"),
            kw::JSON => plain("json"),
            kw::DOUBLE => {
                self.expect(kw::PRECISION)?;
                plain("float8")
            }
            kw::FLOAT => plain(self.float_precision()?),
            kw::DECIMAL | kw::DEC | kw::NUMERIC => Ok(("numeric", self.type_modifiers()?)),
            kw::BIT => {
                let varying = self.eat(kw::VARYING);
                let modifiers = self.type_modifiers()?;
                Ok(match (varying, modifiers.is_empty()) {
                    (true, _) => ("varbit", modifiers),
                    (false, false) => ("bit", modifiers),
                    // `bit` means `bit(1)`.
                    (false, true) => ("bit", vec![number(1, self.span_from(start))]),
                })
            }
            kw::NATIONAL => {
                if !self.eat(kw::CHAR) {
                    self.expect(kw::CHARACTER)?;
                }
                self.character(start)
            }
            kw::CHARACTER | kw::CHAR | kw::NCHAR => self.character(start),
            kw::VARCHAR => Ok(("varchar", self.length()?)),
            kw::TIMESTAMP => self.date_time("timestamp", "timestamptz"),
            kw::TIME => self.date_time("time", "timetz"),
            _ => Ok(("interval", self.interval_fields(start)?)),
        }
    }

    /// `char` means `char(1)`; a length is a single integer.
    fn character(&mut self, start: Token) -> Result<(&'static str, Vec<Expr>)> {
        let varying = self.eat(kw::VARYING);
        let length = self.length()?;
        Ok(match (varying, length.is_empty()) {
            (true, _) => ("varchar", length),
            (false, false) => ("bpchar", length),
            (false, true) => ("bpchar", vec![number(1, self.span_from(start))]),
        })
    }

    fn float_precision(&mut self) -> Result<&'static str> {
        if !self.eat_kind(TokenKind::LParen) {
            return Ok("float8");
        }
        let token = self.peek();
        self.expect_kind(TokenKind::Integer)?;
        self.expect_kind(TokenKind::RParen)?;
        let bits = self.text_of(token).replace('_', "").parse::<u32>().unwrap_or(0);
        let refuse = |message| Err(SyntaxError::new(token.span(), message).with_sqlstate("22023"));
        match bits {
            0 => refuse("precision for type float must be at least 1 bit"),
            1..=24 => Ok("float4"),
            25..=53 => Ok("float8"),
            _ => refuse("precision for type float must be less than 54 bits"),
        }
    }

    fn date_time(&mut self, without: &'static str, with: &'static str) -> Result<(&'static str, Vec<Expr>)> {
        let precision = self.length()?;
        let zone = if self.at(kw::WITH) && self.keyword_at(1) == Some(kw::TIME) {
            true
        } else if self.at(kw::WITHOUT) && self.keyword_at(1) == Some(kw::TIME) {
            false
        } else {
            return Ok((without, precision));
        };
        self.bump();
        self.bump();
        self.expect(kw::ZONE)?;
        Ok((if zone { with } else { without }, precision))
    }

    /// What may follow INTERVAL: `(precision)` or fields; the modifiers that PostgreSQL's grammar gives for them.
    pub fn interval_fields(&mut self, start: Token) -> Result<Vec<Expr>> {
        if self.at_kind(TokenKind::LParen) {
            let mut modifiers = vec![number(FULL_RANGE, self.span_from(start))];
            modifiers.extend(self.length()?);
            return Ok(modifiers);
        }
        let (first, ends): (u32, &[(Keyword, u32)]) = match self.keyword() {
            Some(kw::YEAR) => (YEAR, &[(kw::MONTH, YEAR | MONTH)]),
            Some(kw::MONTH) => (MONTH, &[]),
            Some(kw::DAY) => (
                DAY,
                &[
                    (kw::HOUR, DAY | HOUR),
                    (kw::MINUTE, DAY | HOUR | MINUTE),
                    (kw::SECOND, DAY | HOUR | MINUTE | SECOND),
                ],
            ),
            Some(kw::HOUR) => (HOUR, &[(kw::MINUTE, HOUR | MINUTE), (kw::SECOND, HOUR | MINUTE | SECOND)]),
            Some(kw::MINUTE) => (MINUTE, &[(kw::SECOND, MINUTE | SECOND)]),
            Some(kw::SECOND) => (SECOND, &[]),
            _ => return Ok(Vec::new()),
        };
        self.bump();
        let mut mask = first;
        if !ends.is_empty() && self.eat(kw::TO) {
            match self.keyword().and_then(|end| ends.iter().find(|(keyword, _)| *keyword == end)) {
                Some((_, range)) => mask = *range,
                None => return self.fail(),
            }
            self.bump();
        }
        let mut modifiers = vec![number(mask, self.span_from(start))];
        if mask & SECOND != 0 {
            modifiers.extend(self.length()?);
        }
        Ok(modifiers)
    }

    /// `(integer)`, or nothing.
    fn length(&mut self) -> Result<Vec<Expr>> {
        if !self.eat_kind(TokenKind::LParen) {
            return Ok(Vec::new());
        }
        let token = self.peek();
        let span = self.expect_kind(TokenKind::Integer)?;
        self.expect_kind(TokenKind::RParen)?;
        Ok(vec![Expr { span, kind: ExprKind::Number(self.text_of(token).into()) }])
    }

    /// `(modifier, …)`. The grammar takes any expressions here, and PostgreSQL then refuses all but constants and names.
    fn type_modifiers(&mut self) -> Result<Vec<Expr>> {
        if !self.at_kind(TokenKind::LParen) {
            return Ok(Vec::new());
        }
        self.paren_list(Self::type_modifier)
    }

    fn type_modifier(&mut self) -> Result<Expr> {
        let before = self.position();
        if let Ok(modifier) = self.simple_modifier()
            && matches!(self.peek().kind, TokenKind::Comma | TokenKind::RParen)
        {
            return Ok(modifier);
        }
        self.set_position(before);
        let modifier = self.expr()?;
        let message = "type modifiers must be simple constants or identifiers";
        self.defer(SyntaxError::new(modifier.span, message));
        Ok(modifier)
    }

    /// A signed number, a string or a name.
    fn simple_modifier(&mut self) -> Result<Expr> {
        let start = self.peek();
        let signed = self.at_operator("-") || self.at_operator("+");
        let minus = self.at_operator("-");
        if signed {
            self.bump();
        }
        let kind = match self.peek().kind {
            TokenKind::Integer | TokenKind::Float => {
                let number = self.bump();
                let sign = if minus { "-" } else { "" };
                ExprKind::Number(format!("{sign}{}", self.text_of(number)).into())
            }
            _ if signed => return self.fail(),
            _ if self.at_string() => ExprKind::String(self.string()?.text),
            _ => ExprKind::Column(vec![self.name()?]),
        };
        Ok(Expr { span: self.span_from(start), kind })
    }
}

/// The keywords that the grammar gives a type of their own.
fn is_type_keyword(keyword: Keyword) -> bool {
    matches!(
        keyword,
        kw::INT
            | kw::INTEGER
            | kw::SMALLINT
            | kw::BIGINT
            | kw::REAL
            | kw::FLOAT
            | kw::DECIMAL
            | kw::DEC
            | kw::NUMERIC
            | kw::BOOLEAN
            | kw::BIT
            | kw::CHARACTER
            | kw::CHAR
            | kw::VARCHAR
            | kw::NATIONAL
            | kw::NCHAR
            | kw::TIMESTAMP
            | kw::TIME
            | kw::INTERVAL
            | kw::JSON
    )
}

fn number(value: u32, span: Span) -> Expr {
    Expr { span, kind: ExprKind::Number(value.to_string().into()) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::lexer::lex;

    /// The type as `pg_catalog.name(modifiers)[]`, or the error's message.
    fn read(text: &str) -> String {
        let tokens = lex(text).tokens;
        let mut cursor = Cursor::new(text, &tokens);
        let ty = match cursor.function_type() {
            Err(error) => return error.into_report().message,
            Ok(_) if !cursor.is_at_end() => return cursor.error().into_report().message,
            Ok(ty) => ty,
        };
        if let Some(error) = cursor.take_deferred() {
            return error.into_report().message;
        }
        assert_eq!(ty.span, Span::new(0, text.len() as u32));
        let modifiers: Vec<&str> = ty
            .modifiers
            .iter()
            .map(|modifier| match &modifier.kind {
                ExprKind::Number(text) | ExprKind::String(text) => &**text,
                ExprKind::Column(names) => &*names[0].text,
                other => panic!("{other:?}"),
            })
            .collect();
        let setof = if ty.setof { "setof " } else { "" };
        let column = ty.percent_type.map_or(String::new(), |column| format!(".{column}%type"));
        let modifiers = if modifiers.is_empty() { String::new() } else { format!("({})", modifiers.join(",")) };
        format!("{setof}{}{column}{modifiers}{}", ty.name, "[]".repeat(ty.array_dimensions.into()))
    }

    #[test]
    fn reads_types_as_the_grammar_resolves_them() {
        for (text, expected) in [
            ("int", "pg_catalog.int4"),
            ("INTEGER[]", "pg_catalog.int4[]"),
            ("text[3][]", "text[][]"),
            ("text array", "text[]"),
            ("text ARRAY[4]", "text[]"),
            ("double precision", "pg_catalog.float8"),
            ("double", "double"),
            ("float(24)", "pg_catalog.float4"),
            ("float", "pg_catalog.float8"),
            ("numeric(10, -2)", "pg_catalog.numeric(10,-2)"),
            ("char", "pg_catalog.bpchar(1)"),
            ("\"char\"", "char"),
            ("character varying(20)", "pg_catalog.varchar(20)"),
            ("national character varying", "pg_catalog.varchar"),
            ("bit", "pg_catalog.bit(1)"),
            ("bit varying(5)", "pg_catalog.varbit(5)"),
            ("timestamp(3) with time zone", "pg_catalog.timestamptz(3)"),
            ("time without time zone", "pg_catalog.time"),
            ("interval", "pg_catalog.interval"),
            ("interval(3)", "pg_catalog.interval(32767,3)"),
            ("interval year to month", "pg_catalog.interval(6)"),
            ("interval day to second(2)", "pg_catalog.interval(7176,2)"),
            ("json", "pg_catalog.json"),
            ("Public.Geometry(Point, 4326)", "public.geometry(point,4326)"),
            ("setof a.b", "setof a.b"),
            ("users.id%TYPE", "users.id%type"),
            ("SETOF auth.users.id%type", "setof auth.users.id%type"),
        ] {
            assert_eq!(read(text), expected, "{text}");
        }
    }

    #[test]
    fn refuses_what_postgres_refuses() {
        for (text, message) in [
            ("select", "syntax error at or near \"select\""),
            ("int(4)", "syntax error at or near \"(\""),
            ("varchar(a)", "syntax error at or near \"a\""),
            ("numeric(1 + 1)", "type modifiers must be simple constants or identifiers"),
            ("numeric(select)", "syntax error at or near \"select\""),
            ("text[", "syntax error at end of input"),
            ("text[a]", "syntax error at or near \"a\""),
            ("timestamp with zone", "syntax error at or near \"with\""),
            ("interval month to year", "syntax error at or near \"to\""),
            ("float(54)", "precision for type float must be less than 54 bits"),
            ("float(0)", "precision for type float must be at least 1 bit"),
            ("a.b.c.d", "improper qualified name (too many dotted names): a.b.c.d"),
        ] {
            assert_eq!(read(text), message, "{text}");
        }
    }
}
