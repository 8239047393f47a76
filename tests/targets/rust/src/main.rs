//! Reads lines of `[type, row]` and writes the rows as the structs of PGDRY_TYPES have them.

use pgdry_target_rust::{app, odd_schema, public};
use serde::{Serialize, de::DeserializeOwned};

type Line = Result<String, serde_json::Error>;

fn through<T: DeserializeOwned + Serialize>(row: &str) -> Line {
    serde_json::to_string(&serde_json::from_str::<T>(row)?)
}

fn line(of: &str, row: &str) -> Line {
    match of {
        "app.posts" => through::<app::Posts>(row),
        "Odd-Schema.Table/1" => through::<odd_schema::Table1>(row),
        "public.people" => through::<public::People>(row),
        "public.items" => through::<public::Items>(row),
        "public.string" => through::<public::String2>(row),
        "public.option" => through::<public::Option2>(row),
        "public.items_insert" => through::<public::ItemsInsert>(row),
        "public.empty" => through::<public::Empty>(row),
        "public.dotted.name" => through::<public::DottedName>(row),
        "public.events" => through::<public::Events>(row),
        "public.events_2025" => through::<public::Events2025>(row),
        "public.live_items" => through::<public::LiveItems>(row),
        "public.counts" => through::<public::Counts>(row),
        "public.moods" => through::<public::Moods>(row),
        "search()" => through::<public::SearchReturns>(row),
        "people_of()" => through::<public::PeopleOfReturns>(row),
        "one_person()" => through::<public::OnePersonReturns>(row),
        "bounds()" => through::<public::BoundsReturns>(row),
        "echo()" => through::<public::EchoReturns>(row),
        "names()" => through::<public::NamesReturns>(row),
        "anything()" => through::<public::AnythingReturns>(row),
        "insert public.people" => through::<public::PeopleInsert>(row),
        other => panic!("no type for {other}"),
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // What is optional can be left to its default.
    let update = public::ItemsUpdate { order: Some(2), ..Default::default() };
    assert_eq!(serde_json::to_string(&update)?, r#"{"order":2}"#);
    for input in std::io::stdin().lines() {
        let (of, row): (String, Box<serde_json::value::RawValue>) = serde_json::from_str(&input?)?;
        println!("{}", line(&of, row.get()).map_err(|error| format!("{of}: {error}: {}", row.get()))?);
    }
    Ok(())
}
