//! Bounds of partitions: FOR VALUES …, DEFAULT; and whether they overlap (transformPartitionBound, check_new_partition_bound).

use super::super::error::state;
use super::super::expr::{self, References};
use super::super::{Replayed, SqlError};
use crate::catalog::{BoundKind, BoundValue, Catalog, PartitionBound, PartitionKey, Relation, TypeKind, TypeRef, oids};
use crate::sort::{sort_by, sort_by_key};
use crate::source::Span;
use crate::syntax::ast::{self, Expr, ExprKind, PartitionBoundKind, PartitionStrategy, Symbol};
use std::cmp::Ordering;

/// Reads a bound and holds it against those of the other partitions.
pub(in crate::replay) fn check(
    cat: &Catalog,
    parent: &Relation,
    name: &str,
    bound: &ast::PartitionBound,
) -> Replayed<PartitionBound> {
    let made = read(cat, parent, bound)?;
    check_new(cat, parent, name, &made, bound.span)?;
    Ok(made)
}

/// The bound with its values in the types of the partition key.
pub(super) fn read(cat: &Catalog, parent: &Relation, bound: &ast::PartitionBound) -> Replayed<PartitionBound> {
    let Some(key) = parent.partition_by.clone() else {
        return Err(super::super::Stop::unknown("the table's partition key is not known"));
    };
    let refuse = |span: Span, message: &str| -> Replayed<BoundKind> {
        Err(SqlError::new(state::INVALID_TABLE_DEFINITION, span, message).into())
    };
    let mut reader = Reader { cat, parent, key: &key, named: References::default() };
    let kind = match (&bound.kind, key.strategy) {
        (PartitionBoundKind::Default, PartitionStrategy::Hash) => {
            refuse(bound.span, "a hash-partitioned table may not have a default partition")?
        }
        (PartitionBoundKind::Default, _) => BoundKind::Default,
        (PartitionBoundKind::Hash { modulus, remainder }, PartitionStrategy::Hash) => {
            let (modulus, remainder) = (*modulus, *remainder);
            if modulus <= 0 {
                refuse(bound.span, "modulus for hash partition must be an integer value greater than zero")?;
            }
            if remainder >= modulus {
                refuse(bound.span, "remainder for hash partition must be less than modulus")?;
            }
            BoundKind::Hash { modulus, remainder }
        }
        (PartitionBoundKind::List(values), PartitionStrategy::List) => {
            BoundKind::List(values.iter().map(|value| reader.value(0, value)).collect::<Replayed<Vec<_>>>()?)
        }
        (PartitionBoundKind::Range { from, to }, PartitionStrategy::Range) => {
            if from.len() != key.columns.len() {
                refuse(bound.span, "FROM must specify exactly one value per partitioning column")?;
            }
            if to.len() != key.columns.len() {
                refuse(bound.span, "TO must specify exactly one value per partitioning column")?;
            }
            BoundKind::Range { from: reader.range(from)?, to: reader.range(to)? }
        }
        (_, PartitionStrategy::Hash) => refuse(bound.span, "invalid bound specification for a hash partition")?,
        (_, PartitionStrategy::List) => refuse(bound.span, "invalid bound specification for a list partition")?,
        (_, PartitionStrategy::Range) => refuse(bound.span, "invalid bound specification for a range partition")?,
    };
    Ok(PartitionBound { kind, definition: reader.named.definition(cat, bound.span) })
}

struct Reader<'c> {
    cat: &'c Catalog,
    parent: &'c Relation,
    key: &'c PartitionKey,
    named: References,
}

impl Reader<'_> {
    /// A row of a range's bound: nothing but MINVALUE follows MINVALUE, and so for MAXVALUE.
    fn range(&mut self, values: &[Expr]) -> Replayed<Vec<BoundValue>> {
        let mut row: Vec<BoundValue> = Vec::with_capacity(values.len());
        for (place, value) in values.iter().enumerate() {
            let read = match infinite(value) {
                Some(infinite) => infinite,
                None => self.value(place, value)?,
            };
            if read == BoundValue::Null {
                let message = "cannot specify NULL in range bound";
                return Err(SqlError::new(state::INVALID_OBJECT_DEFINITION, value.span, message).into());
            }
            row.push(read);
        }
        for (infinite, word) in [(BoundValue::MinValue, "MINVALUE"), (BoundValue::MaxValue, "MAXVALUE")] {
            let Some(first) = row.iter().position(|value| *value == infinite) else { continue };
            if let Some(place) = row.iter().skip(first).position(|value| *value != infinite) {
                let span = values.get(first + place).map_or(Span::default(), |v| v.span);
                let message = format!("every bound following {word} must also be {word}");
                return Err(SqlError::new(state::DATATYPE_MISMATCH, span, message).into());
            }
        }
        Ok(row)
    }

    fn value(&mut self, place: usize, value: &Expr) -> Replayed<BoundValue> {
        let column = self.key.columns.get(place).and_then(|number| self.parent.column_by_number(*number));
        let Some(column) = column.filter(|c| !c.type_unknown) else { return Ok(BoundValue::Unknown) };
        self.named.extend(expr::partition_value(self.cat, &column.name, column.ty, value)?);
        Ok(constant(self.cat, column.ty, value))
    }
}

