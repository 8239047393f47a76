//! Expressions as SQL text again: one spelling for what was written in several, so that two can be compared and shown.

use super::{Call, Expr, ExprKind, IsTest, Link, Name, TypeName};
use std::fmt::{Display, Formatter, Result};

impl Display for Expr {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.kind {
            ExprKind::Null => f.write_str("NULL"),
            ExprKind::Bool(value) => f.write_str(if *value { "true" } else { "false" }),
            ExprKind::Number(number) => f.write_str(number),
            ExprKind::String(text) => write!(f, "'{}'", text.replace('\'', "''")),
            ExprKind::BitString(text) => f.write_str(text),
            ExprKind::Parameter(number) => write!(f, "${number}"),
            ExprKind::Column(parts) => dotted(f, parts),
            ExprKind::Star(parts) if parts.is_empty() => f.write_str("*"),
            ExprKind::Star(parts) => {
                dotted(f, parts)?;
                f.write_str(".*")
            }
            ExprKind::Call(call) => write!(f, "{call}"),
            ExprKind::Cast { expr, to } => write!(f, "{expr}::{to}"),
            ExprKind::Unary { op, expr } => write!(f, "{op} {expr}"),
            ExprKind::Binary { .. } | ExprKind::And(..) | ExprKind::Or(..) => {
                let (leftmost, links) = self.chain();
                write!(f, "{leftmost}")?;
                links.into_iter().try_for_each(|(link, right)| match link {
                    Link::Operator(op) => write!(f, " {} {right}", operator(op)),
                    Link::And => write!(f, " AND {right}"),
                    Link::Or => write!(f, " OR {right}"),
                })
            }
            ExprKind::Not(expr) => write!(f, "NOT {expr}"),
            ExprKind::Is { expr, test, negated } => {
                let test = match test {
                    IsTest::Null => "NULL",
                    IsTest::True => "TRUE",
                    IsTest::False => "FALSE",
                    IsTest::Unknown => "UNKNOWN",
                    IsTest::Other => "…",
                };
                write!(f, "{expr} IS {}{test}", not(*negated))
            }
            ExprKind::Between { expr, low, high, negated } => {
                write!(f, "{expr} {}BETWEEN {low} AND {high}", not(*negated))
            }
            ExprKind::InList { expr, list, negated } => {
                write!(f, "{expr} {}IN (", not(*negated))?;
                comma_list(f, list)?;
                f.write_str(")")
            }
            ExprKind::InQuery { expr, negated, .. } => write!(f, "{expr} {}IN (SELECT …)", not(*negated)),
            ExprKind::Quantified { expr, op, all, array } => {
                write!(f, "{expr} {} {} ({array})", operator(op), if *all { "ALL" } else { "ANY" })
            }
            ExprKind::Case { operand, branches, otherwise } => {
                f.write_str("CASE")?;
                operand.iter().try_for_each(|e| write!(f, " {e}"))?;
                branches.iter().try_for_each(|(when, then)| write!(f, " WHEN {when} THEN {then}"))?;
                otherwise.iter().try_for_each(|e| write!(f, " ELSE {e}"))?;
                f.write_str(" END")
            }
            ExprKind::Array(items) => {
                f.write_str("ARRAY[")?;
                comma_list(f, items)?;
                f.write_str("]")
            }
            ExprKind::ArrayQuery(_) => f.write_str("ARRAY(SELECT …)"),
            ExprKind::Row(items) => {
                f.write_str("ROW(")?;
                comma_list(f, items)?;
                f.write_str(")")
            }
            ExprKind::Paren(expr) => write!(f, "({expr})"),
            ExprKind::Subscript { expr, indexes, slice } => {
                let indexes: Vec<String> = indexes.iter().map(|i| i.to_string()).collect();
                write!(f, "{expr}[{}]", indexes.join(if *slice { ":" } else { ", " }))
            }
            ExprKind::Field { expr, field } => write!(f, "{expr}.{}", identifier(field)),
            ExprKind::Subquery(_) => f.write_str("(SELECT …)"),
            ExprKind::Exists(_) => f.write_str("EXISTS (SELECT …)"),
            ExprKind::Collate { expr, collation } => write!(f, "{expr} COLLATE {}", identifier(&collation.name)),
            ExprKind::AtTimeZone { expr, zone } => write!(f, "{expr} AT TIME ZONE {zone}"),
            ExprKind::Default => f.write_str("DEFAULT"),
            ExprKind::Other(items) => comma_list(f, items),
        }
    }
}

impl Display for Call {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        let name = &self.function.name;
        match &self.function.schema {
            Some(schema) => write!(f, "{}.{}", identifier(schema), identifier(name))?,
            None if self.builtin_syntax => f.write_str(&name.to_ascii_uppercase())?,
            None => f.write_str(&identifier(name))?,
        }
        if self.builtin_syntax && self.args.is_empty() {
            return Ok(());
        }
        f.write_str("(")?;
        if self.distinct {
            f.write_str("DISTINCT ")?;
        }
        if self.star {
            f.write_str("*")?;
        }
        for (index, argument) in self.args.iter().enumerate() {
            if index > 0 {
                f.write_str(", ")?;
            }
            if argument.variadic {
                f.write_str("VARIADIC ")?;
            }
            argument.name.iter().try_for_each(|name| write!(f, "{} => ", identifier(name)))?;
            write!(f, "{}", argument.value)?;
        }
        f.write_str(")")
    }
}

impl Display for TypeName {
    fn fmt(&self, f: &mut Formatter<'_>) -> Result {
        match &self.name.schema {
            Some(schema) if &*schema.text != "pg_catalog" => {
                write!(f, "{}.{}", identifier(schema), identifier(&self.name.name))?;
            }
            _ => f.write_str(&identifier(&self.name.name))?,
        }
        if !self.modifiers.is_empty() {
            f.write_str("(")?;
            comma_list(f, &self.modifiers)?;
            f.write_str(")")?;
        }
        (0..self.array_dimensions).try_for_each(|_| f.write_str("[]"))
    }
}

fn identifier(name: &Name) -> String {
    crate::catalog::quote_identifier(name)
}

fn dotted(f: &mut Formatter<'_>, parts: &[Name]) -> Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(".")?;
        }
        f.write_str(&identifier(part))?;
    }
    Ok(())
}

fn comma_list(f: &mut Formatter<'_>, items: &[Expr]) -> Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

fn not(negated: bool) -> &'static str {
    if negated { "NOT " } else { "" }
}

/// The operators that the tree keeps as words are written in capitals.
fn operator(op: &str) -> String {
    if op.starts_with(|c: char| c.is_ascii_alphabetic()) { op.to_ascii_uppercase() } else { op.to_string() }
}