/// MINVALUE or MAXVALUE.
fn infinite(value: &Expr) -> Option<BoundValue> {
    let ExprKind::Column(parts) = &value.kind else { return None };
    match &parts[..] {
        [name] if &*name.text == "minvalue" => Some(BoundValue::MinValue),
        [name] if &*name.text == "maxvalue" => Some(BoundValue::MaxValue),
        _ => None,
    }
}

/// A constant of the type, in a form that compares as the type does.
fn constant(cat: &Catalog, ty: TypeRef, value: &Expr) -> BoundValue {
    match &value.kind {
        ExprKind::Null => BoundValue::Null,
        ExprKind::Paren(inner) => constant(cat, ty, inner),
        ExprKind::Cast { expr, to } => match cat.resolve_type(to) {
            Ok(cast) if cast.oid == ty.oid => constant(cat, ty, expr),
            _ => BoundValue::Unknown,
        },
        ExprKind::Unary { op, expr } if &**op == "-" => match constant(cat, ty, expr) {
            BoundValue::Number(number) => BoundValue::Number(-number),
            _ => BoundValue::Unknown,
        },
        ExprKind::Bool(value) => BoundValue::Number(i128::from(*value)),
        ExprKind::Number(text) | ExprKind::String(text) => of_text(cat, ty, text),
        _ => BoundValue::Unknown,
    }
}

fn of_text(cat: &Catalog, ty: TypeRef, text: &Symbol) -> BoundValue {
    let number = match ty.oid {
        oids::INT2 | oids::INT4 | oids::INT8 | oids::NUMERIC => decimal(text.trim()),
        oids::DATE | oids::TIMESTAMP | oids::TIMESTAMPTZ => moment(text.trim()),
        oids::TEXT | oids::VARCHAR => return BoundValue::Text(text.clone()),
        oids::UUID => {
            let digits: String = text.chars().filter(|c| c.is_ascii_hexdigit()).collect();
            return BoundValue::Bytes(digits.to_ascii_lowercase().into());
        }
        oids::BOOL => match &*text.to_ascii_lowercase() {
            "t" | "true" | "on" | "yes" | "y" | "1" => Some(1),
            "f" | "false" | "off" | "no" | "n" | "0" => Some(0),
            _ => None,
        },
        other => match cat.type_(other).map(|t| &t.kind) {
            Some(TypeKind::Enum(labels)) => labels.iter().position(|l| l == text).map(|place| place as i128),
            _ => None,
        },
    };
    number.map_or(BoundValue::Unknown, BoundValue::Number)
}

/// A decimal number in units of 10⁻⁹.
fn decimal(text: &str) -> Option<i128> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if fraction.len() > 9 || !fraction.bytes().all(|b| b.is_ascii_digit()) || whole.len() > 25 {
        return None;
    }
    let value: i128 = format!("{whole}{fraction:0<9}").parse().ok()?;
    Some(value)
}

/// An ISO date, with or without a time of day and an offset, in microseconds; what has no offset counts as UTC.
fn moment(text: &str) -> Option<i128> {
    let (date, rest) = match text.char_indices().nth(10) {
        Some((at, ' ' | 'T')) => (text.get(..at)?, text.get(at + 1..)?),
        None => (text, ""),
        Some(_) => return None,
    };
    let mut parts = date.split('-').map(|part| part.parse::<i32>().ok().map(i64::from));
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if parts.next().is_some() || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days from civil: months counted from March.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days =
        365 * year + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 + day;
    let zone = rest.rfind(['+', '-', 'Z', 'z']).unwrap_or(rest.len());
    let (time, offset) = (rest.get(..zone)?.trim(), rest.get(zone..)?);
    let offset = match offset.strip_prefix(['+', '-']) {
        Some(hours) => {
            let (hours, minutes) = hours.split_once(':').unwrap_or((hours, "0"));
            let minutes = i64::from(hours.parse::<u8>().ok()?) * 60 + i64::from(minutes.parse::<u8>().ok()?);
            if offset.starts_with('-') { -minutes } else { minutes }
        }
        None => 0,
    };
    let mut micros = days.checked_mul(86_400_000_000)?.checked_sub(offset * 60_000_000)?;
    let mut fields = time.split(':').filter(|field| !field.is_empty());
    for seconds in [3600, 60, 1] {
        let Some(field) = fields.next() else { break };
        // Seconds may have a fraction.
        let field = i64::try_from(decimal(field)?).ok()? / 1000;
        micros = micros.checked_add(field.checked_mul(seconds)?)?;
    }
    Some(micros.into())
}

/// The order of two values; `None` where it is not known.
fn compare(a: &BoundValue, b: &BoundValue) -> Option<Ordering> {
    use BoundValue::*;
    Some(match (a, b) {
        (MinValue, MinValue) | (MaxValue, MaxValue) => Ordering::Equal,
        (MinValue, _) | (_, MaxValue) => Ordering::Less,
        (MaxValue, _) | (_, MinValue) => Ordering::Greater,
        (Number(a), Number(b)) => a.cmp(b),
        (Bytes(a), Bytes(b)) => a.cmp(b),
        (Text(a), Text(b)) if a == b => Ordering::Equal,
        _ => return None,
    })
}

fn compare_rows(a: &[BoundValue], b: &[BoundValue]) -> Option<Ordering> {
    for (a, b) in a.iter().zip(b) {
        match compare(a, b)? {
            // What follows an infinite value does not count.
            Ordering::Equal if matches!(a, BoundValue::MinValue | BoundValue::MaxValue) => {
                return Some(Ordering::Equal);
            }
            Ordering::Equal => {}
            unequal => return Some(unequal),
        }
    }
    Some(Ordering::Equal)
}

/// Refuses a bound that another partition has in part (42P17).
pub(super) fn check_new(
    cat: &Catalog,
    parent: &Relation,
    name: &str,
    new: &PartitionBound,
    span: Span,
) -> Replayed<()> {
    let refuse = |message: String, detail: Option<String>| -> Replayed<()> {
        let mut error = SqlError::new(state::INVALID_OBJECT_DEFINITION, span, message);
        error.detail = detail;
        Err(error.into())
    };
    let children = super::constraint::children(cat, parent.oid);
    let others: Vec<(&Relation, &BoundKind)> = children
        .iter()
        .filter_map(|c| cat.relation(*c))
        .filter_map(|r| Some((&**r, &r.bound.as_ref()?.kind)))
        .collect();
    let overlap = |other: &str| refuse(format!("partition \"{name}\" would overlap partition \"{other}\""), None);
    match &new.kind {
        BoundKind::Default => match others.iter().find(|(_, bound)| **bound == BoundKind::Default) {
            Some((other, _)) => refuse(
                format!("partition \"{name}\" conflicts with existing default partition \"{}\"", other.name),
                None,
            ),
            None => Ok(()),
        },
        BoundKind::Hash { modulus, remainder } => {
            let mut moduli: Vec<(i32, i32, &Relation)> = Vec::new();
            for (other, bound) in &others {
                if let BoundKind::Hash { modulus, remainder } = bound {
                    moduli.push((*modulus, *remainder, other));
                }
            }
            sort_by_key(&mut moduli, |(modulus, remainder, _)| (*modulus, *remainder));
            let factor = "every hash partition modulus must be a factor of the next larger modulus";
            let before = moduli.iter().rev().find(|(other, ..)| other <= modulus);
            let after = moduli.iter().find(|(other, ..)| other > modulus);
            if let Some((other, _, table)) = before
                && modulus % other != 0
            {
                let detail = format!(
                    "The new modulus {modulus} is not divisible by {other}, the modulus of existing partition \"{}\".",
                    table.name
                );
                return refuse(factor.into(), Some(detail));
            }
            if let Some((other, _, table)) = after
                && other % modulus != 0
            {
                let detail = format!(
                    "The new modulus {modulus} is not a factor of {other}, the modulus of existing partition \"{}\".",
                    table.name
                );
                return refuse(factor.into(), Some(detail));
            }
            let clash = moduli.iter().find(|(other, rest, _)| {
                let smaller = (*other).min(*modulus);
                smaller > 0 && rest % smaller == remainder % smaller
            });
            clash.map_or(Ok(()), |(.., table)| overlap(&table.name))
        }
        BoundKind::List(values) => {
            for value in values {
                let has_it = |bound: &BoundKind| match bound {
                    BoundKind::List(others) => others.iter().any(|o| {
                        (*o == BoundValue::Null && *value == BoundValue::Null)
                            || compare(o, value) == Some(Ordering::Equal)
                    }),
                    _ => false,
                };
                if let Some((other, _)) = others.iter().find(|(_, bound)| has_it(bound)) {
                    return overlap(&other.name);
                }
            }
            Ok(())
        }
        BoundKind::Range { from, to } => {
            if matches!(compare_rows(from, to), Some(Ordering::Equal | Ordering::Greater)) {
                return refuse(format!("empty range bound specified for partition \"{name}\""), None);
            }
            let mut overlapping: Vec<(&[BoundValue], &Relation)> = Vec::new();
            for (other, bound) in &others {
                let BoundKind::Range { from: low, to: high } = bound else { continue };
                let (below, above) = (compare_rows(from, high), compare_rows(low, to));
                if below == Some(Ordering::Less) && above == Some(Ordering::Less) {
                    overlapping.push((low, other));
                }
            }
            sort_by(&mut overlapping, |(a, _), (b, _)| compare_rows(a, b).unwrap_or(Ordering::Equal));
            overlapping.first().map_or(Ok(()), |(_, other)| overlap(&other.name))
        }
    }
}
